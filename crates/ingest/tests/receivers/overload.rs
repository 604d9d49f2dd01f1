//! More than fits: what is answered with success is found, the rest was told to come back.

use std::collections::HashSet;
use std::time::Duration;

use catalog::ledger::{Counter, Signal};
use http::StatusCode;
use ingest::{ConnectionLimits, Limits};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;

use crate::client::{PATIENCE, post};
use crate::sample::{self, PROTOBUF};
use crate::server::Server;

#[tokio::test]
async fn in_overload_every_accepted_span_is_found_and_the_rest_was_refused() {
    let limits = Limits {
        requests_in_flight_max: 4,
        ..Limits::default()
    };
    let server = Server::with(limits, ConnectionLimits::default()).await;
    server.log.hold();
    let send = |number: u64| {
        let body = sample::protobuf(&sample::numbered(number * 10..number * 10 + 10));
        let address = server.http;
        tokio::spawn(async move { (number, post(address, "/v1/traces", &[PROTOBUF], body).await) })
    };
    let sent: Vec<_> = (0..40).map(send).collect();
    // With the log held, exactly those in flight wait and all others are turned away.
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while server.counted(Signal::Traces, Counter::RequestRefused).await < 36 {
        assert!(tokio::time::Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.log.let_pass(1000);
    let (mut accepted, mut refused) = (HashSet::new(), 0);
    for sent in sent {
        let (number, reply) = sent.await.unwrap();
        match reply.status {
            StatusCode::OK => {
                accepted.extend((number * 10..number * 10 + 10).map(sample::trace_id));
            }
            StatusCode::TOO_MANY_REQUESTS => {
                assert_eq!(reply.header("retry-after"), Some("1"));
                refused += 1;
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!((accepted.len(), refused), (40, 36));
    let stored: HashSet<_> = server
        .log
        .span_keys()
        .iter()
        .map(|key| key.trace_id.as_bytes().to_vec())
        .collect();
    assert_eq!(stored, accepted);
    assert_eq!(server.counted(Signal::Traces, Counter::Stored).await, 40);
}

#[tokio::test]
async fn bytes_in_flight_are_bounded() {
    let limits = Limits {
        body_size_bytes_max: 64 * 1024,
        expanded_size_bytes_max: 64 * 1024,
        size_bytes_in_flight_max: 128 * 1024,
        ..Limits::default()
    };
    let server = Server::with(limits, ConnectionLimits::default()).await;
    server.log.hold();
    let body = sample::protobuf(&sample::numbered(0..250));
    assert!(body.len() > 40_000 && body.len() < 64_000, "{}", body.len());
    let mut waiting = Vec::new();
    for _ in 0..8 {
        let (address, body) = (server.http, body.clone());
        waiting.push(tokio::spawn(async move {
            post(address, "/v1/traces", &[PROTOBUF], body).await.status
        }));
    }
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while server.counted(Signal::Traces, Counter::RequestRefused).await < 5 {
        assert!(tokio::time::Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.log.let_pass(1000);
    let mut statuses = Vec::new();
    for waiting in waiting {
        statuses.push(waiting.await.unwrap());
    }
    let of = |status| statuses.iter().filter(|known| **known == status).count();
    assert!(of(StatusCode::OK) >= 1);
    assert_eq!(of(StatusCode::OK) + of(StatusCode::TOO_MANY_REQUESTS), 8);
    // What was held is given back.
    assert_eq!(
        post(server.http, "/v1/traces", &[PROTOBUF], body).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn who_goes_away_before_the_answer_is_counted_all_the_same() {
    let server = Server::start().await;
    server.log.hold();
    let body = sample::protobuf(&sample::numbered(0..3));
    let impatient = post(server.http, "/v1/traces", &[PROTOBUF], body);
    assert!(
        tokio::time::timeout(Duration::from_millis(300), impatient)
            .await
            .is_err()
    );
    server.log.let_pass(1);
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while server.counted(Signal::Traces, Counter::Stored).await < 3 {
        assert!(tokio::time::Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn shutdown_lets_requests_in_flight_end() {
    let server = Server::start().await;
    server.log.hold();
    let body = sample::protobuf(&sample::numbered(0..3));
    let address = server.http;
    let waiting = tokio::spawn(async move { post(address, "/v1/traces", &[PROTOBUF], body).await.status });
    let log = server.log.clone();
    let ingest = server.ingest.clone();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while log.waiting() == 0 {
        assert!(tokio::time::Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let stopping = tokio::spawn(server.stop());
    // It accepts nothing more, and waits for what it has.
    while tokio::net::TcpStream::connect(address).await.is_ok() {
        assert!(tokio::time::Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!stopping.is_finished());
    log.let_pass(1);
    assert_eq!(waiting.await.unwrap(), StatusCode::OK);
    stopping.await.unwrap();
    tokio::time::timeout(PATIENCE, ingest.close()).await.unwrap();
}

#[tokio::test]
async fn shutdown_is_bounded() {
    let connection_limits = ConnectionLimits {
        shutdown_timeout: Duration::from_millis(200),
        ..ConnectionLimits::default()
    };
    let server = Server::with(Limits::default(), connection_limits).await;
    server.log.hold();
    let body = sample::protobuf(&sample::numbered(0..3));
    let waiting = tokio::spawn(post(server.http, "/v1/traces", &[PROTOBUF], body));
    let log = server.log.clone();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while log.waiting() == 0 {
        assert!(tokio::time::Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::timeout(PATIENCE, server.stop()).await.unwrap();
    assert!(waiting.await.is_err(), "its connection was cut");
}

#[tokio::test]
async fn shutdown_does_not_wait_for_clients_at_rest() {
    let connection_limits = ConnectionLimits {
        shutdown_timeout: Duration::from_secs(3600),
        ..ConnectionLimits::default()
    };
    let server = Server::with(Limits::default(), connection_limits).await;
    let _silent = tokio::net::TcpStream::connect(server.http).await.unwrap();
    let endpoint = tonic::transport::Channel::from_shared(format!("http://{}", server.grpc)).unwrap();
    let mut client = TraceServiceClient::new(endpoint.connect().await.unwrap());
    client.export(sample::numbered(0..1)).await.unwrap();
    tokio::time::timeout(PATIENCE, server.stop()).await.unwrap();
}
