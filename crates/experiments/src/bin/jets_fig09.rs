//! Reproduces jets/fig09; the science is in [`experiments::jets::fig09`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig09::ComplexityBias)
}
