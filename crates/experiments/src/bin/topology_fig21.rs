//! Reproduces topology/fig21; the science is in [`experiments::topology::fig21`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig21::DalitzPlot)
}
