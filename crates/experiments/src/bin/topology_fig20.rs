//! Reproduces topology/fig20; the science is in [`experiments::topology::fig20`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig20::TrainingCurves)
}
