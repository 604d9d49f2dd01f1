//! Reading what takes more than one question to a port: a run as it stands, its tree, a span made whole.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use http::{HeaderMap, header};
use insight::assemble::{Assembled, Settings, assemble};
use insight::view;
use tokio::runtime::Handle;
use trace::content::Content;
use trace::ports::LoggedSpan;
use trace::{ContentId, Record, RunId};

use crate::error::Error;
use crate::server::Api;

/// Most bytes of the body of a request to the API.
pub(crate) const BODY_SIZE_BYTES_MAX: usize = 1024 * 1024;

/// The body of a request that says that it is JSON. A page of another site can send a form, but not JSON, without being
/// asked first.
pub(crate) fn json_body(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Bytes, Error> {
    let media = headers.get(header::CONTENT_TYPE);
    let media = media.and_then(|media| media.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case("application/json") {
        return Err(Error::ContentType);
    }
    body.map_err(|_| Error::BodyTooLarge {
        size_bytes_max: BODY_SIZE_BYTES_MAX,
    })
}

/// Assembles a run from what is logged at this moment, then makes an answer of it. Work that grows with the run
/// is done apart from the threads that receive and answer requests. `None` where there is no such run.
pub(crate) async fn with_view<T: Send + 'static>(
    api: Arc<Api>,
    run_id: RunId,
    answer: impl FnOnce(&Api, &Assembled) -> T + Send + 'static,
) -> Result<Option<T>, Error> {
    let runtime = Handle::current();
    let work = move || {
        let options = &api.options;
        let assembled = view::run(&*api.read, &options.workspace_id, &run_id, &api.settings);
        // A request that timed out cannot stop this thread, so it holds the limit itself.
        let assembled = runtime
            .block_on(async { tokio::time::timeout(options.timeout, assembled).await })
            .map_err(|_| Error::timed_out(options.timeout))??;
        Ok(assembled.map(|assembled| answer(&api, &assembled)))
    };
    tokio::task::spawn_blocking(work).await?
}

/// Does work that reads and computes apart from the threads that receive and answer requests, within the limit of a
/// request.
pub(crate) async fn work<T, F>(
    api: Arc<Api>,
    task: impl FnOnce(Arc<Api>) -> F + Send + 'static,
) -> Result<T, Error>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>>,
{
    let runtime = Handle::current();
    let work = move || {
        let limit = api.options.timeout;
        runtime
            .block_on(async { tokio::time::timeout(limit, task(api)).await })
            .map_err(|_| Error::timed_out(limit))?
    };
    tokio::task::spawn_blocking(work).await?
}

/// Bodies by their ids, as far as they are kept.
pub(crate) type Bodies = HashMap<ContentId, Content>;

/// Reads bodies.
pub(crate) async fn bodies(api: &Api, ids: impl Iterator<Item = ContentId>) -> Result<Bodies, Error> {
    let mut ids: Vec<ContentId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(Bodies::new());
    }
    let contents = api.read.contents(&api.options.workspace_id, &ids).await?;
    let contents = contents.into_iter();
    Ok(contents.map(|content| (content.content_id, content)).collect())
}

/// One span, made whole from its records.
pub(crate) struct WholeSpan {
    /// The span, with the newest log position and the first receipt of its records.
    pub(crate) record: Arc<LoggedSpan>,
    /// Records of log events among them.
    pub(crate) supplements: usize,
}

/// Makes one span of its records, by the rules a run is assembled by; `None` where there are none.
pub(crate) fn whole_span(records: &[Arc<LoggedSpan>]) -> Option<WholeSpan> {
    let is_supplement = |record: &&Arc<LoggedSpan>| record.span.record == Record::Supplement;
    let merged = assemble(records, &[], &Settings::default());
    let merged = merged.and_then(|assembled| {
        assembled
            .tree
            .nodes()
            .first()
            .map(|node| Arc::clone(&node.record))
    });
    // Log records that do not say what their span did make no span of a run, yet what they hold is stored.
    let record = merged.or_else(|| records.iter().min_by_key(|record| record.sequence).cloned())?;
    Some(WholeSpan {
        record,
        supplements: records.iter().filter(is_supplement).count(),
    })
}

/// The words of a message: the texts of its parts where it is one, else the body as it is.
pub(crate) fn plain_text(body: &str) -> String {
    let parsed: Option<serde_json::Value> = Some(body)
        .filter(|body| body.starts_with('{'))
        .and_then(|body| serde_json::from_str(body).ok());
    let parts = parsed
        .as_ref()
        .and_then(|message| message.get("parts")?.as_array());
    match parts {
        Some(parts) => {
            let texts = parts.iter().filter_map(|part| part.get("content")?.as_str());
            texts.collect::<Vec<_>>().join("\n")
        }
        None => body.to_owned(),
    }
}
