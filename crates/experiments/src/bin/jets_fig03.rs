//! Reproduces jets/fig03; the science is in [`experiments::jets::fig03`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig03::AverageImages)
}
