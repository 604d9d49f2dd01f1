//! One connection, from its first byte to its end.

use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower::ServiceExt;

use super::activity::{Activity, InFlight, Overdue, Watch};
use super::guarded::Guarded;
use crate::limits::ConnectionLimits;

/// Bytes of HTTP/1 read at once. Headers may be as large here; the limit proper is checked on the request.
const BUFFER_SIZE_BYTES: usize = 64 * 1024;
/// Bytes a peer may send ahead on one HTTP/2 stream, and on all streams of a connection together.
const STREAM_WINDOW_SIZE_BYTES: u32 = 1024 * 1024;
const CONNECTION_WINDOW_SIZE_BYTES: u32 = 4 * 1024 * 1024;
/// HTTP/2 peers are asked for a sign of life this often.
const PING_INTERVAL: Duration = Duration::from_secs(20);
const PING_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a connection that was told to end may take to do so.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Serves one connection until it ends, breaks a limit, or the server closes.
pub(super) async fn serve(
    stream: TcpStream,
    router: Router,
    limits: Arc<ConnectionLimits>,
    mut closing: watch::Receiver<bool>,
) {
    // Answers are small and wanted at once.
    let _ = stream.set_nodelay(true);
    let activity = Activity::new();
    let io = TokioIo::new(Guarded::new(stream, activity.clone(), limits.write_timeout));
    let service = {
        let (activity, limits) = (activity.clone(), Arc::clone(&limits));
        service_fn(move |request: Request<Incoming>| {
            let in_flight = activity.request_began(request.version());
            answer(request, router.clone(), Arc::clone(&limits), in_flight)
        })
    };
    let builder = builder(&limits);
    let mut connection = pin!(builder.serve_connection(io, service));
    tokio::select! {
        _ = connection.as_mut() => return,
        overdue = overdue(&activity, &limits) => {
            if overdue == Overdue::Head {
                metrics::counter!("everyframe_connections_total", "result" => "slow_head").increment(1);
                return;
            }
            connection.as_mut().graceful_shutdown();
            let _ = tokio::time::timeout(CLOSE_TIMEOUT, connection.as_mut()).await;
            return;
        }
        () = closed(&mut closing) => {}
    }
    connection.as_mut().graceful_shutdown();
    // The server cuts off whatever takes longer than it allows.
    let _ = connection.await;
}

/// Done once the server closes. That its end of the channel is gone means the same.
async fn closed(closing: &mut watch::Receiver<bool>) {
    let _ = closing.wait_for(|is_closing| *is_closing).await;
}

async fn overdue(activity: &Activity, limits: &ConnectionLimits) -> Overdue {
    loop {
        match activity.watch(limits) {
            Watch::Until(instant) => tokio::time::sleep_until(instant).await,
            Watch::Close(overdue) => return overdue,
        }
    }
}

fn builder(limits: &ConnectionLimits) -> auto::Builder<TokioExecutor> {
    let header_size_bytes = u32::try_from(limits.header_size_bytes_max).unwrap_or(u32::MAX);
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // Ours tells a connection at rest from one that began to ask; this one would close both.
        .header_read_timeout(None)
        .max_headers(limits.headers_max)
        .max_buf_size(BUFFER_SIZE_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams_max)
        .max_header_list_size(header_size_bytes)
        .max_pending_accept_reset_streams(limits.reset_streams_max)
        .initial_stream_window_size(STREAM_WINDOW_SIZE_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_SIZE_BYTES)
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(PING_TIMEOUT);
    builder
}

async fn answer(
    request: Request<Incoming>,
    router: Router,
    limits: Arc<ConnectionLimits>,
    in_flight: InFlight,
) -> Result<Response, Infallible> {
    if are_too_large(request.headers(), &limits) {
        let mut response = Response::new(Body::from("the headers are too large\n"));
        *response.status_mut() = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return Ok(response);
    }
    let response = router.oneshot(request.map(Body::new)).await?;
    Ok(response.map(|body| {
        Body::new(Tracked {
            body,
            _in_flight: in_flight,
        })
    }))
}

fn are_too_large(headers: &HeaderMap, limits: &ConnectionLimits) -> bool {
    let size_bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    headers.len() > limits.headers_max || size_bytes > limits.header_size_bytes_max
}

/// The body of an answer; its request is in flight until it has been sent.
struct Tracked {
    body: Body,
    _in_flight: InFlight,
}

impl http_body::Body for Tracked {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
