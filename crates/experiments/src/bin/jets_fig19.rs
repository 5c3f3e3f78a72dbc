//! Reproduces jets/fig19; the science is in [`experiments::jets::fig19`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig19::AlongTraining)
}
