//! OTLP/HTTP and JSON lines: `/v1/traces`, `/v1/logs`, `/v1/metrics`, `/v1/events`.

mod answer;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use catalog::ledger::KEY_LOCAL;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, EXPECT, HOST, ORIGIN};
use http::uri::Authority;
use tokio::net::TcpListener;

use crate::body;
use crate::budget::Ticket;
use crate::limits::ConnectionLimits;
use crate::pipeline::Ingest;
use crate::received::{Compression, Encoding, Envelope, Signal, Transport};
use crate::refusal::Refusal;
use crate::server;

const CONTENT_TYPES_OTLP: &str = "application/x-protobuf or application/json";
const CONTENT_TYPES_LINES: &str = "application/x-ndjson, application/jsonl, application/json or text/plain";

/// The routes of the receivers. More may be merged in; these take no path but their own.
pub fn router(ingest: Ingest) -> Router {
    let traces = |ingest, request| export(ingest, request, Signal::Traces);
    let logs = |ingest, request| export(ingest, request, Signal::Logs);
    let metrics = |ingest, request| export(ingest, request, Signal::Metrics);
    let events = |ingest, request| export(ingest, request, Signal::Events);
    Router::new()
        .route("/v1/traces", post(traces))
        .route("/v1/logs", post(logs))
        .route("/v1/metrics", post(metrics))
        .route("/v1/events", post(events))
        .with_state(ingest)
}

/// Serves a router on a listener until `shutdown` is done, then lets requests in flight end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    shutdown: impl Future<Output = ()> + Send,
) {
    server::serve(listener, router, limits, shutdown).await;
}

async fn export(State(ingest): State<Ingest>, request: Request, signal: Signal) -> Response {
    let (parts, mut body) = request.into_parts();
    let encoding = encoding(&parts.headers, signal);
    let arrived = match &encoding {
        Ok(encoding) => arrive(&ingest, &parts.headers, &mut body, signal, *encoding).await,
        Err(refusal) => Err(refusal.clone()),
    };
    let taken = match arrived {
        Ok((envelope, ticket)) => ingest.receive_with(envelope, ticket).await,
        Err(refusal) => {
            ingest.note_refusal(signal, Transport::Http, KEY_LOCAL, &refusal);
            // A client that waits for "100 Continue" has not sent its body and will not be asked to.
            if !parts.headers.contains_key(EXPECT) && refusal.is_body_coming() {
                body::discard(&mut body, ingest.limits()).await;
            }
            Err(refusal)
        }
    };
    let encoding = encoding.unwrap_or(Encoding::Json);
    match taken {
        Ok(answer) if signal == Signal::Events => answer::lines(&answer),
        Ok(answer) => answer::exported(&answer, signal, encoding),
        Err(refusal) => answer::refused(&refusal, encoding),
    }
}

async fn arrive(
    ingest: &Ingest,
    headers: &HeaderMap,
    body: &mut Body,
    signal: Signal,
    encoding: Encoding,
) -> Result<(Envelope, Ticket), Refusal> {
    check_origin(headers)?;
    let compression = compression(headers)?;
    let mut ticket = ingest.admit()?;
    let limits = ingest.limits();
    let body = body::read(body, limits.body_size_bytes_max, limits, &mut ticket).await?;
    let envelope = Envelope {
        signal,
        encoding,
        compression,
        body,
        transport: Transport::Http,
        key_name: KEY_LOCAL.into(),
    };
    Ok((envelope, ticket))
}

fn encoding(headers: &HeaderMap, signal: Signal) -> Result<Encoding, Refusal> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default();
    let media_type = media_type.trim().to_ascii_lowercase();
    match (signal, media_type.as_str()) {
        (
            Signal::Events,
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/json"
            | "text/plain",
        ) => Ok(Encoding::JsonLines),
        (Signal::Events, _) => Err(Refusal::ContentType {
            expected: CONTENT_TYPES_LINES,
        }),
        (_, "application/x-protobuf" | "application/protobuf") => Ok(Encoding::Protobuf),
        (_, "application/json") => Ok(Encoding::Json),
        _ => Err(Refusal::ContentType {
            expected: CONTENT_TYPES_OTLP,
        }),
    }
}

fn compression(headers: &HeaderMap) -> Result<Compression, Refusal> {
    let mut values = headers.get_all(CONTENT_ENCODING).iter();
    let Some(value) = values.next() else {
        return Ok(Compression::Identity);
    };
    if values.next().is_some() {
        return Err(Refusal::ContentEncoding);
    }
    let name = value.to_str().map_err(|_| Refusal::ContentEncoding)?;
    Compression::parse(name.trim()).ok_or(Refusal::ContentEncoding)
}

/// Any web page may send simple requests to a port on its reader's machine, and under any name of its own. Browsers
/// say where a request comes from; programs say nothing. Pages we serve ourselves may pass, under an address or
/// as `localhost`: a name of somebody else's may point here.
fn check_origin(headers: &HeaderMap) -> Result<(), Refusal> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text("sec-fetch-site").unwrap_or("none");
    let Some(origin) = text(ORIGIN.as_str()) else {
        return if matches!(site, "same-origin" | "none") {
            Ok(())
        } else {
            Err(Refusal::CrossOrigin)
        };
    };
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    match authority.and_then(|authority| authority.parse::<Authority>().ok()) {
        Some(authority) if text(HOST.as_str()) == Some(authority.as_str()) && is_ours(authority.host()) => {
            Ok(())
        }
        _ => Err(Refusal::CrossOrigin),
    }
}

fn is_ours(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<std::net::IpAddr>().is_ok()
}
