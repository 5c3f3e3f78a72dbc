//! The cache of images, from outside.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use datasets::Error;
use datasets::image::{ImageSet, Recipe, cached_images, fingerprint, images};
use datasets::jets::open;
use std::path::{Path, PathBuf};
use support::golden;

fn direct(path: &Path, recipe: Recipe) -> ImageSet {
    images(&open(path, None).unwrap().read_all().unwrap(), recipe).unwrap()
}

fn image_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

#[test]
fn the_cache_gives_what_the_file_gives_and_knows_its_recipes_apart() {
    let folder = tempfile::tempdir().unwrap();
    let source = golden("compact.h5");
    for recipe in [Recipe::PrincipalAxis, Recipe::MacalusoShih] {
        for _ in 0..2 {
            assert_eq!(cached_images(&source, None, recipe, folder.path()).unwrap(), direct(&source, recipe));
        }
    }
    assert_eq!(image_files(folder.path()).len(), 2);
}

#[test]
fn a_damaged_cache_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let source = golden("compact.h5");
    let expected = cached_images(&source, None, Recipe::PrincipalAxis, folder.path()).unwrap();
    let [cache] = &image_files(folder.path())[..] else { panic!("one cache file is expected") };
    let good = std::fs::read(cache).unwrap();
    let mut damaged = good.clone();
    damaged[good.len() / 2] ^= 1;
    for bad in [&damaged[..], &good[..good.len() / 2], &[]] {
        std::fs::write(cache, bad).unwrap();
        assert_eq!(cached_images(&source, None, Recipe::PrincipalAxis, folder.path()).unwrap(), expected);
        assert_eq!(std::fs::read(cache).unwrap(), good);
    }
}

#[test]
fn another_content_is_another_cache_and_a_copy_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (copy, cache) = (folder.path().join("copy.h5"), folder.path().join("cache"));
    std::fs::copy(golden("compact.h5"), &copy).unwrap();
    cached_images(&golden("compact.h5"), None, Recipe::PrincipalAxis, &cache).unwrap();
    cached_images(&copy, None, Recipe::PrincipalAxis, &cache).unwrap();
    assert_eq!(image_files(&cache).len(), 1);
    std::fs::copy(golden("pandas_zlib.h5"), &copy).unwrap();
    let images = cached_images(&copy, None, Recipe::PrincipalAxis, &cache).unwrap();
    assert_eq!(images, direct(&golden("pandas_zlib.h5"), Recipe::PrincipalAxis));
    assert_eq!(image_files(&cache).len(), 2);
    assert_eq!(fingerprint(&copy, &cache).unwrap(), fingerprint(&golden("pandas_zlib.h5"), &cache).unwrap());
}

#[test]
fn a_cache_that_cannot_be_written_is_an_error_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("blocked");
    std::fs::write(&blocked, "").unwrap();
    let error = cached_images(&golden("compact.h5"), None, Recipe::PrincipalAxis, &blocked).unwrap_err();
    assert!(matches!(&error, Error::CacheWrite { path, .. } if path.starts_with(&blocked)), "{error}");
}

#[test]
fn a_bad_file_leaves_no_cache() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("bad.h5");
    std::fs::write(&source, "no jets").unwrap();
    let cache = folder.path().join("cache");
    assert!(matches!(cached_images(&source, None, Recipe::PrincipalAxis, &cache), Err(Error::NotHdf5 { .. })));
    assert!(!cache.exists() || image_files(&cache).is_empty());
}
