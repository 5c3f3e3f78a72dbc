//! Reproduces topology/fig02; the science is in [`experiments::topology::fig02`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig02::ReconstructedCurves)
}
