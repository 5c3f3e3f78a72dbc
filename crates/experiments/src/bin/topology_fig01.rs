//! Reproduces topology/fig01; the science is in [`experiments::topology::fig01`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig01::TheIdea)
}
