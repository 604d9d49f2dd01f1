//! OTLP/gRPC: the three export services, one unary call each.
//!
//! The protocol is spoken here rather than by a framework, because a framework would read, bound and expand the
//! message by its own rules. This way a body has the same limits on size, ratio, time and speed whichever way it
//! comes, and its bytes are walked, never turned into structures first.

mod frame;
mod status;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use bytes::Bytes;
use catalog::ledger::KEY_LOCAL;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use tokio::net::TcpListener;

use crate::body;
use crate::budget::Ticket;
use crate::limits::ConnectionLimits;
use crate::pipeline::Ingest;
use crate::received::{Compression, Encoding, Envelope, Signal, Transport};
use crate::refusal::Refusal;
use crate::server;

/// Bytes before each message: a flag and a length.
const PREFIX_SIZE_BYTES: usize = 5;
const CONTENT_TYPE_GRPC: &str = "application/grpc";

/// The routes of the export services. Whatever else is called is answered as gRPC says.
pub fn router(ingest: Ingest) -> Router {
    let traces = |ingest, request| export(ingest, request, Signal::Traces);
    let logs = |ingest, request| export(ingest, request, Signal::Logs);
    let metrics = |ingest, request| export(ingest, request, Signal::Metrics);
    let unknown = async |request: Request| status::unknown(is_grpc(request.headers()));
    Router::new()
        .route(
            "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            post(traces),
        )
        .route(
            "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
            post(logs),
        )
        .route(
            "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
            post(metrics),
        )
        .method_not_allowed_fallback(unknown)
        .fallback(unknown)
        .with_state(ingest)
}

/// Serves the export services on a listener until `shutdown` is done, then lets calls in flight end.
pub async fn serve(
    listener: TcpListener,
    ingest: Ingest,
    limits: ConnectionLimits,
    shutdown: impl Future<Output = ()> + Send,
) {
    server::serve(listener, router(ingest), limits, shutdown).await;
}

async fn export(State(ingest): State<Ingest>, request: Request, signal: Signal) -> Response {
    let (parts, mut body) = request.into_parts();
    if !is_grpc(&parts.headers) {
        return status::unknown(false);
    }
    let taken = match arrive(&ingest, &parts.headers, &mut body, signal).await {
        Ok((envelope, ticket)) => ingest.receive_with(envelope, ticket).await,
        Err(refusal) => {
            ingest.note_refusal(signal, Transport::Grpc, KEY_LOCAL, &refusal);
            if refusal.is_body_coming() {
                body::discard(&mut body, ingest.limits()).await;
            }
            Err(refusal)
        }
    };
    match taken {
        Ok(answer) => status::exported(&answer),
        Err(refusal) => status::refused(&refusal),
    }
}

async fn arrive(
    ingest: &Ingest,
    headers: &HeaderMap,
    body: &mut Body,
    signal: Signal,
) -> Result<(Envelope, Ticket), Refusal> {
    let stated = compression(headers)?;
    let mut ticket = ingest.admit()?;
    let limits = ingest.limits();
    let size_bytes_max = limits.body_size_bytes_max.saturating_add(PREFIX_SIZE_BYTES);
    let body = body::read(body, size_bytes_max, limits, &mut ticket).await?;
    let (is_compressed, message): (bool, Bytes) = frame::single(body)?;
    let compression = match (is_compressed, stated) {
        (false, _) => Compression::Identity,
        (true, Compression::Identity) => {
            return Err(Refusal::Malformed(
                "the message is compressed, but grpc-encoding is missing".to_owned(),
            ));
        }
        (true, stated) => stated,
    };
    let envelope = Envelope {
        signal,
        encoding: Encoding::Protobuf,
        compression,
        body: message,
        transport: Transport::Grpc,
        key_name: KEY_LOCAL.into(),
    };
    Ok((envelope, ticket))
}

fn compression(headers: &HeaderMap) -> Result<Compression, Refusal> {
    let Some(value) = headers.get("grpc-encoding") else {
        return Ok(Compression::Identity);
    };
    let name = value.to_str().map_err(|_| Refusal::ContentEncoding)?;
    Compression::parse(name).ok_or(Refusal::ContentEncoding)
}

/// `application/grpc` and `application/grpc+proto`, with parameters or without; not `application/grpc-web` or
/// `application/grpc+json`, which are written otherwise.
fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    matches!(media_type.strip_prefix(CONTENT_TYPE_GRPC), Some("" | "+proto"))
}
