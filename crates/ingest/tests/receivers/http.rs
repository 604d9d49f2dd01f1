//! OTLP over HTTP: encodings, answers, refusals.

use bytes::Bytes;
use catalog::ledger::{Counter, Signal};
use http::{Request, StatusCode};
use http_body_util::Full;
use ingest::{ConnectionLimits, Limits};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;
use serde_json::json;
use trace::CaptureLevel;

use crate::client::{post, send};
use crate::log::Mood;
use crate::sample::{self, JSON, PROTOBUF};
use crate::server::Server;

/// `google.rpc.Status`, as much of it as these answers hold.
#[derive(Clone, PartialEq, prost::Message)]
struct Status {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

#[tokio::test]
async fn a_batch_is_taken_in_every_encoding_and_compression() {
    let request = sample::numbered(0..3);
    for ((content_type, body), number) in [
        (PROTOBUF, sample::protobuf(&request)),
        (JSON, sample::json(&request)),
    ]
    .into_iter()
    .zip(1..)
    {
        for (encoding, body) in [
            ("identity", body.clone()),
            ("gzip", sample::gzip(&body)),
            ("zstd", sample::zstd(&body)),
        ] {
            let server = Server::start().await;
            let headers = [content_type, ("content-encoding", encoding)];
            let reply = post(server.http, "/v1/traces", &headers, body).await;
            assert_eq!(reply.status, StatusCode::OK, "{encoding} {number}");
            assert_eq!(reply.header("content-type"), Some(content_type.1));
            assert_eq!(reply.body.as_ref(), if number == 1 { &b""[..] } else { b"{}" });
            assert_eq!(server.log.span_keys().len(), 3);
        }
    }
}

#[tokio::test]
async fn parameters_and_case_of_a_content_type_do_not_matter() {
    let server = Server::start().await;
    let body = sample::json(&sample::numbered(0..1));
    let headers = [
        ("content-type", "Application/JSON; charset=utf-8"),
        ("content-encoding", "GZIP"),
    ];
    let reply = post(server.http, "/v1/traces", &headers, sample::gzip(&body)).await;
    assert_eq!(reply.status, StatusCode::OK);
}

#[tokio::test]
async fn a_large_body_takes_the_way_of_a_small_one() {
    let limits = Limits {
        inline_size_bytes_max: 1024,
        inline_compressed_size_bytes_max: 100,
        ..Limits::default()
    };
    let server = Server::with(limits, ConnectionLimits::default()).await;
    let request = sample::numbered(0..100);
    let body = sample::protobuf(&request);
    assert!(body.len() > 1024 && sample::zstd(&body).len() > 100);
    let reply = post(server.http, "/v1/traces", &[PROTOBUF], body.clone()).await;
    assert_eq!(reply.status, StatusCode::OK);
    let headers = [PROTOBUF, ("content-encoding", "zstd")];
    let reply = post(server.http, "/v1/traces", &headers, sample::zstd(&body)).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(server.log.span_keys().len(), 100);
    assert_eq!(server.counted(Signal::Traces, Counter::Received).await, 200);
    assert_eq!(server.counted(Signal::Traces, Counter::Stored).await, 100);
    assert_eq!(server.counted(Signal::Traces, Counter::Duplicate).await, 100);
}

#[tokio::test]
async fn an_empty_request_is_in_order() {
    let server = Server::start().await;
    let reply = post(server.http, "/v1/traces", &[PROTOBUF], "").await;
    assert_eq!((reply.status, reply.body.len()), (StatusCode::OK, 0));
    assert!(server.log.batches().is_empty());
}

#[tokio::test]
async fn a_partly_bad_batch_is_taken_in_part_and_says_so() {
    let mut bad = sample::span(2);
    bad.trace_id = vec![1, 2, 3];
    let request = sample::traces(vec![sample::span(1), bad]);

    let server = Server::start().await;
    let reply = post(server.http, "/v1/traces", &[PROTOBUF], sample::protobuf(&request)).await;
    assert_eq!(reply.status, StatusCode::OK);
    let response = ExportTraceServiceResponse::decode(reply.body).unwrap();
    let partial = response.partial_success.unwrap();
    assert_eq!(partial.rejected_spans, 1);
    assert!(
        partial.error_message.starts_with("1: "),
        "{}",
        partial.error_message
    );

    let reply = post(server.http, "/v1/traces", &[JSON], sample::json(&request)).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.json()["partialSuccess"]["rejectedSpans"], "1");

    assert_eq!(server.log.span_keys().len(), 1);
    assert_eq!(server.counted(Signal::Traces, Counter::Received).await, 4);
    assert_eq!(server.counted(Signal::Traces, Counter::Refused).await, 2);
}

#[tokio::test]
async fn metrics_are_answered_honestly_and_counted() {
    let server = Server::start().await;
    let request = sample::metrics();
    let reply = post(
        server.http,
        "/v1/metrics",
        &[PROTOBUF],
        sample::protobuf(&request),
    )
    .await;
    assert_eq!(reply.status, StatusCode::OK);
    let response = ExportMetricsServiceResponse::decode(reply.body).unwrap();
    let partial = response.partial_success.unwrap();
    assert_eq!(partial.rejected_data_points, 3);
    assert!(partial.error_message.contains("metrics are not kept"));
    let reply = post(server.http, "/v1/metrics", &[JSON], sample::json(&request)).await;
    assert_eq!(reply.json()["partialSuccess"]["rejectedDataPoints"], "3");
    assert_eq!(server.counted(Signal::Metrics, Counter::NotKept).await, 6);
    assert!(server.log.batches().is_empty());
}

#[tokio::test]
async fn what_is_no_otlp_is_refused_in_the_encoding_it_came_in() {
    let server = Server::start().await;
    let secret = "sk-secret-value";
    let whole = sample::protobuf(&sample::traces(vec![sample::span(1)]));
    for path in ["/v1/traces", "/v1/logs", "/v1/metrics"] {
        for body in [Bytes::from(secret), whole.slice(..whole.len() - 2)] {
            let reply = post(server.http, path, &[PROTOBUF], body).await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path}");
            assert_eq!(reply.header("content-type"), Some("application/x-protobuf"));
            let status = Status::decode(reply.body).unwrap();
            assert_eq!(status.code, 3);
            assert!(!status.message.is_empty() && !status.message.contains(secret));
        }
        for body in [r#"{"resourceSpans":["#, "sk-secret-value", "[]", ""] {
            let reply = post(server.http, path, &[JSON], body).await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path} {body:?}");
            let status = reply.json();
            assert_eq!(status["code"], 3);
            assert!(!status["message"].as_str().unwrap().contains(secret));
        }
    }
    assert!(server.log.batches().is_empty());
    assert_eq!(
        server.entries(Signal::Traces, Counter::RequestRefused).await,
        [("malformed".to_owned(), 6)]
    );
}

#[tokio::test]
async fn other_content_types_and_encodings_are_refused_with_what_is_taken() {
    let server = Server::start().await;
    for headers in [
        &[][..],
        &[("content-type", "text/plain")],
        &[("content-type", "application/grpc")],
    ] {
        let reply = post(server.http, "/v1/traces", headers, "x").await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert!(
            reply.json()["message"]
                .as_str()
                .unwrap()
                .contains("application/x-protobuf")
        );
    }
    for encodings in [&["br"][..], &["gzip, gzip"], &["gzip", "gzip"], &["deflate"]] {
        let mut headers = vec![PROTOBUF];
        headers.extend(encodings.iter().map(|encoding| ("content-encoding", *encoding)));
        let reply = post(server.http, "/v1/traces", &headers, "x").await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(reply.header("accept-encoding"), Some("gzip, zstd"));
    }
}

#[tokio::test]
async fn only_posts_are_taken() {
    let server = Server::start().await;
    for path in ["/v1/traces", "/v1/logs", "/v1/metrics", "/v1/events"] {
        let request = Request::get(path).body(Full::default()).unwrap();
        assert_eq!(
            send(server.http, request).await.status,
            StatusCode::METHOD_NOT_ALLOWED
        );
    }
    assert_eq!(
        post(server.http, "/v1/profiles", &[PROTOBUF], "").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_full_log_is_said_to_be_full_and_a_broken_one_to_be_out() {
    let server = Server::start().await;
    let body = sample::protobuf(&sample::numbered(0..1));
    for (mood, status, retry_after, code) in [
        (Mood::Full, StatusCode::TOO_MANY_REQUESTS, "3", 8),
        (Mood::Broken, StatusCode::SERVICE_UNAVAILABLE, "5", 14),
        (Mood::Closing, StatusCode::SERVICE_UNAVAILABLE, "5", 14),
    ] {
        server.log.set(mood);
        let reply = post(server.http, "/v1/traces", &[PROTOBUF], body.clone()).await;
        assert_eq!(reply.status, status);
        assert_eq!(reply.header("retry-after"), Some(retry_after));
        assert_eq!(Status::decode(reply.body).unwrap().code, code);
    }
    server.log.set(Mood::Well);
    assert_eq!(
        post(server.http, "/v1/traces", &[PROTOBUF], body).await.status,
        StatusCode::OK
    );
    assert_eq!(server.counted(Signal::Traces, Counter::Received).await, 1);
    assert_eq!(server.counted(Signal::Traces, Counter::RequestRefused).await, 3);
}

#[tokio::test]
async fn a_fault_of_ours_fails_one_request_and_not_the_server() {
    let server = Server::start().await;
    let body = sample::protobuf(&sample::numbered(0..1));
    server.log.set(Mood::Panicking);
    let reply = post(server.http, "/v1/traces", &[PROTOBUF], body.clone()).await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(reply.header("retry-after"), None);
    server.log.set(Mood::Well);
    assert_eq!(
        post(server.http, "/v1/traces", &[PROTOBUF], body).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn web_pages_of_other_origins_cannot_send() {
    let server = Server::start().await;
    let own = format!("http://{}", server.http);
    for (headers, status) in [
        (&[("origin", "https://evil.example")][..], StatusCode::FORBIDDEN),
        (&[("origin", "null")], StatusCode::FORBIDDEN),
        (&[("sec-fetch-site", "cross-site")], StatusCode::FORBIDDEN),
        (
            &[("origin", own.as_str()), ("sec-fetch-site", "same-origin")],
            StatusCode::OK,
        ),
        (&[("sec-fetch-site", "none")], StatusCode::OK),
        (&[], StatusCode::OK),
    ] {
        let headers = [headers, &[PROTOBUF]].concat();
        let reply = post(server.http, "/v1/traces", &headers, "").await;
        assert_eq!(reply.status, status, "{headers:?}");
    }
    // A name of somebody else's that points here.
    let request = Request::post("/v1/traces")
        .header("host", "evil.example:4318")
        .header("origin", "http://evil.example:4318")
        .header("content-type", "application/x-protobuf")
        .body(Full::default())
        .unwrap();
    assert_eq!(send(server.http, request).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_project_is_named_by_the_resource_and_the_workspace_by_nothing() {
    let server = Server::start().await;
    let named = |project: &str, number| {
        let resource = vec![
            sample::text("everyframe.project", project),
            sample::text("everyframe.workspace", "other"),
        ];
        sample::traces_of(resource, vec![sample::span(number)]).resource_spans
    };
    let mut request = sample::numbered(0..1);
    request.resource_spans.extend(named("shop", 1));
    request.resource_spans.extend(named("../etc", 2));
    let reply = post(server.http, "/v1/traces", &[PROTOBUF], sample::protobuf(&request)).await;
    assert_eq!(reply.status, StatusCode::OK);
    let batches = server.log.batches();
    let found: Vec<_> = batches
        .iter()
        .map(|batch| {
            (
                batch.workspace_id.as_str(),
                batch.project_id.as_str(),
                batch.spans.len(),
            )
        })
        .collect();
    assert_eq!(found, [("default", "default", 2), ("default", "shop", 1)]);
}

#[tokio::test]
async fn with_capture_off_nothing_is_kept_and_that_is_said() {
    let server =
        Server::with_capture(Limits::default(), ConnectionLimits::default(), CaptureLevel::Off).await;
    let body = sample::json(&sample::numbered(0..2));
    let reply = post(server.http, "/v1/traces", &[JSON], body).await;
    assert_eq!(reply.json()["partialSuccess"]["rejectedSpans"], json!("2"));
    assert!(server.log.batches().is_empty());
    assert_eq!(server.counted(Signal::Traces, Counter::NotKept).await, 2);
}
