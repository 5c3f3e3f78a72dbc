//! Reproduces jets/fig14; the science is in [`experiments::jets::fig14`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig14::ImprovedBothWays)
}
