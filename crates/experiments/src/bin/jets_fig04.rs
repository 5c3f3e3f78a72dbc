//! Reproduces jets/fig04; the science is in [`experiments::jets::fig04`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig04::ReconstructionInTraining)
}
