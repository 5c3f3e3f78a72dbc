//! Lets this package's programs find libtorch at run time, and tells them which commit they are built from.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What the program is made of, relative to the repository.
const SOURCES: [&str; 5] = ["crates", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml", ".cargo"];

fn main() {
    link_libtorch();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().unwrap_or(root);
    watch(&root);
    println!("cargo:rustc-env=AUTOENCODER_LAB_COMMIT={}", commit(&root));
}

/// The build's own libtorch comes before that of `LD_LIBRARY_PATH`: hence RPATH, which the new tags are not. Each word is an
/// argument of its own, so that the folder may have a comma or a space in its name.
fn link_libtorch() {
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    if let Ok(folder) = std::env::var("LIBTORCH") {
        for word in ["--disable-new-dtags", "-rpath", &format!("{folder}/lib")] {
            println!("cargo:rustc-link-arg=-Xlinker");
            println!("cargo:rustc-link-arg={word}");
        }
        println!("cargo:rustc-env=AUTOENCODER_LAB_LIBTORCH={folder}");
    } else {
        println!("cargo:rustc-env=AUTOENCODER_LAB_LIBTORCH=");
    }
}

/// Looks again when the sources or the commit have changed.
fn watch(root: &Path) {
    let watch = |path: PathBuf| {
        if path.exists() {
            println!("cargo:rerun-if-changed={}", path.display());
        }
    };
    SOURCES.iter().skip(1).for_each(|source| watch(root.join(source)));
    for crate_folder in std::fs::read_dir(root.join("crates")).into_iter().flatten().flatten() {
        ["src", "build.rs", "Cargo.toml"].into_iter().for_each(|part| watch(crate_folder.path().join(part)));
    }
    for name in ["HEAD", "logs/HEAD"] {
        git(root, &["rev-parse", "--git-path", name]).into_iter().for_each(|path| watch(root.join(path)));
    }
}

/// The commit of the repository at `root`, with `-modified` if what the program is made of differs from it; "unknown"
/// without a repository there.
fn commit(root: &Path) -> String {
    let Some(head) = git(root, &["rev-parse", "HEAD"]) else { return "unknown".to_owned() };
    let changes = git(root, &[&["status", "--porcelain", "--"], SOURCES.as_slice()].concat());
    if changes.is_some_and(|changes| changes.is_empty()) { head } else { head + "-modified" }
}

/// What git says of the repository at `root` itself, never of one around it.
fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(name);
    }
    command.env("GIT_CEILING_DIRECTORIES", root.parent()?).args(["-c", "core.fsmonitor=false"]);
    let output = command.arg("-C").arg(root).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
