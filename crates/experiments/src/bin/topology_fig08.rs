//! Reproduces topology/fig08; the science is in [`experiments::topology::fig08`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig08::CircleInLatentSpace)
}
