//! Reproduces jets/fig02; the science is in [`experiments::jets::fig02`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig02::FromConstituentsToImage)
}
