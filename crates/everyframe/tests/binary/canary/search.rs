//! Looking for secrets in bytes: as they are, in base64, in hex, percent-encoded, and within compressed frames.

use std::io::Read as _;
use std::path::Path;

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::messages::{MARK, Secrets};

/// First bytes of a zstd frame: what a log record and a page of a table are.
const ZSTD_MAGIC: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
/// Most that a frame may unpack to here, in bytes.
const FRAME_SIZE_BYTES_MAX: u64 = 64 * 1024 * 1024;

pub(super) struct Search<'a> {
    needles: AhoCorasick,
    secrets: &'a Secrets,
}

impl<'a> Search<'a> {
    /// Looks for what has this mark in it.
    pub(super) fn new(mark: &str, secrets: &'a Secrets) -> Self {
        let hex: String = mark.bytes().map(|byte| format!("{byte:02x}")).collect();
        let percent: String = mark.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let mut needles = vec![
            mark.to_owned(),
            hex.to_uppercase(),
            percent.to_uppercase(),
            hex,
            percent,
        ];
        needles.extend((0..3).map(|offset| base64_inside(mark, offset)));
        Self {
            needles: AhoCorasick::new(&needles).expect("needles"),
            secrets,
        }
    }

    /// What is found in bytes, or in the compressed frames they hold: one line each.
    pub(super) fn bytes(&self, place: &str, bytes: &[u8]) -> Vec<String> {
        let mut found = self.plain(place, bytes);
        for start in memchr_all(bytes) {
            let mut unpacked = Vec::new();
            let frame = zstd::Decoder::new(&bytes[start..]);
            // What is no frame after all, or is cut, is read as far as it goes.
            let _ = frame.map(|frame| {
                frame
                    .single_frame()
                    .take(FRAME_SIZE_BYTES_MAX)
                    .read_to_end(&mut unpacked)
            });
            found.extend(self.plain(&format!("{place}, unpacked"), &unpacked));
        }
        found.dedup();
        found
    }

    /// The same of every file below a folder, and of the files' names.
    pub(super) fn folder(&self, folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        let mut frames = 0;
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                let name = path.display().to_string();
                found.extend(self.plain("a file's name", name.as_bytes()));
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let bytes = std::fs::read(&path).expect("a file");
                frames += memchr_all(&bytes).len();
                found.extend(self.bytes(&name, &bytes));
            }
        }
        assert!(frames > 0, "log and tables are compressed, and are looked into");
        found
    }

    fn plain(&self, place: &str, bytes: &[u8]) -> Vec<String> {
        let mut found: Vec<String> = self
            .needles
            .find_iter(bytes)
            .map(|found| {
                let after = bytes.get(found.end()..found.end() + 6).unwrap_or_default();
                let number = String::from_utf8_lossy(after).parse().unwrap_or(usize::MAX);
                let field = self.secrets.field(number);
                let around = &bytes[found.start().saturating_sub(40)..found.end()];
                format!("{field} in {place}: {}", String::from_utf8_lossy(around))
            })
            .collect();
        found.truncate(20);
        found
    }
}

fn memchr_all(bytes: &[u8]) -> Vec<usize> {
    bytes
        .windows(ZSTD_MAGIC.len())
        .enumerate()
        .filter(|(_, window)| *window == ZSTD_MAGIC)
        .map(|(start, _)| start)
        .collect()
}

/// The part of the base64 of a text that does not depend on what stands around it, where the text begins at this
/// offset in a group of three bytes.
fn base64_inside(text: &str, offset: usize) -> String {
    let padded = [vec![0; offset], text.as_bytes().to_vec()].concat();
    let encoded = STANDARD_NO_PAD.encode(padded);
    let first = if offset == 0 { 0 } else { 4 };
    encoded[first..encoded.len() - 3].to_owned()
}

#[test]
fn a_secret_is_found_in_every_form() {
    let mut secrets = Secrets::default();
    let secret = secrets.make("a field");
    let search = Search::new(MARK, &secrets);
    for before in ["", "a", "ab"] {
        let text = format!("{before}{secret}");
        let encoded = STANDARD_NO_PAD.encode(&text);
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        let packed = zstd::encode_all(text.as_bytes(), 3).expect("packed");
        for bytes in [
            text.as_bytes(),
            encoded.as_bytes(),
            hex.as_bytes(),
            packed.as_slice(),
        ] {
            assert!(!search.bytes("here", bytes).is_empty());
        }
    }
    assert!(search.bytes("here", b"nothing of the kind").is_empty());
}
