//! Reproduces topology/fig06; the science is in [`experiments::topology::fig06`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig06::TearAgainstCapacity)
}
