//! The page: the built front end under `ui/dist`, embedded in release builds and read from disk in others.
//!
//! It is built by `cargo xtask ui`. Without it everything else works, and the page says which command builds it.
//! Names that carry a fingerprint may be kept for a year; the page that names them is asked for anew each time.
//! Nothing here looks at data: any path that is not a file gets the same page, which finds its way by the address.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::error::Error;

#[derive(RustEmbed)]
#[cfg_attr(not(feature = "ui-required"), allow_missing = true)]
#[folder = "../../ui/dist"]
struct Built;

/// Where the page begins.
const INDEX: &str = "index.html";
/// Files below here have a fingerprint in their name and never change.
const ASSETS: &str = "assets/";

/// What the page may do: run its own scripts, ask its own server, show pictures that are part of its data. Nothing
/// inline runs, nothing is fetched from elsewhere, and no text can become a script by any API of the browser.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' \
    data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// What stands in place of the page where it was not built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Everyframe</title>\
    <h1>Everyframe runs, without its page</h1>\
    <p>This build has no web page in it. Build it with <code>cargo xtask ui</code>, then build the server again.</p>\
    <p>The API (<a href=\"/api/v1/openapi.json\">/api/v1</a>), the receivers and the command line work.</p></html>\n";

/// How a stored file may be written down, best first: the ending of its name, and the word of the header.
const ENCODINGS: [(&str, &str); 2] = [(".br", "br"), (".gz", "gzip")];

/// Answers whatever no other route takes.
pub(crate) async fn page(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return Error::MethodNotAllowed.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if let Some(answer) = file(path, &headers) {
        return answer;
    }
    if path.starts_with(ASSETS) || !accepts_page(&headers) {
        return Error::NotFound {
            what: "such route",
            hint: "see `/api/v1/openapi.json` for all routes",
        }
        .into_response();
    }
    file(INDEX, &headers).unwrap_or_else(|| {
        let content_type = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
        (StatusCode::OK, content_type, NOT_BUILT).into_response()
    })
}

fn accepts_page(headers: &HeaderMap) -> bool {
    let accepts = |value: &HeaderValue| value.to_str().is_ok_and(|text| text.contains("text/html"));
    headers.get_all(header::ACCEPT).iter().any(accepts)
}

/// A built file, in the best form its reader takes.
fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let plain = Built::get(path)?;
    let accepted = headers.get(header::ACCEPT_ENCODING);
    let accepted = accepted.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let packed = ENCODINGS
        .iter()
        .filter(|(_, word)| takes(accepted, word))
        .find_map(|(ending, word)| Some((Built::get(&format!("{path}{ending}"))?, *word)));
    let (EmbeddedFile { data, .. }, encoding) = match packed {
        Some((file, word)) => (file, Some(word)),
        None => (plain, None),
    };
    let mut response = data.into_owned().into_response();
    let answer = response.headers_mut();
    let mut put = |name: HeaderName, value: &'static str| {
        answer.insert(name, HeaderValue::from_static(value));
    };
    put(header::CONTENT_TYPE, content_type(path));
    put(header::VARY, "accept-encoding");
    put(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    put(
        header::CACHE_CONTROL,
        match path.starts_with(ASSETS) {
            true => "public, max-age=31536000, immutable",
            false => "no-cache",
        },
    );
    if let Some(word) = encoding {
        put(header::CONTENT_ENCODING, word);
    }
    Some(response)
}

/// Whether an `accept-encoding` names this one, and not with weight nought.
fn takes(accepted: &str, word: &str) -> bool {
    accepted.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(word));
        let refused = |part: &str| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        is_named && !parts.any(refused)
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json" | "map") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_taken_where_it_is_named_and_not_refused() {
        assert!(takes("gzip, deflate, br", "br"));
        assert!(takes("GZIP;q=0.5", "gzip"));
        assert!(!takes("br;q=0, gzip", "br"));
        assert!(!takes("identity", "br"));
        assert!(!takes("brotli", "br"));
    }

    #[test]
    fn scripts_are_sent_as_scripts() {
        assert!(content_type("assets/index-1a2b.js").starts_with("text/javascript"));
        assert_eq!(content_type("assets/unknown"), "application/octet-stream");
    }
}
