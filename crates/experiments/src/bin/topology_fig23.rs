//! Reproduces topology/fig23; the science is in [`experiments::topology::fig23`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig23::SoftCorners)
}
