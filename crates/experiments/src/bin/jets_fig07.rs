//! Reproduces jets/fig07; the science is in [`experiments::jets::fig07`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig07::RocBothWays)
}
