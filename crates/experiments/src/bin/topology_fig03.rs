//! Reproduces topology/fig03; the science is in [`experiments::topology::fig03`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig03::LatentOverAngle)
}
