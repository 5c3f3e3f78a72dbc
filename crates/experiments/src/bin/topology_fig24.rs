//! Reproduces topology/fig24; the science is in [`experiments::topology::fig24`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig24::MassSpectrum)
}
