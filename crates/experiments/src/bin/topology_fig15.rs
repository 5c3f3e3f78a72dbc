//! Reproduces topology/fig15; the science is in [`experiments::topology::fig15`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig15::LossOverParaboloid)
}
