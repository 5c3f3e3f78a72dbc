//! Reproduces topology/fig17; the science is in [`experiments::topology::fig17`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig17::LossOverDoubleCone)
}
