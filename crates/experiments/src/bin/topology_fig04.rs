//! Reproduces topology/fig04; the science is in [`experiments::topology::fig04`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig04::LossOverAngle)
}
