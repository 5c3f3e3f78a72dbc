//! Makes the cached images of a file of jets: `cache_images FILE RECIPE CACHE_FOLDER`, with one JSON line at the end.
//!
//! The seconds are those of all that the first use of a file takes: its fingerprint, reading, making the images and
//! keeping them. The peak memory is that of the whole process, in MiB. The counterpart in Python is
//! `scripts/reference/table_images.py`.

use datasets::image::{ImageSet, Recipe, cached_images};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    memory::keep_freed_memory();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let recipe = |name: &str| [Recipe::PrincipalAxis, Recipe::MacalusoShih].into_iter().find(|r| r.name() == name);
    let [file, name, cache_folder] = &arguments[..] else { return usage() };
    let Some(recipe) = recipe(name) else { return usage() };
    let start = Instant::now();
    match cached_images(Path::new(file), None, recipe, Path::new(cache_folder)) {
        Ok(images) => report(&images, start.elapsed().as_secs_f64()),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: cache_images FILE principal-axis | macaluso-shih CACHE_FOLDER");
    ExitCode::from(2)
}

fn report(images: &ImageSet, seconds: f64) -> ExitCode {
    let Some(peak) = peak_memory() else {
        eprintln!("error: /proc/self/status does not say the peak memory; run this on Linux");
        return ExitCode::FAILURE;
    };
    let jets = images.len();
    let active: usize = (0..jets).map(|i| images.active_pixels(i)).sum();
    let (per_second, mean_active) = (jets as f64 / seconds, active as f64 / jets as f64);
    println!(
        "{{\"jets\": {jets}, \"seconds\": {seconds:.3}, \"jets per second\": {per_second:.1}, \"peak MiB\": {peak:.1}, \
         \"mean active pixels\": {mean_active:.4}}}"
    );
    ExitCode::SUCCESS
}

/// The most memory that this process has held so far, in MiB.
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes / 1024.0)
}
