//! Reproduces topology/fig10; the science is in [`experiments::topology::fig10`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig10::LossOverSphere)
}
