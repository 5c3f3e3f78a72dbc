//! Reproduces jets/fig08; the science is in [`experiments::jets::fig08`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig08::LossDistributions)
}
