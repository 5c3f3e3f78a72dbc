//! Reproduces topology/start; the science is in [`experiments::topology::start`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::start::StartOfTraining)
}
