//! Reproduces topology/fig22; the science is in [`experiments::topology::fig22`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig22::TrueAndReconstructed)
}
