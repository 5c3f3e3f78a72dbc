//! Reproduces topology/fig14; the science is in [`experiments::topology::fig14`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig14::LossOverTorus)
}
