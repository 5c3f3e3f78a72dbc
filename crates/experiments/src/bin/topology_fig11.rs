//! Reproduces topology/fig11; the science is in [`experiments::topology::fig11`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::topology::fig11::UnrolledSphere)
}
