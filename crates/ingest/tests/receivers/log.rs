//! A write port that remembers what it was given, and that can be told to be full, broken or slow.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use privacy::{AppendError, Cleared, Receipt, WritePort};
use tokio::sync::Semaphore;
use trace::ports::Pending;
use trace::span::{Batch, SpanKey};
use trace::{ProjectId, Sequence};

#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Mood {
    #[default]
    Well,
    Full,
    Broken,
    Closing,
    Panicking,
}

pub(crate) struct Log {
    state: Mutex<State>,
    /// One append passes for each permit.
    passes: Semaphore,
    waiting: AtomicUsize,
}

#[derive(Default)]
struct State {
    mood: Mood,
    keys: HashSet<(ProjectId, SpanKey)>,
    batches: Vec<Batch>,
}

impl Log {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::default(),
            passes: Semaphore::new(1_000_000),
            waiting: AtomicUsize::new(0),
        }
    }

    pub(crate) fn set(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    pub(crate) fn hold(&self) {
        self.passes.forget_permits(1_000_000);
    }

    pub(crate) fn let_pass(&self, count: usize) {
        self.passes.add_permits(count);
    }

    /// Appends that have not passed.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }

    pub(crate) fn batches(&self) -> Vec<Batch> {
        self.state.lock().unwrap().batches.clone()
    }

    pub(crate) fn span_keys(&self) -> HashSet<SpanKey> {
        self.state
            .lock()
            .unwrap()
            .keys
            .iter()
            .map(|(_, key)| *key)
            .collect()
    }
}

impl WritePort for Log {
    fn append(&self, batch: Cleared<Batch>) -> Pending<'_, Result<Receipt, AppendError>> {
        Box::pin(async move {
            self.waiting.fetch_add(1, Ordering::SeqCst);
            self.passes.acquire().await.unwrap().forget();
            self.waiting.fetch_sub(1, Ordering::SeqCst);
            let mut state = self.state.lock().unwrap();
            match state.mood {
                Mood::Well => {}
                Mood::Full => {
                    return Err(AppendError::Busy {
                        retry_after: Duration::from_millis(2500),
                    });
                }
                Mood::Broken => return Err(AppendError::Disk("no space left".to_owned())),
                Mood::Closing => return Err(AppendError::Closing),
                Mood::Panicking => {
                    drop(state);
                    panic!("as the test wants");
                }
            }
            let batch = batch.into_inner();
            let mut spans_new = 0;
            for span in &batch.spans {
                spans_new += u64::from(state.keys.insert((batch.project_id.clone(), span.key())));
            }
            state.batches.push(batch);
            let sequence = Sequence(state.batches.len() as u64);
            Ok(Receipt { sequence, spans_new })
        })
    }
}
