//! `everyframe score`: a person's word on the first wrong decision of a run, or any other judgement of it.

use serde_json::{Value, json};

use crate::answers::{id_of, list, path};
use crate::cli;
use crate::client::Client;
use crate::failure::{Failure, Result};
use crate::format::text;
use crate::runs::print_json;
use crate::terminal::{print, visible};

/// Name of the scores that hold a person's word.
const WORD: &str = "first_wrong_decision";

/// Gives a run a score, and says what became of it.
pub(crate) fn run(arguments: &cli::Score) -> Result<()> {
    let client = Client::new(&arguments.server.url)?;
    let run_id = id_of(&client, &arguments.run)?;
    let span_id = match (&arguments.span, arguments.step) {
        (Some(span), _) => Some(span.clone()),
        (None, Some(step)) => Some(span_at(&client, &run_id, step)?),
        (None, None) => suggested(&client, &run_id, arguments.verdict)?,
    };
    let name = arguments.name.as_deref().unwrap_or(WORD);
    let label = arguments
        .verdict
        .map(cli::Verdict::as_str)
        .or(arguments.label.as_deref());
    let score = json!({
        "run_id": run_id,
        "span_id": span_id,
        "name": name,
        "label": label,
        "value": arguments.value,
        "source": arguments.source.as_str(),
        "reviewer": arguments.reviewer,
        "note": arguments.note,
    });
    let taken = client.post("/api/v1/scores", &json!({ "scores": [score] }))?;
    if arguments.json {
        print_json(&taken);
        return Ok(());
    }
    let Some(taken) = list(&taken, "scores").first() else {
        return Err(Failure::new(
            "not_kept",
            "the server's policy keeps nothing, so the score was not kept",
        )
        .hint("start the server with `--capture metadata` or more"));
    };
    print(&said(&run_id, label.unwrap_or(name), span_id.as_deref(), taken));
    Ok(())
}

/// What was taken, in a sentence, with what is odd about it.
fn said(run_id: &str, what: &str, span_id: Option<&str>, taken: &Value) -> String {
    let about = match span_id {
        Some(span_id) => format!("span {} of run {}", visible(span_id), visible(run_id)),
        None => format!("run {}", visible(run_id)),
    };
    let is_false = |name: &str| taken.get(name) == Some(&Value::Bool(false));
    let mut said = format!("{} is kept for {about}\n", visible(what));
    if is_false("span_known") {
        said.push_str("the run has no such span yet\n");
    }
    if is_false("note_kept") {
        said.push_str("the note is not kept: the server's policy keeps no content\n");
    }
    said
}

/// The span at a step of a run.
fn span_at(client: &Client, run_id: &str, step: u32) -> Result<String> {
    let spans = client.get(&path(run_id, "spans"), &[])?;
    let columns = spans.get("columns").unwrap_or(&Value::Null);
    let steps = list(columns, "span_id");
    let found = usize::try_from(step)
        .ok()
        .and_then(|step| steps.get(step)?.as_str());
    found.map(str::to_owned).ok_or_else(|| {
        Failure::new("no_such_step", format!("the run has no step {step}")).hint(format!(
            "its steps are 0 to {}; `everyframe show` lists them",
            steps.len().saturating_sub(1)
        ))
    })
}

/// The step that is suggested as the first wrong decision, where the word needs one and none was named.
fn suggested(client: &Client, run_id: &str, verdict: Option<cli::Verdict>) -> Result<Option<String>> {
    if !verdict.is_some_and(cli::Verdict::is_about_step) {
        return Ok(None);
    }
    let explanation = client.get(&path(run_id, "explanation"), &[])?;
    let best = list(&explanation, "candidates").first();
    let span_id = best.and_then(|best| text(best, "span_id")).map(str::to_owned);
    span_id.map(Some).ok_or_else(|| {
        let run = visible(run_id);
        Failure::new(
            "nothing_suggested",
            format!("no step of run {run} is suggested, so there is none to judge"),
        )
        .hint(format!(
            "name one with --step or --span; `everyframe show {run}` lists them"
        ))
    })
}
