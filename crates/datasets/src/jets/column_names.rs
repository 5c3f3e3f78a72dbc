//! The column names of a pandas table: a Python list of texts, pickled.
//!
//! Only what such a list needs of the pickle format (protocols 0 to 5) is understood, and nothing is ever executed.

use std::collections::HashMap;

/// Names in a list, and bytes of a name, at most: a pickle can repeat what it holds without growing.
const MOST: usize = 4096;

/// The texts of a pickled list of texts, in order, or what stands in the way.
pub(super) fn unpickle(pickle: &[u8]) -> Result<Vec<String>, String> {
    let mut reader = Unpickler { rest: pickle, names: Vec::new(), last: None, memo: HashMap::new() };
    loop {
        match reader.byte()? {
            b'.' => return Ok(reader.names),
            code => reader.step(code)?,
        }
    }
}

struct Unpickler<'a> {
    rest: &'a [u8],
    names: Vec<String>,
    /// What the last code put on the stack, if that was a text.
    last: Option<String>,
    memo: HashMap<usize, Option<String>>,
}

impl Unpickler<'_> {
    fn step(&mut self, code: u8) -> Result<(), String> {
        match code {
            // Marks, the list itself and appending to it: the order of the texts is the order of the list.
            b'(' | b']' | b'l' => self.last = None,
            b'a' | b'e' => {}
            0x80 => drop(self.bytes(1)?),
            0x95 => drop(self.bytes(8)?),
            b'V' | b'S' => self.quoted_line(code)?,
            b'U' | 0x8c => self.counted_text(1)?,
            b'T' | b'X' => self.counted_text(4)?,
            0x8d => self.counted_text(8)?,
            b'p' => {
                let key = self.decimal_line()?;
                self.remember(key);
            }
            b'q' | b'r' => {
                let key = self.number(if code == b'q' { 1 } else { 4 })?;
                self.remember(key);
            }
            0x94 => self.remember(self.memo.len()),
            b'g' => {
                let key = self.decimal_line()?;
                self.recall(key)?;
            }
            b'h' | b'j' => {
                let key = self.number(if code == b'h' { 1 } else { 4 })?;
                self.recall(key)?;
            }
            other => return Err(format!("the pickle holds more than a list of texts: code 0x{other:02x}")),
        }
        Ok(())
    }

    fn bytes(&mut self, n: usize) -> Result<&[u8], String> {
        let (taken, rest) = self.rest.split_at_checked(n).ok_or("the pickle ends too early")?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, String> {
        Ok(self.bytes(1)?[0])
    }

    fn number(&mut self, n: usize) -> Result<usize, String> {
        let bytes = self.bytes(n)?;
        Ok(bytes.iter().rev().fold(0, |number, &byte| number << 8 | usize::from(byte)))
    }

    fn line(&mut self) -> Result<String, String> {
        let end = self.rest.iter().position(|&b| b == b'\n').ok_or("the pickle ends too early")?;
        let line = String::from_utf8(self.bytes(end + 1)?[..end].to_vec());
        line.map_err(|_| "a name is not plain text".to_owned())
    }

    fn decimal_line(&mut self) -> Result<usize, String> {
        let line = self.line()?;
        line.parse().map_err(|_| format!("`{line}` is not a number"))
    }

    /// A text up to the end of the line: bare after `V`, in quotes after `S`.
    fn quoted_line(&mut self, code: u8) -> Result<(), String> {
        let line = self.line()?;
        let unquoted = |quote: char| line.strip_prefix(quote)?.strip_suffix(quote);
        let text = match code {
            b'V' => Some(line.as_str()),
            _ => unquoted('\'').or_else(|| unquoted('"')),
        };
        match text {
            Some(text) if !text.contains('\\') => {
                let text = text.to_owned();
                self.push(text)
            }
            _ => Err(format!("the name {line} is not plain text")),
        }
    }

    /// A text after its length in `width` bytes.
    fn counted_text(&mut self, width: usize) -> Result<(), String> {
        let length = self.number(width)?;
        let text = String::from_utf8(self.bytes(length)?.to_vec());
        self.push(text.map_err(|_| "a name is not plain text")?)
    }

    fn push(&mut self, text: String) -> Result<(), String> {
        if self.names.len() == MOST || text.len() > MOST {
            return Err(format!("there are more than {MOST} names, or one of more than {MOST} bytes"));
        }
        self.last = Some(text.clone());
        self.names.push(text);
        Ok(())
    }

    fn remember(&mut self, key: usize) {
        self.memo.insert(key, self.last.clone());
    }

    fn recall(&mut self, key: usize) -> Result<(), String> {
        match self.memo.get(&key) {
            Some(Some(text)) => {
                let text = text.clone();
                self.push(text)
            }
            _ => Err(format!("the pickle recalls {key}, which is no text")),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    // Made by Python 3.11's pickle.dumps(["E_0", "PX_0", "E_0"], protocol), with the same object for both "E_0".
    const PROTOCOL_0: &[u8] = b"(lp0\nVE_0\np1\naVPX_0\np2\nag1\na.";
    const PROTOCOL_1: &[u8] = b"]q\x00(X\x03\x00\x00\x00E_0q\x01X\x04\x00\x00\x00PX_0q\x02h\x01e.";
    const PROTOCOL_2: &[u8] = b"\x80\x02]q\x00(X\x03\x00\x00\x00E_0q\x01X\x04\x00\x00\x00PX_0q\x02h\x01e.";
    const PROTOCOL_4: &[u8] =
        b"\x80\x04\x95\x16\x00\x00\x00\x00\x00\x00\x00]\x94(\x8c\x03E_0\x94\x8c\x04PX_0\x94h\x01e.";
    // As Python 2 writes its texts.
    const PYTHON_2: &[u8] = b"(lp0\nS'E_0'\np1\naS'PX_0'\np2\nag1\na.";

    #[test]
    fn the_names_are_read_from_every_protocol() {
        for pickle in [PROTOCOL_0, PROTOCOL_1, PROTOCOL_2, PROTOCOL_4, PYTHON_2] {
            assert_eq!(unpickle(pickle).unwrap(), ["E_0", "PX_0", "E_0"]);
        }
    }

    #[test]
    fn a_short_pickle_that_recalls_a_name_again_and_again_is_refused() {
        let pickle = [&b"(lp0\nVE_0\np1\n"[..], &b"h\x01".repeat(MOST), b"a."].concat();
        assert!(unpickle(&pickle).unwrap_err().contains("more than"));
    }

    #[test]
    fn anything_but_a_list_of_texts_is_refused() {
        // A call of a global, a cut list, an escape, an integer.
        let refused: [&[u8]; 4] =
            [b"cos\nsystem\n(S'true'\ntR.", b"(lp0\nVE_0\np1\na", b"(lp0\nVE\\u0041\na.", b"(lp0\nI1\na."];
        for pickle in refused {
            assert!(unpickle(pickle).is_err(), "{}", String::from_utf8_lossy(pickle));
        }
    }
}
