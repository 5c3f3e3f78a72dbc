//! Reproduces jets/fig01; the science is in [`experiments::jets::fig01`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig01::Layers)
}
