//! What holds for every request before and after its route: who may ask, for how long, and what a browser may do
//! with the answer.
//!
//! Host names other than loopback ones and configured ones are refused, so that a web page cannot reach a local
//! server by pointing its own name at 127.0.0.1. No answer carries a CORS header, and a request that says it
//! comes from another site's page is refused.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use tokio::sync::Semaphore;

use crate::error::{Error, Raised, write_problem};

/// Longest target of a request.
const URI_SIZE_BYTES_MAX: usize = 16 * 1024;
/// The header that carries the id of a request back.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers of every answer. An answer is data: nothing in it runs, frames or is kept by a browser.
const SECURITY_HEADERS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (header::CACHE_CONTROL, "no-store"),
];

/// What the layers share.
pub(crate) struct Guard {
    hosts: Vec<String>,
    timeout: Duration,
    under_way: Semaphore,
    seed: RandomState,
    requests: AtomicU64,
}

impl Guard {
    pub(crate) fn new(hosts: &[String], timeout: Duration, requests_max: usize) -> Self {
        Self {
            hosts: hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
            timeout,
            under_way: Semaphore::new(requests_max),
            seed: RandomState::new(),
            requests: AtomicU64::new(0),
        }
    }

    /// An id that finds a request in the log: not guessable from another one, but no secret either.
    fn next_request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}", self.seed.hash_one(number))
    }

    fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Error> {
        let size_bytes = uri.path_and_query().map_or(0, |target| target.as_str().len());
        if size_bytes > URI_SIZE_BYTES_MAX {
            return Err(Error::UriTooLong {
                size_bytes_max: URI_SIZE_BYTES_MAX,
            });
        }
        let mut named = headers.get_all(header::HOST).iter();
        let host = match (uri.authority(), named.next(), named.next()) {
            (_, _, Some(_)) => None,
            (Some(authority), _, None) => Some(authority.as_str()),
            (None, Some(value), None) => value.to_str().ok(),
            (None, None, None) => None,
        };
        if !host.is_some_and(|host| self.is_known(host)) {
            return Err(Error::HostNotAllowed);
        }
        let Some(origin) = headers.get(header::ORIGIN) else {
            return Ok(());
        };
        let origin_host = origin.to_str().ok().and_then(|origin| {
            origin
                .strip_prefix("http://")
                .or_else(|| origin.strip_prefix("https://"))
        });
        // The very host and port that is asked, not any known one: another program's page may be on loopback too.
        if origin_host.is_some() && origin_host == host {
            return Ok(());
        }
        Err(Error::OriginNotAllowed)
    }

    /// Whether `authority` (a host, perhaps with a port) is loopback or configured.
    fn is_known(&self, authority: &str) -> bool {
        let host = without_port(authority).to_ascii_lowercase();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost"
            || host.ends_with(".localhost")
            || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
            || self.hosts.iter().any(|known| *known == host || *known == bare)
    }
}

fn without_port(authority: &str) -> &str {
    if authority.starts_with('[') {
        let end = authority.find(']').map_or(authority.len(), |index| index + 1);
        return authority.get(..end).unwrap_or_default();
    }
    authority.split(':').next().unwrap_or_default()
}

/// The outermost layer: gives the request an id, checks who asks, holds the limits, writes errors.
pub(crate) async fn keep(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let request_id = guard.next_request_id();
    let mut response = match guard.check(request.uri(), request.headers()) {
        Err(error) => error.into_response(),
        Ok(()) => answer(&guard, request, next).await,
    };
    if let Some(Raised(error)) = response.extensions_mut().remove::<Raised>() {
        if response.status().is_server_error() {
            tracing::warn!(
                request_id,
                status = response.status().as_u16(),
                cause = error.chain(),
                "could not answer a request"
            );
        }
        write_problem(&error, &request_id, &mut response);
    }
    let headers = response.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        headers.insert(REQUEST_ID, value);
    }
    response
}

async fn answer(guard: &Guard, request: Request, next: Next) -> Response {
    // The server's own state is told however busy it is.
    let _permit = if request.uri().path().starts_with("/api") {
        match guard.under_way.try_acquire() {
            Ok(permit) => Some(permit),
            Err(_) => return Error::Busy.into_response(),
        }
    } else {
        None
    };
    match tokio::time::timeout(guard.timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error::timed_out(guard.timeout).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_and_configured_names_are_known() {
        let guard = Guard::new(&["Traces.example.org".to_owned()], Duration::from_secs(1), 1);
        for known in [
            "localhost",
            "LOCALHOST:4318",
            "app.localhost:1",
            "127.0.0.1:4318",
            "127.8.8.8",
            "[::1]:4318",
            "traces.example.org",
            "traces.example.org:443",
        ] {
            assert!(guard.is_known(known), "{known}");
        }
        for unknown in [
            "",
            ":4318",
            "example.org",
            "localhost.example.org",
            "127.0.0.1.example.org",
            "192.168.0.1",
            "0.0.0.0",
            "[::2]:4318",
            "evil@localhost",
            "localhost@evil",
            "notlocalhost",
        ] {
            assert!(!guard.is_known(unknown), "{unknown}");
        }
    }
}
