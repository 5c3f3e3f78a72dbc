//! Reproduces jets/fig16; the science is in [`experiments::jets::fig16`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::fig16::RanksByMeasure)
}
