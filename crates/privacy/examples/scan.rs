//! Scans texts: JSON lines `{"id","text","surface"?,"key"?,"chunks"?}` on standard input,
//! `{"id","found":[[start,end,type,rule],…]}` on standard output.
//!
//! ```sh
//! zcat corpus.jsonl.gz | cargo run --release -p everyframe-privacy --example scan > found.jsonl
//! ```

fn main() -> Result<(), privacy::LinesError> {
    privacy::scan_lines(std::io::stdin().lock(), std::io::stdout().lock())
}
