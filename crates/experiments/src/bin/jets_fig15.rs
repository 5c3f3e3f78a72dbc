//! Reproduces jets/fig15; the science is in [`experiments::jets::fig15`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig15::TableOfSetups)
}
