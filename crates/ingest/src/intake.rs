//! The way in for what was decoded inside this process: the same bounds, gate, log and counts as for what receivers
//! take.

use std::sync::Arc;
use std::time::Instant;

use privacy::{AppendError, Intake, Taken};
use trace::ports::Pending;
use trace::span::Decoded;

use crate::account::{BatchCounts, Origin, Stage};
use crate::answer::Answer;
use crate::pipeline::{CAPTURE_OFF, Ingest};
use crate::received::{Signal, Transport};
use crate::refusal::Refusal;

impl Intake for Ingest {
    /// What has begun ends, even if the one who asked goes away: the ledger must say what happened.
    fn take(&self, decoded: Decoded) -> Pending<'_, Result<Taken, AppendError>> {
        let this = self.clone();
        Box::pin(async move {
            let work = tokio::spawn(async move { this.take_decoded(decoded).await });
            work.await.unwrap_or(Err(AppendError::Closing))
        })
    }
}

impl Ingest {
    async fn take_decoded(&self, decoded: Decoded) -> Result<Taken, AppendError> {
        let origin = Origin {
            signal: Signal::Scores,
            transport: Transport::Local,
            key_name: catalog::ledger::KEY_LOCAL.into(),
            received_at: decoded.received_at,
        };
        let taken = self.clear_and_log(decoded, &origin).await;
        if let Err(error) = &taken {
            self.account().refused(&origin, &self.not_logged(error));
        }
        taken
    }

    async fn clear_and_log(&self, decoded: Decoded, origin: &Origin) -> Result<Taken, AppendError> {
        let _ticket = self.admit().map_err(|refusal| not_admitted(&refusal))?;
        let mut answer = Answer {
            accepted: decoded.scores.len() as u64,
            ..Answer::default()
        };
        let gate = Arc::clone(self.gate());
        let began = Instant::now();
        let cleared = tokio::task::spawn_blocking(move || gate.clear(decoded)).await;
        let cleared = cleared.map_err(|_| AppendError::Closing)?;
        self.account().stage(Stage::Gate, began);
        let scores = cleared.get().scores.clone();
        answer.leave_out(answer.accepted.saturating_sub(scores.len() as u64), CAPTURE_OFF);
        if !scores.is_empty() {
            let counts = BatchCounts::of(cleared.get());
            let began = Instant::now();
            let receipt = self.write().append(cleared).await?;
            self.account().stage(Stage::Log, began);
            self.account().logged(origin, &counts, receipt.spans_new);
        }
        self.account().answered(origin, 0, &answer);
        Ok(Taken { scores })
    }
}

fn not_admitted(refusal: &Refusal) -> AppendError {
    match refusal.retry_after() {
        Some(retry_after) => AppendError::Busy { retry_after },
        None => AppendError::Closing,
    }
}
