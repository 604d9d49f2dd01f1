//! Scans labelled or unlabelled texts: JSON lines `{"id","text","surface"?,"key"?,"chunks"?}` on standard input,
//! `{"id","found":[[start,end,type,rule],…]}` on standard output. With `--bench`, only the speed, on one core.
//!
//! ```sh
//! zcat corpus.jsonl.gz | cargo run --release -p everyframe-privacy --example scan > found.jsonl
//! ```

use std::error::Error;
use std::io::{BufRead, Write};
use std::time::Instant;

use privacy::{Surface, scan};
use serde_json::{Value, json};

struct Record {
    id: String,
    text: String,
    surface: Surface,
    key: Option<String>,
    chunks: Vec<usize>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut records = Vec::new();
    for line in std::io::stdin().lock().lines() {
        let value: Value = serde_json::from_str(&line?)?;
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let chunks = value.get("chunks").and_then(Value::as_array);
        records.push(Record {
            id: text("id").unwrap_or_default(),
            text: text("text").unwrap_or_default(),
            surface: Surface::parse(&text("surface").unwrap_or_default()),
            key: text("key"),
            chunks: chunks
                .into_iter()
                .flatten()
                .filter_map(|at| usize::try_from(at.as_u64()?).ok())
                .collect(),
        });
    }
    let mut output = std::io::stdout().lock();
    if std::env::args().any(|argument| argument == "--bench") {
        return bench(&records, &mut output);
    }
    for record in &records {
        let found: Vec<Value> = scan(
            &record.text,
            record.surface,
            record.key.as_deref(),
            &record.chunks,
        )
        .into_iter()
        .map(|found| json!([found.start, found.end, found.rule.kind, found.rule.id]))
        .collect();
        writeln!(output, "{}", json!({"id": record.id, "found": found}))?;
    }
    Ok(())
}

/// Best of five, after a warm-up.
fn bench(records: &[Record], output: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let size: usize = records.iter().map(|record| record.text.len()).sum();
    let mut best = f64::MAX;
    for _ in 0..6 {
        let start = Instant::now();
        let mut found = 0;
        for record in records {
            found += scan(
                &record.text,
                record.surface,
                record.key.as_deref(),
                &record.chunks,
            )
            .len();
        }
        std::hint::black_box(found);
        best = best.min(start.elapsed().as_secs_f64());
    }
    #[expect(clippy::cast_precision_loss, reason = "a size in bytes as a rate")]
    let rate = size as f64 / best / 1e6;
    writeln!(output, "{rate:.1} MB/s")?;
    Ok(())
}
