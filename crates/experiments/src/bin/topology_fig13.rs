//! Reproduces topology/fig13; the science is in [`experiments::topology::fig13`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig13::TearAgainstCapacity)
}
