//! Reproduces jets/schedule; the science is in [`experiments::jets::start`].

fn main() -> std::process::ExitCode {
    experiments::cli::figure_main(&experiments::jets::start::SCHEDULE)
}
