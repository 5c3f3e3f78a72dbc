//! Reproduces jets/fig11; the science is in [`experiments::jets::fig11`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig11::Remappings)
}
