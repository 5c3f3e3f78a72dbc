//! Reproduces topology/fig05; the science is in [`experiments::topology::fig05`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig05::TearInTraining)
}
