//! A client of one server: the API for reading, OTLP over HTTP for sending.

use std::time::Duration;

use serde_json::Value;
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::failure::{Failure, Result};
use crate::terminal::visible;

/// Longest answer that is read.
const ANSWER_SIZE_BYTES_MAX: u64 = 512 << 20;
/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A server, by its address.
#[derive(Clone)]
pub(crate) struct Client {
    agent: Agent,
    base: String,
}

/// What a server answered to something that was sent.
pub(crate) struct Reply {
    /// HTTP status.
    pub(crate) status: u16,
    /// How long it asks to wait before the next try.
    pub(crate) retry_after: Option<Duration>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Client {
    /// A client of the server at this address.
    pub(crate) fn new(url: &str) -> Result<Self> {
        let base = url.trim_end_matches('/').to_owned();
        if !base.starts_with("http://") {
            return Err(Failure::new(
                "bad_url",
                format!("`{}` is not the address of a server", visible(url)),
            )
            .hint("it looks like http://127.0.0.1:4318; servers listen on this machine only"));
        }
        let agent = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .user_agent(concat!("everyframe/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Ok(Self { agent, base })
    }

    /// Its address.
    pub(crate) fn url(&self) -> &str {
        &self.base
    }

    /// Reads JSON. `path` starts with `/`; query values are encoded here.
    pub(crate) fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        for (name, value) in query {
            request = request.query(name, value);
        }
        let response = request.call().map_err(|error| self.unreachable(&error))?;
        read_json(response)
    }

    /// Reads a text.
    pub(crate) fn get_text(&self, path: &str) -> Result<String> {
        let request = self.agent.get(format!("{}{path}", self.base));
        let mut response = request.call().map_err(|error| self.unreachable(&error))?;
        let body = response.body_mut().read_to_string();
        match body {
            Ok(text) if response.status().is_success() => Ok(text),
            _ => Err(Failure::new(
                "bad_answer",
                format!(
                    "{} answers HTTP {} to {path}",
                    visible(&self.base),
                    response.status().as_u16()
                ),
            )
            .hint("is this the address of an Everyframe server, and has it finished starting?")),
        }
    }

    /// Reads JSON, or nothing where the server says that there is none.
    pub(crate) fn get_if_found(&self, path: &str) -> Result<Option<Value>> {
        let request = self.agent.get(format!("{}{path}", self.base));
        let response = request.call().map_err(|error| self.unreachable(&error))?;
        if response.status() == 404 {
            return Ok(None);
        }
        read_json(response).map(Some)
    }

    /// Writes JSON.
    pub(crate) fn put(&self, path: &str, value: &Value) -> Result<()> {
        let request = self.agent.put(format!("{}{path}", self.base));
        let response = request
            .header("content-type", "application/json")
            .send(value.to_string())
            .map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            return Ok(());
        }
        read_json(response).map(drop)
    }

    /// Sends JSON, and reads what is answered.
    pub(crate) fn post(&self, path: &str, value: &Value) -> Result<Value> {
        let request = self.agent.post(format!("{}{path}", self.base));
        let response = request
            .header("content-type", "application/json")
            .send(value.to_string())
            .map_err(|error| self.unreachable(&error))?;
        read_json(response)
    }

    /// Sends a body. Only a connection that failed is an error; what the server says is for the caller.
    pub(crate) fn send(
        &self,
        path: &str,
        content_type: &str,
        encoding: Option<&str>,
        body: &[u8],
    ) -> std::result::Result<Reply, ureq::Error> {
        let mut request = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("content-type", content_type);
        if let Some(encoding) = encoding {
            request = request.header("content-encoding", encoding);
        }
        let mut response = request.send(body)?;
        let retry_after = response
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.trim().parse::<f64>().ok())
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        Ok(Reply {
            status: response.status().as_u16(),
            retry_after,
            body: response.body_mut().read_to_vec()?,
        })
    }

    /// The failure of a server that does not answer.
    pub(crate) fn unreachable(&self, error: &ureq::Error) -> Failure {
        Failure::new(
            "server_unreachable",
            format!("no server answers at {}", visible(&self.base)),
        )
        .because(error)
        .hint("start one with `everyframe serve --data DIR`, or name another with --url or EVERYFRAME_URL")
    }
}

/// A text as one segment of a path.
pub(crate) fn encoded(segment: &str) -> String {
    percent_encoding::utf8_percent_encode(segment, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn read_json(mut response: Response<Body>) -> Result<Value> {
    let status = response.status();
    let body = response
        .body_mut()
        .with_config()
        .limit(ANSWER_SIZE_BYTES_MAX)
        .read_to_vec()
        .map_err(|error| Failure::new("bad_answer", "the server's answer broke off").because(&error))?;
    let value = serde_json::from_slice::<Value>(&body);
    if status.is_success() {
        return value.map_err(|error| {
            Failure::new("bad_answer", "the server's answer is not JSON")
                .because(&error)
                .hint("is this the address of an Everyframe server?")
        });
    }
    Err(problem(status.as_u16(), &value.unwrap_or_default()))
}

/// The failure that a problem document describes.
pub(crate) fn problem(status: u16, document: &Value) -> Failure {
    let text = |key: &str| document.get(key).and_then(Value::as_str);
    let what = text("detail")
        .or_else(|| text("title"))
        .or_else(|| text("message"));
    let message = match (text("code"), what) {
        (Some(code), Some(what)) => format!("{} ({})", visible(what), visible(code)),
        (None, Some(what)) => format!("{} (HTTP {status})", visible(what)),
        (_, None) => format!("the server answered HTTP {status}"),
    };
    let caret = document
        .get("place")
        .and_then(|place| place.get("caret"))
        .and_then(Value::as_str);
    let caret = caret.map(|caret| {
        caret
            .lines()
            .map(|line| format!("\n  {}", visible(line)))
            .collect::<String>()
    });
    let failure = Failure::new("refused_by_server", message + &caret.unwrap_or_default());
    match (text("hint"), text("code")) {
        (Some(hint), _) => failure.hint(visible(hint)),
        (None, Some("invalid_filter" | "invalid_sort")) => {
            failure.hint("docs/reference/filters.md lists all fields, and how a filter is written")
        }
        (None, _) => failure,
    }
}
