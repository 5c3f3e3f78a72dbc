//! Reproduces topology/fig18; the science is in [`experiments::topology::fig18`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig18::RareApex)
}
