//! Reads labelled runs the way they would arrive: OTLP, dialects, gate, store, assembly.

use std::collections::BTreeMap;
use std::io::BufRead as _;
use std::path::Path;

use dialects::otlp::{Limits, json};
use dialects::{KeyMap, Origin, decode_traces};
use insight::assemble::Settings;
use insight::subject::Subject;
use insight::view;
use serde_json::Value;
use testkit::{MemoryStore, sample};
use trace::{CaptureLevel, RunId, SpanId};

use crate::Result;

/// Keys of these senders, read as ours. Outcomes come from evaluation events; labels are never sent.
const KEY_MAP: &[&str] = &[
    "bench.task.id=everyframe.run.task.id",
    "bench.task.type=everyframe.run.goal.type",
];

/// A run with what its labels say.
pub(crate) struct Labelled {
    /// Folder it came from.
    pub(crate) data_set: String,
    /// The run.
    pub(crate) subject: Subject,
    /// Its labels.
    pub(crate) label: Label,
}

/// What people or a benchmark say of a run.
#[derive(Default)]
pub(crate) struct Label {
    /// Task it tries: folds of the cross-validation never part one.
    pub(crate) task_id: String,
    /// Part of the data set.
    pub(crate) subset: String,
    /// Whether it met its goal.
    pub(crate) is_success: bool,
    /// The step a person named.
    pub(crate) human: Option<SpanId>,
    /// Kind of the step derived from the benchmark's reference, and the step.
    pub(crate) derived: Option<(String, SpanId)>,
}

/// All labelled runs of a folder of data sets, at a capture level.
pub(crate) fn load(folder: &Path, level: CaptureLevel) -> Result<Vec<Labelled>> {
    let mut folders: Vec<_> = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("labels.jsonl").exists() && path.join("traces.jsonl.zst").exists())
        .collect();
    folders.sort();
    let mut runs = Vec::new();
    for folder in folders {
        let labels = labels(&folder)?;
        // Runs without any label of a step tell nothing here.
        let is_labelled = |label: &Label| label.human.is_some() || label.derived.is_some();
        if labels.values().any(is_labelled) {
            runs.extend(load_one(&folder, labels, level)?);
        }
    }
    Ok(runs)
}

fn load_one(
    folder: &Path,
    mut labels: BTreeMap<String, Label>,
    level: CaptureLevel,
) -> Result<Vec<Labelled>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let store = MemoryStore::new();
    let gate = sample::gate(level);
    let key_map = KeyMap::parse(KEY_MAP)?;
    let mut decoder = zstd::Decoder::new(std::fs::File::open(folder.join("traces.jsonl.zst"))?)?;
    decoder.window_log_max(27)?;
    for line in std::io::BufReader::new(decoder).lines() {
        let line = line?;
        let read = json::read_traces(line.as_bytes(), &Limits::default()).map_err(|_| "a body is no OTLP")?;
        let origin = Origin {
            workspace_id: sample::workspace(),
            project_id: sample::project(),
            received_at: sample::at_millis(0),
        };
        store.put(gate.clear(decode_traces(&read, &origin, &key_map)));
    }
    let data_set = folder
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut runs = Vec::new();
    let ids: Vec<String> = labels.keys().cloned().collect();
    for id in ids {
        let subject = runtime.block_on(subject(&store, &RunId::new(&id)))?;
        let (Some(subject), Some(label)) = (subject, labels.remove(&id)) else {
            return Err(format!("{data_set}: a labelled run was not sent").into());
        };
        runs.push(Labelled {
            data_set: data_set.clone(),
            subject,
            label,
        });
    }
    Ok(runs)
}

async fn subject(store: &MemoryStore, run_id: &RunId) -> Result<Option<Subject>> {
    let workspace_id = sample::workspace();
    let Some(assembled) = view::run(store, &workspace_id, run_id, &Settings::default()).await? else {
        return Ok(None);
    };
    Ok(Some(Subject::of(&assembled)))
}

fn labels(folder: &Path) -> Result<BTreeMap<String, Label>> {
    let text = std::fs::read_to_string(folder.join("labels.jsonl"))?;
    text.lines()
        .map(|line| {
            let value: Value = serde_json::from_str(line)?;
            let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
            let span = |pointer: &str| SpanId::parse_hex(&text(pointer)?).ok();
            let label = Label {
                task_id: text("/task_id").unwrap_or_default(),
                subset: text("/subset").unwrap_or_default(),
                is_success: value
                    .pointer("/success")
                    .and_then(Value::as_bool)
                    .unwrap_or(false),
                human: span("/human_label/root_cause/span_id"),
                derived: text("/derived_label/kind").zip(span("/derived_label/span_id")),
            };
            Ok((text("/trace_id").ok_or("a label without a trace id")?, label))
        })
        .collect()
}
