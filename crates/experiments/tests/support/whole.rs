//! Whether a file is whole, by its kind.

use super::Files;

/// Asserts that no file was left in part: neither a temporary name, nor a file that its format says is cut off.
pub fn assert_whole(files: &Files) {
    for (name, bytes) in files {
        assert!(is_whole(name, bytes), "{name} is not whole ({} bytes)", bytes.len());
    }
}

fn is_whole(name: &str, bytes: &[u8]) -> bool {
    let text = || std::str::from_utf8(bytes).unwrap_or_default();
    let file = name.rsplit('/').next().unwrap_or_default();
    match file.rsplit('.').next().unwrap_or_default() {
        "lock" => bytes.is_empty(),
        "toml" => !bytes.is_empty() && text().parse::<toml::Table>().is_ok(),
        "json" => serde_json::from_slice::<serde_json::Value>(bytes).is_ok(),
        // A log may end within a row: the program that was stopped there goes on after the last whole one.
        "jsonl" => text().lines().rev().skip(1).all(|row| serde_json::from_str::<serde_json::Value>(row).is_ok()),
        "safetensors" => is_whole_checkpoint(bytes),
        "csv" => bytes.ends_with(b"\n"),
        "parquet" => bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"),
        "svg" => bytes.starts_with(b"<svg") && text().trim_end().ends_with("</svg>"),
        "pdf" => bytes.starts_with(b"%PDF") && text_end(bytes).contains("%%EOF"),
        "png" => resvg::tiny_skia::Pixmap::decode_png(bytes).is_ok(),
        "images" => bytes.starts_with(b"jet images"),
        "txt" => bytes.ends_with(b"\n"),
        _ => false,
    }
}

/// A header of the length that the first eight bytes say, then the tensors up to the largest offset in it.
fn is_whole_checkpoint(bytes: &[u8]) -> bool {
    let Some(length) = bytes.first_chunk().map(|length| u64::from_le_bytes(*length) as usize) else { return false };
    let Some(header) = bytes.get(8..8 + length) else { return false };
    let Ok(header) = serde_json::from_slice::<serde_json::Value>(header) else { return false };
    let ends = header.as_object().into_iter().flatten().filter_map(|(_, tensor)| tensor["data_offsets"][1].as_u64());
    ends.max().is_some_and(|end| 8 + length + end as usize == bytes.len())
}

fn text_end(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(16)..]).into_owned()
}
