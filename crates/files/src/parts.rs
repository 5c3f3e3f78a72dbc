//! Files that are still being written, and what is left of them when their program has died.

use std::ffi::OsString;
use std::fs;
use std::io::Result;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The ending of a file that is still being written.
const ENDING: &str = ".part";
/// No file is written for so long: an older part is nobody's, whichever machine it came from.
const OLDEST: Duration = Duration::from_secs(24 * 3600);

/// This machine's name, so that processes of another one in the same folder are not taken for dead ones of this.
static MACHINE: LazyLock<String> = LazyLock::new(|| {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name.trim().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect()
});

/// A temporary name beside `path`, another one for each process and each call, so that two writers do not meet.
pub(super) fn name_beside(path: &Path) -> PathBuf {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let mut name: OsString = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}-{}-{call}{ENDING}", MACHINE.as_str(), std::process::id()));
    path.with_file_name(name)
}

/// Removes from `folder` what programs left that were killed while writing. Only for a folder that the caller alone writes.
///
/// # Errors
/// What the system says.
pub fn remove_parts(folder: &Path) -> Result<()> {
    remove(folder, |_| true)
}

/// Removes from `folder` what programs left that have died; others may be writing there.
///
/// # Errors
/// What the system says.
pub fn remove_parts_of_the_dead(folder: &Path) -> Result<()> {
    remove(folder, |path| is_of_the_dead(path) || is_old(path))
}

fn remove(folder: &Path, which: impl Fn(&Path) -> bool) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(ENDING) && which(&path) {
            match fs::remove_file(&path) {
                // Two programs may tidy up at once.
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Whether the part was begun on this machine by a process that is no more.
fn is_of_the_dead(path: &Path) -> bool {
    let name = path.to_string_lossy();
    let parts =
        name.strip_suffix(ENDING).and_then(|name| name.rsplit_once('-')).and_then(|(rest, _)| rest.rsplit_once('-'));
    let Some((begin, process)) = parts else { return false };
    let here = begin.ends_with(&format!(".{}", MACHINE.as_str()));
    here && process.parse::<u32>().is_ok()
        && Path::new("/proc/self").exists()
        && !Path::new("/proc").join(process).exists()
}

fn is_old(path: &Path) -> bool {
    let changed = fs::metadata(path).and_then(|data| data.modified()).ok();
    changed.and_then(|time| time.elapsed().ok()).is_some_and(|age| age > OLDEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn parts_that_a_killed_program_left_are_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(name_beside(&folder.path().join("file")), "half").unwrap();
        fs::write(folder.path().join("file"), "whole").unwrap();
        remove_parts(folder.path()).unwrap();
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn among_others_only_parts_of_dead_processes_and_old_ones_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| fs::write(folder.path().join(name), "half").unwrap();
        // No process has the number 4194305: the largest is 4194304.
        let dead = format!("scores.parquet.{}-4194305-0.part", MACHINE.as_str());
        let elsewhere = "scores.parquet.another-machine-4194305-0.part";
        let living = name_beside(&folder.path().join("scores.parquet"));
        ["4.part", "file", elsewhere, &dead].into_iter().for_each(write);
        fs::write(&living, "half").unwrap();
        let old = folder.path().join("old-1-2.part");
        let long_ago = SystemTime::now() - 2 * OLDEST;
        fs::File::create(&old).unwrap().set_modified(long_ago).unwrap();
        remove_parts_of_the_dead(folder.path()).unwrap();
        let mut expected = vec!["4.part".to_owned(), "file".to_owned(), elsewhere.to_owned()];
        expected.push(living.file_name().unwrap().to_string_lossy().into_owned());
        expected.sort();
        assert_eq!(names(folder.path()), expected);
    }
}
