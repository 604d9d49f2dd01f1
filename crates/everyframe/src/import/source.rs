//! Files of telemetry, read as a row of requests. The form is told by the bytes, never by the file's name.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::lines::JsonLines;
use super::protobuf;
use crate::failure::{Failure, Result};

/// Largest protobuf body that is read; the server takes less.
const BODY_SIZE_BYTES_MAX: u64 = 64 << 20;
/// Largest window of a zstd file, as a power of two: what `zstd --long=31` writes.
const ZSTD_WINDOW_LOG_MAX: u32 = 31;

/// What kind of telemetry a request carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Signal {
    /// Spans.
    Traces,
    /// Log records.
    Logs,
    /// Data points.
    Metrics,
    /// JSON lines of started and finished spans.
    Events,
}

impl Signal {
    /// Where it is sent.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Traces => "/v1/traces",
            Self::Logs => "/v1/logs",
            Self::Metrics => "/v1/metrics",
            Self::Events => "/v1/events",
        }
    }
}

/// Where in a file something stands, for people and for going on later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The file, as it was named.
    pub(super) file: Arc<str>,
    /// Its first line, from 1; 0 where the file has no lines.
    pub(super) line: u64,
    /// First byte after it, in the expanded file.
    pub(super) end_byte: u64,
    /// First line after it.
    pub(super) next_line: u64,
}

impl Place {
    /// The same place, at another line if there is one.
    pub(super) fn at(&self, line: Option<u64>) -> Self {
        Self {
            line: line.unwrap_or(self.line),
            ..self.clone()
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.file)?;
        match self.line {
            0 => Ok(()),
            line => write!(formatter, ":{line}"),
        }
    }
}

/// One request to send.
#[derive(Debug)]
pub(super) struct Unit {
    /// Where it stands.
    pub(super) place: Place,
    /// What it carries.
    pub(super) signal: Signal,
    /// Its content type.
    pub(super) content_type: &'static str,
    /// Records it holds: spans, log records or lines; 0 for metrics.
    pub(super) records: u64,
    /// Its body.
    pub(super) body: Vec<u8>,
}

/// What comes out of a file: a request, or a place that cannot be read with why.
pub(super) type Item = std::result::Result<Unit, (Place, String)>;

/// Items of one file, with an error where the file itself cannot be read on.
pub(super) type Items = Box<dyn Iterator<Item = io::Result<Item>> + Send>;

/// A file to import.
pub(super) struct Source {
    path: PathBuf,
    /// Its name for people.
    pub(super) name: Arc<str>,
    /// Its size on disk; 0 for standard input.
    pub(super) size_bytes: u64,
}

impl Source {
    /// Looks at the file without reading it.
    pub(super) fn new(path: &Path) -> Result<Self> {
        let name: Arc<str> = path.display().to_string().into();
        if is_standard_input(path) {
            return Ok(Self {
                path: path.to_owned(),
                name,
                size_bytes: 0,
            });
        }
        let metadata = std::fs::metadata(path).map_err(|error| cannot_read(&name, &error))?;
        if metadata.is_dir() {
            return Err(Failure::new("not_a_file", format!("{name} is a directory"))
                .hint(format!("name its files, such as {name}/*.jsonl")));
        }
        Ok(Self {
            path: path.to_owned(),
            name,
            size_bytes: metadata.len(),
        })
    }

    /// A fingerprint of the file's bytes, by which an interrupted import is found again; none for a stream.
    pub(super) fn fingerprint(&self) -> Result<Option<String>> {
        if is_standard_input(&self.path) {
            return Ok(None);
        }
        let mut hasher = blake3::Hasher::new();
        File::open(&self.path)
            .and_then(|file| hasher.update_reader(file).map(drop))
            .map_err(|error| cannot_read(&self.name, &error))?;
        let hex = hasher.finalize().to_hex();
        Ok(Some(hex.as_str().chars().take(32).collect()))
    }

    /// Reads the file from a byte and line of its expanded form. `consumed` counts bytes read from disk.
    pub(super) fn open(&self, from: Option<(u64, u64)>, consumed: Arc<AtomicU64>) -> Result<Items> {
        let raw: Box<dyn Read + Send> = if is_standard_input(&self.path) {
            Box::new(io::stdin())
        } else {
            Box::new(File::open(&self.path).map_err(|error| cannot_read(&self.name, &error))?)
        };
        self.items(Box::new(Counted { inner: raw, consumed }), from)
            .map_err(|error| cannot_read(&self.name, &error))
    }

    fn items(&self, raw: Box<dyn Read + Send>, from: Option<(u64, u64)>) -> io::Result<Items> {
        let mut reader = expanded(BufReader::with_capacity(1 << 18, raw))?;
        let start = reader.fill_buf()?;
        match start.first() {
            None => Ok(Box::new(std::iter::empty())),
            Some(_) if is_text(start) => {
                let (byte, line) = from.unwrap_or((0, 1));
                let skipped = io::copy(&mut (&mut reader).take(byte), &mut io::sink())?;
                Ok(Box::new(JsonLines::new(
                    reader,
                    Arc::clone(&self.name),
                    skipped,
                    line,
                )))
            }
            Some(0) => Ok(Box::new(Framed {
                reader,
                name: Arc::clone(&self.name),
                at: 0,
                is_over: false,
            })),
            Some(_) => {
                let mut body = Vec::new();
                reader.take(BODY_SIZE_BYTES_MAX).read_to_end(&mut body)?;
                let place = place(&self.name, 0, u64::try_from(body.len()).unwrap_or(u64::MAX));
                Ok(Box::new(std::iter::once(Ok(protobuf_unit(place, body)))))
            }
        }
    }
}

fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Whether a file is JSON. A protobuf request starts with the byte of a line feed, and a small one may go on
/// with that of a brace, so what reads as a whole protobuf request is none.
fn is_text(start: &[u8]) -> bool {
    let text = start
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(start)
        .trim_ascii_start();
    match text.first() {
        Some(b'{' | b'[') => start.first() == text.first() || protobuf::examine(start).is_none(),
        Some(_) => !matches!(start.first(), Some(0 | b'\n')),
        None => true,
    }
}

pub(super) fn cannot_read(name: &str, error: &io::Error) -> Failure {
    Failure::new("cannot_read_file", format!("cannot read {name}"))
        .because(error)
        .hint("check its name and permissions; OTLP JSON lines, OTLP protobuf bodies and event lines can be imported, also compressed with gzip or zstd")
}

fn place(name: &Arc<str>, line: u64, end_byte: u64) -> Place {
    Place {
        file: Arc::clone(name),
        line,
        end_byte,
        next_line: line,
    }
}

fn protobuf_unit(place: Place, body: Vec<u8>) -> Item {
    match protobuf::examine(&body) {
        Some((signal, records)) => Ok(Unit {
            place,
            signal,
            content_type: "application/x-protobuf",
            records,
            body,
        }),
        None => Err((
            place,
            "is neither JSON lines nor an OTLP protobuf body".to_owned(),
        )),
    }
}

/// Takes compression off, as the first bytes tell.
fn expanded(mut reader: BufReader<Box<dyn Read + Send>>) -> io::Result<Box<dyn BufRead + Send>> {
    let start = reader.fill_buf()?;
    if start.starts_with(&[0x1f, 0x8b]) {
        let decoder = flate2::bufread::MultiGzDecoder::new(reader);
        Ok(Box::new(BufReader::with_capacity(1 << 18, decoder)))
    } else if start.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        let mut decoder = zstd::Decoder::with_buffer(reader)?;
        decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
        Ok(Box::new(BufReader::with_capacity(1 << 18, decoder)))
    } else {
        Ok(Box::new(reader))
    }
}

/// Counts what is read through it.
struct Counted {
    inner: Box<dyn Read + Send>,
    consumed: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.inner.read(buffer)?;
        self.consumed
            .fetch_add(u64::try_from(size).unwrap_or(0), Ordering::Relaxed);
        Ok(size)
    }
}

/// Protobuf bodies one after the other, each with its length before it in four bytes, as the Collector's file
/// exporter writes them.
struct Framed {
    reader: Box<dyn BufRead + Send>,
    name: Arc<str>,
    at: u64,
    is_over: bool,
}

impl Framed {
    fn read_next(&mut self) -> io::Result<Option<Item>> {
        let mut length = [0; 4];
        if self.reader.fill_buf()?.is_empty() {
            return Ok(None);
        }
        self.reader.read_exact(&mut length)?;
        let size = u64::from(u32::from_be_bytes(length));
        self.at = self.at.saturating_add(4).saturating_add(size);
        let place = place(&self.name, 0, self.at);
        if size > BODY_SIZE_BYTES_MAX {
            self.is_over = true;
            return Ok(Some(Err((
                place,
                "is neither JSON lines nor OTLP protobuf bodies".to_owned(),
            ))));
        }
        let mut body = Vec::new();
        (&mut self.reader).take(size).read_to_end(&mut body)?;
        Ok(Some(protobuf_unit(place, body)))
    }
}

impl Iterator for Framed {
    type Item = io::Result<Item>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let next = self.read_next().transpose();
        self.is_over |= !matches!(next, Some(Ok(_)));
        next
    }
}
