//! Reproduces topology/fig19; the science is in [`experiments::topology::fig19`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig19::SphereOfEvents)
}
