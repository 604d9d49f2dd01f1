//! A listener, its connections and their limits. HTTP/1.1 and HTTP/2 without TLS on the same port.
//!
//! What one peer does must not hold up the others: connections are counted, in all and by address; a connection
//! that asks nothing, asks too slowly or does not read its answers is closed; so is one that floods HTTP/2 with
//! resets or endless headers (the latter two by the HTTP/2 library, with the limits set here).

mod activity;
mod addresses;
mod connection;
mod guarded;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::limits::ConnectionLimits;
use addresses::Addresses;

/// Pause after the listener itself failed, as when the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves the router until `shutdown` is done: then no connection is accepted, requests in flight may end within
/// the time the limits give, and what is left is cut off.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    shutdown: impl Future<Output = ()> + Send,
) {
    let limits = Arc::new(limits);
    let addresses = Addresses::new(&limits);
    let (closing, _) = watch::channel(false);
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                metrics::counter!("everyframe_connections_total", "result" => "failed").increment(1);
                tracing::debug!(%error, "could not accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let Some(place) = addresses.enter(peer.ip()) else {
            metrics::counter!("everyframe_connections_total", "result" => "over_limit").increment(1);
            continue;
        };
        metrics::counter!("everyframe_connections_total", "result" => "accepted").increment(1);
        let serve = connection::serve(stream, router.clone(), Arc::clone(&limits), closing.subscribe());
        connections.spawn(async move {
            serve.await;
            drop(place);
        });
    }
    drop(listener);
    closing.send_replace(true);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.shutdown_timeout, all_ended)
        .await
        .is_err()
    {
        tracing::warn!(
            connections = connections.len(),
            "cut off connections that did not end in time"
        );
    }
    connections.shutdown().await;
}
