//! Reproduces topology/fig25; the science is in [`experiments::topology::fig25`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig25::LossOfSignal)
}
