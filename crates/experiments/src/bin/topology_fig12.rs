//! Reproduces topology/fig12; the science is in [`experiments::topology::fig12`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig12::BallAndSphere)
}
