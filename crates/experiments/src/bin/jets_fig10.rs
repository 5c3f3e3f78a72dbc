//! Reproduces jets/fig10; the science is in [`experiments::jets::fig10`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig10::LatentDimension)
}
