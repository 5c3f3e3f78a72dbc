//! Images kept on disk, so that a file of jets is turned into images once.
//!
//! A cache file: the magic, the key (64 hexadecimal digits), side, images and pixels as u64, then offsets (u64),
//! pixels (u16), values (f32) and labels (u8), then the SHA-256 of all that; everything little-endian.

use super::fingerprint::{fingerprint, hash_of};
use super::store_whole::store_whole;
use super::{ImageSet, Recipe, images};
use crate::jets::{self, Class, JETS_AT_A_TIME, JetReader};
use crate::{Error, Result};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

/// Names the format and its version.
const MAGIC: &[u8; 16] = b"jet images   1\r\n";
/// Numbers converted at a time.
const BLOCK: usize = 1 << 14;

/// The images of the jets in the file at `path`, or in its pandas table `table`, from `cache_folder` if they are there, made
/// and kept there if not.
///
/// The cache goes by the content of the file, the table that is named, and the recipe with its version. A damaged cache file is made again.
///
/// # Errors
/// As [`jets::open`] and [`JetReader::next_chunk`]; [`Error::EmptyImage`] for a jet without an image;
/// [`Error::CacheWrite`] if the images cannot be kept (a full disk, say), which leaves no part of a file behind.
pub fn cached_images(path: &Path, table: Option<&str>, recipe: Recipe, cache_folder: &Path) -> Result<ImageSet> {
    let key = key(&fingerprint(path, cache_folder)?, table, recipe);
    let cache = cache_path(&key, recipe, cache_folder);
    if let Some(images) = read(&cache, &key) {
        return Ok(images);
    }
    let images = convert(&mut jets::open(path, table)?, recipe).map_err(|error| error.in_file(path))?;
    store_whole(&cache, |writer| write(writer, &key, &images))?;
    Ok(images)
}

fn key(fingerprint: &str, table: Option<&str>, recipe: Recipe) -> String {
    let table = table.map_or_else(String::new, |table| format!(" table {table}"));
    hash_of(format!("{fingerprint} {} {}{table}", recipe.name(), recipe.version()).as_bytes())
}

fn cache_path(key: &str, recipe: Recipe, cache_folder: &Path) -> PathBuf {
    cache_folder.join(format!("{}-{}.images", recipe.name(), &key[..16]))
}

/// The images of all jets of the file, of which only a chunk is in memory at a time.
fn convert(reader: &mut JetReader, recipe: Recipe) -> Result<ImageSet> {
    let mut set = ImageSet::empty(recipe.side());
    while let Some(jets) = reader.next_chunk(JETS_AT_A_TIME)? {
        let first = set.len();
        let images = images(&jets, recipe).map_err(|error| match error {
            Error::EmptyImage { file, jet } => Error::EmptyImage { file, jet: first + jet },
            other => other,
        });
        set.append(&images?);
    }
    Ok(set)
}

fn write(writer: &mut impl Write, key: &str, images: &ImageSet) -> io::Result<()> {
    let mut writer = HashingWriter { inner: writer, hash: Sha256::new() };
    let (offsets, pixels, values) = images.parts();
    writer.put(MAGIC)?;
    writer.put(key.as_bytes())?;
    for number in [images.side(), images.len(), pixels.len()] {
        writer.put(&(number as u64).to_le_bytes())?;
    }
    writer.put_all(offsets, |x| x.to_le_bytes())?;
    writer.put_all(pixels, |x| x.to_le_bytes())?;
    writer.put_all(values, |x| x.to_le_bytes())?;
    writer.put_all(images.labels(), |class| [class.label()])?;
    let checksum = writer.hash.finalize();
    writer.inner.write_all(&checksum)
}

/// The images in the cache file, if it is there, belongs to the key and is not damaged.
fn read(cache: &Path, key: &str) -> Option<ImageSet> {
    let file = File::open(cache).ok()?;
    let length = file.metadata().ok()?.len();
    let mut reader = HashingReader { inner: BufReader::with_capacity(1 << 18, file), hash: Sha256::new() };
    if reader.take(MAGIC.len())? != MAGIC || reader.take(key.len())? != key.as_bytes() {
        return None;
    }
    let [side, n, total] = [reader.number()?, reader.number()?, reader.number()?];
    if length != expected_length(n, total)? {
        return None;
    }
    let (n, total) = (n as usize, total as usize);
    let offsets = reader.take_all(n + 1, u64::from_le_bytes)?;
    let pixels = reader.take_all(total, u16::from_le_bytes)?;
    let values = reader.take_all(total, f32::from_le_bytes)?;
    let labels = reader.take_all(n, |[label]: [u8; 1]| label)?;
    let labels = labels.into_iter().map(|label| Class::from_label(i64::from(label))).collect::<Option<Vec<_>>>()?;
    let checksum = reader.hash.clone().finalize();
    if reader.take(checksum.len())? != checksum[..] {
        return None;
    }
    ImageSet::from_parts(usize::try_from(side).ok()?, offsets, pixels, values, labels)
}

/// The length of a cache file, known before anything is allocated for what a damaged header says.
fn expected_length(n: u64, total: u64) -> Option<u64> {
    let header = (MAGIC.len() + 64 + 3 * 8 + 8 + 32) as u64;
    n.checked_mul(9)?.checked_add(total.checked_mul(6)?)?.checked_add(header)
}

struct HashingWriter<'a, W> {
    inner: &'a mut W,
    hash: Sha256,
}

impl<W: Write> HashingWriter<'_, W> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.inner.write_all(bytes)
    }

    fn put_all<T: Copy, const N: usize>(&mut self, numbers: &[T], bytes: impl Fn(T) -> [u8; N]) -> io::Result<()> {
        let mut block = Vec::with_capacity(BLOCK * N);
        for numbers in numbers.chunks(BLOCK) {
            block.clear();
            block.extend(numbers.iter().flat_map(|&number| bytes(number)));
            self.put(&block)?;
        }
        Ok(())
    }
}

struct HashingReader<R> {
    inner: R,
    hash: Sha256,
}

impl<R: Read> HashingReader<R> {
    fn take(&mut self, n: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; n];
        self.inner.read_exact(&mut bytes).ok()?;
        self.hash.update(&bytes);
        Some(bytes)
    }

    fn number(&mut self) -> Option<u64> {
        self.take_all(1, u64::from_le_bytes).map(|numbers| numbers[0])
    }

    fn take_all<T, const N: usize>(&mut self, n: usize, number: impl Fn([u8; N]) -> T) -> Option<Vec<T>> {
        let mut numbers = Vec::with_capacity(n);
        while numbers.len() < n {
            let block = self.take(BLOCK.min(n - numbers.len()) * N)?;
            numbers.extend(block.as_chunks().0.iter().map(|&bytes| number(bytes)));
        }
        Some(numbers)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn set() -> ImageSet {
        let mut set = ImageSet::empty(40);
        for i in 0..30_000u16 {
            let class = if i % 3 == 0 { Class::Top } else { Class::Qcd };
            set.push(&[(i % 800, 0.25), (800 + i % 800, 0.75)], class);
        }
        set
    }

    fn bytes(key: &str, images: &ImageSet) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, key, images).unwrap();
        bytes
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let cache = folder.path().join("cache");
        let key = hash_of(b"key");
        for images in [set(), ImageSet::empty(37)] {
            std::fs::write(&cache, bytes(&key, &images)).unwrap();
            assert_eq!(read(&cache, &key), Some(images));
        }
    }

    #[test]
    fn a_file_of_another_key_or_with_any_damage_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let cache = folder.path().join("cache");
        let key = hash_of(b"key");
        let good = bytes(&key, &set());
        assert_eq!(read(&cache, &key), None);
        std::fs::write(&cache, &good).unwrap();
        assert_eq!(read(&cache, &hash_of(b"another key")), None);
        let middle = good.len() / 2;
        // Magic, key, side, count, a number, the checksum.
        for place in [0, 20, 80, 95, middle, good.len() - 1] {
            let mut damaged = good.clone();
            damaged[place] ^= 0x40;
            std::fs::write(&cache, &damaged).unwrap();
            assert_eq!(read(&cache, &key), None, "damage at {place}");
        }
        for length in [0, 10, 90, middle, good.len() - 1] {
            std::fs::write(&cache, &good[..length]).unwrap();
            assert_eq!(read(&cache, &key), None, "cut at {length}");
        }
    }

    #[test]
    fn the_key_goes_by_content_table_and_recipe() {
        let base = key("abc", None, Recipe::PrincipalAxis);
        // As it was before tables had names, so that images that are kept already are still found.
        assert_eq!(base, hash_of(b"abc principal-axis 1"));
        assert_ne!(base, key("abd", None, Recipe::PrincipalAxis));
        assert_ne!(base, key("abc", None, Recipe::MacalusoShih));
        let [train, test] = ["train", "test"].map(|table| key("abc", Some(table), Recipe::PrincipalAxis));
        assert!(base != train && base != test && train != test);
    }
}
