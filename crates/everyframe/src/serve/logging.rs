//! The server's own log: standard error, one line per event that matters, never with content of a trace.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::failure::{Failure, Result};

/// Sets which lines are written, such as `debug` or `info,everyframe_store=debug`.
const LEVEL_VARIABLE: &str = "EVERYFRAME_LOG";
/// Sets their form: `text` or `json`.
const FORMAT_VARIABLE: &str = "EVERYFRAME_LOG_FORMAT";
/// What is written unless said otherwise: our own crates' events, and only warnings of all below.
const LEVEL_DEFAULT: &str =
    "warn,everyframe=info,ingest=info,store=info,insight=info,catalog=info,api=info,privacy=info";

/// Starts the log. A second start, as in tests, changes nothing.
pub(super) fn start() -> Result<()> {
    let level = std::env::var(LEVEL_VARIABLE).unwrap_or_else(|_| LEVEL_DEFAULT.to_owned());
    let filter = EnvFilter::try_new(&level).map_err(|error| {
        Failure::new("bad_log_level", format!("{LEVEL_VARIABLE} cannot be read"))
            .because(&error)
            .hint("it is a level such as info or debug, or a list such as info,store=debug")
    })?;
    let is_json = std::env::var(FORMAT_VARIABLE).is_ok_and(|format| format == "json");
    let text = fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let registry = tracing_subscriber::registry().with(filter);
    let started = match is_json {
        true => registry.with(text.json().flatten_event(true)).try_init(),
        false => registry.with(text).try_init(),
    };
    drop(started);
    Ok(())
}
