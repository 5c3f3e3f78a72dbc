//! Reproduces jets/fig17; the science is in [`experiments::jets::fig17`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig17::Contamination)
}
