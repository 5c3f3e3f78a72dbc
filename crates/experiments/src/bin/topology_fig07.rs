//! Reproduces topology/fig07; the science is in [`experiments::topology::fig07`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig07::LossOverSquare)
}
