//! Scores: taken, and those of a run.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, RawQuery, State};
use http::HeaderMap;
use insight::view;
use trace::run::Run;
use trace::score::{DecodedScore, Score};
use trace::span::Decoded;
use trace::{ProjectId, RunId, SpanId, Text, TraceId};

use super::run::{not_found, run_id};
use crate::error::Error;
use crate::parameters::Parameters;
use crate::posted;
use crate::reading::{bodies, json_body, work};
use crate::server::Api;
use crate::wire::problem::Problem;
use crate::wire::scores::{PostedScores, RunScores, TakenScore, TakenScores};

/// The project of scores that name none.
const PROJECT_DEFAULT: &str = "default";
/// Most spans that are looked for in one request.
const LOOKUPS_MAX: usize = 200;

/// Takes judgements of runs and spans, all of them or none. What is answered is on disk and readable, and its run is
/// judged anew.
///
/// Scores may come late by days, and before their run. They pass the policy as everything else does.
#[utoipa::path(post, path = "/api/v1/scores", tag = "answers",
    request_body = PostedScores,
    params(("project" = Option<String>, Query, description = "Project of the scores. Default `default`.")),
    responses(
        (status = 200, description = "What became of them.", body = TakenScores),
        (status = 400, description = "A score cannot be read; none was taken.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The request is too large; none was taken.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not sent as JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot take them now; try again.", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn post_scores(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<TakenScores>, Error> {
    let parameters = Parameters::read(query.as_deref(), &["project"])?;
    let body = json_body(&headers, body)?;
    let received_at = api.clock.now();
    let mut scores = posted::read(&body, received_at)?;
    let project_id = ProjectId::new(parameters.text("project").unwrap_or(PROJECT_DEFAULT));
    let taken = work(api, move |api| async move {
        let known = look_up(&api, &mut scores).await?;
        let taken = api.intake.take(Decoded {
            workspace_id: api.options.workspace_id.clone(),
            project_id,
            received_at,
            spans: Vec::new(),
            scores,
        });
        let taken = taken.await?.scores;
        let taken = taken.iter().zip(known).map(|(score, known)| TakenScore {
            score_id: score.score_id.to_string(),
            run_known: known.run,
            span_known: known.span,
            note_kept: score.content.first().map(|note| note.content_id.is_some()),
        });
        Ok(TakenScores {
            scores: taken.collect(),
        })
    });
    Ok(Json(taken.await?))
}

/// What is known already of what a score names.
struct Known {
    run: Option<bool>,
    span: Option<bool>,
}

/// Looks for the runs and spans that scores name, and gives a score the trace of its span where it names a run alone.
async fn look_up(api: &Api, scores: &mut [DecodedScore]) -> Result<Vec<Known>, Error> {
    let workspace_id = &api.options.workspace_id;
    let named = scores
        .iter()
        .filter_map(|decoded| decoded.score.stated_run_id.as_deref());
    let mut run_ids: Vec<RunId> = named.map(RunId::new).collect();
    run_ids.sort_unstable();
    run_ids.dedup();
    let runs = match run_ids.as_slice() {
        [] => Vec::new(),
        run_ids => api.read.runs_by_id(workspace_id, run_ids).await?,
    };
    let runs: HashMap<&str, &Run> = runs.iter().map(|run| (run.run_id.as_str(), run)).collect();
    let mut lookups = 0;
    let mut known = Vec::with_capacity(scores.len());
    for DecodedScore { score, .. } in scores {
        let run_of = |run_id: &Text| runs.get(run_id.as_str()).copied();
        let run = score.stated_run_id.as_ref().map(run_of);
        let span = match score.span_id {
            Some(span_id) => find_span(api, score, span_id, run.flatten(), &mut lookups).await?,
            None => None,
        };
        if let Some(Some(trace_id)) = span {
            score.trace_id = Some(trace_id);
        }
        known.push(Known {
            run: run.map(|run| run.is_some()),
            span: span.map(|trace_id| trace_id.is_some()),
        });
    }
    Ok(known)
}

/// The trace that holds a span; `None` where it was not looked for.
async fn find_span(
    api: &Api,
    score: &Score,
    span_id: SpanId,
    run: Option<&Run>,
    lookups: &mut usize,
) -> Result<Option<Option<TraceId>>, Error> {
    let traces: Vec<TraceId> = match (score.trace_id, run) {
        (Some(trace_id), _) => vec![trace_id],
        (None, Some(run)) => run.traces.clone(),
        (None, None) => return Ok(None),
    };
    for trace_id in traces {
        *lookups += 1;
        if *lookups > LOOKUPS_MAX {
            return Ok(None);
        }
        let records = api
            .read
            .span(&api.options.workspace_id, trace_id, span_id)
            .await?;
        if !records.is_empty() {
            return Ok(Some(Some(trace_id)));
        }
    }
    Ok(Some(None))
}

/// The scores of a run and of its spans, oldest first: feedback, evaluations, what people said of its first wrong
/// decision. None is ever overwritten; what a person says later stands over what the same person said before.
#[utoipa::path(get, path = "/api/v1/runs/{run_id}/scores", tag = "answers",
    params(("run_id" = String, Path, description = "The run, percent-encoded.")),
    responses(
        (status = 200, description = "The scores.", body = RunScores),
        (status = 404, description = "There is no such run.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot answer now.", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn run_scores(
    State(api): State<Arc<Api>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Json<RunScores>, Error> {
    Parameters::read(query.as_deref(), &[])?;
    let run_id = run_id(path)?;
    let found = work(api, move |api| async move {
        let workspace_id = &api.options.workspace_id;
        let Some(assembled) = view::run(&*api.read, workspace_id, &run_id, &api.settings).await? else {
            return Ok(None);
        };
        let scores = view::scores(&*api.read, workspace_id, &assembled).await?;
        let notes = scores.iter().flat_map(|logged| &logged.score.content);
        let bodies = bodies(&api, notes.filter_map(|note| note.content_id)).await?;
        Ok(Some(RunScores::new(&run_id, &scores, &bodies)))
    });
    found.await?.map(Json).ok_or_else(not_found)
}
