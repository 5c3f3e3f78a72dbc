//! Reproduces jets/fig12; the science is in [`experiments::jets::fig12`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig12::KernelMeanSquaredError)
}
