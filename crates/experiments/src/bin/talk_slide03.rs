//! Reproduces talk/slide03; the science is in [`experiments::talk::slide03`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::talk::slide03::LinearAndPca)
}
