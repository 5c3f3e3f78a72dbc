//! Reproduces jets/fig05; the science is in [`experiments::jets::fig05`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig05::LimitedReconstruction)
}
