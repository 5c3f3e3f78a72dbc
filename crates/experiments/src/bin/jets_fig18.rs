//! Reproduces jets/fig18; the science is in [`experiments::jets::fig18`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig18::Unsupervised)
}
