//! Reproduces topology/fig16; the science is in [`experiments::topology::fig16`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig16::ExcisedParaboloid)
}
