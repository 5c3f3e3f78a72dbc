//! Reproduces jets/fig13; the science is in [`experiments::jets::fig13`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig13::DimStructure)
}
