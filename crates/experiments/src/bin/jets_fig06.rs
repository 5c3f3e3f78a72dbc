//! Reproduces jets/fig06; the science is in [`experiments::jets::fig06`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig06::Complexity)
}
