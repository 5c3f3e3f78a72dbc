//! Reproduces topology/fig26; the science is in [`experiments::topology::fig26`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig26::CutOnLoss)
}
