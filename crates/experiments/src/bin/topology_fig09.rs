//! Reproduces topology/fig09; the science is in [`experiments::topology::fig09`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig09::ExtrinsicTopology)
}
