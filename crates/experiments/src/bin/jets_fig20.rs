//! Reproduces jets/fig20; the science is in [`experiments::jets::fig20`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig20::MassAndMultiplicity)
}
