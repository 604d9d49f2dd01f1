//! The API against in-memory ports, through its router, as a client sees it.

mod answers;
mod documents;
mod fake;
mod refusals;
mod sample;
mod scores;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::Value as Json;
use tower::ServiceExt as _;

use fake::Fake;

/// What came back.
struct Answer {
    status: StatusCode,
    headers: http::HeaderMap,
    body: String,
}

impl Answer {
    /// The body as JSON, with the id of the request taken out as it differs each time.
    #[track_caller]
    fn json(&self) -> Json {
        let mut json: Json =
            serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body));
        if let Some(id) = json.get_mut("id") {
            assert_eq!(
                id.as_str(),
                self.headers.get("x-request-id").and_then(|id| id.to_str().ok())
            );
            *id = Json::from("…");
        }
        json
    }
}

async fn send(fake: Fake, request: Request<Body>) -> Answer {
    let response: Response = fake.api().router(Router::new()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}

fn request(target: &str) -> Request<Body> {
    Request::get(target)
        .header(header::HOST, "localhost:4318")
        .body(Body::empty())
        .unwrap()
}

fn posting(target: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(target)
        .header(header::HOST, "localhost:4318")
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        .body(body.into())
        .unwrap()
}

async fn get(fake: Fake, target: &str) -> Answer {
    send(fake, request(target)).await
}
