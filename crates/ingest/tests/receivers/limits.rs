//! Limits on connections, headers, bodies and time: who breaks one is cut off, and nobody else notices.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use ingest::{ConnectionLimits, Limits};
use tokio::net::{TcpListener, TcpStream};

use crate::client::{PATIENCE, Socket, post, send};
use crate::sample::{self, JSON, PROTOBUF};
use crate::server::Server;

/// Far longer than any test waits: a limit that does not act.
const NEVER: Duration = Duration::from_secs(3600);
const SOON: Duration = Duration::from_millis(300);

async fn server(connection_limits: ConnectionLimits) -> Server {
    Server::with(Limits::default(), connection_limits).await
}

async fn is_served(server: &Server) -> bool {
    let body = sample::protobuf(&sample::numbered(0..1));
    post(server.http, "/v1/traces", &[PROTOBUF], body).await.status == StatusCode::OK
}

#[tokio::test]
async fn slow_headers_are_cut_off_and_hold_nobody_up() {
    let server = server(ConnectionLimits {
        header_timeout: SOON,
        idle_timeout: NEVER,
        ..ConnectionLimits::default()
    })
    .await;
    let slow = |address| async move {
        let mut socket = Socket::open(address).await;
        let mut is_open = socket.write(b"POST /v1/traces HTTP/1.1\r\n").await;
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while is_open {
            assert!(tokio::time::Instant::now() < deadline, "it is cut off");
            is_open = socket.write(b"x: y\r\n").await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let slow: Vec<_> = (0..20).map(|_| tokio::spawn(slow(server.http))).collect();
    assert!(is_served(&server).await);
    for slow in slow {
        slow.await.unwrap();
    }
}

#[tokio::test]
async fn silent_connections_are_closed() {
    let server = server(ConnectionLimits {
        header_timeout: NEVER,
        idle_timeout: SOON,
        ..ConnectionLimits::default()
    })
    .await;
    let mut silent = Socket::open(server.http).await;
    assert_eq!(silent.read_to_end().await, b"");
    let mut asked_once = Socket::open(server.http).await;
    asked_once
        .write(b"GET /v1/traces HTTP/1.1\r\nhost: x\r\n\r\n")
        .await;
    assert!(asked_once.read_to_end().await.starts_with(b"HTTP/1.1 405"));
    let mut multiplexed = Socket::open(server.grpc).await;
    multiplexed.write(h2::PREFACE).await;
    multiplexed.write(&h2::frame(h2::SETTINGS, 0, 0, b"")).await;
    multiplexed.read_to_end().await;
}

#[tokio::test]
async fn a_connection_at_rest_is_not_held_to_the_time_for_headers() {
    let server = server(ConnectionLimits {
        header_timeout: Duration::from_millis(50),
        idle_timeout: NEVER,
        ..ConnectionLimits::default()
    })
    .await;
    let stream = TcpStream::connect(server.http).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    for _ in 0..3 {
        let request = Request::get("/v1/traces")
            .body(Full::<bytes::Bytes>::default())
            .unwrap();
        let response = sender.send_request(request).await.unwrap();
        response.into_body().collect().await.unwrap();
        tokio::time::sleep(SOON).await;
    }
}

#[tokio::test]
async fn slow_bodies_are_answered_and_cut_off() {
    let limits = Limits {
        body_grace: SOON,
        body_timeout: NEVER,
        ..Limits::default()
    };
    let server = Server::with(limits, ConnectionLimits::default()).await;
    let mut slow = Socket::open(server.http).await;
    let head = "POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: 1000\r\n\r\n";
    slow.write(head.as_bytes()).await;
    slow.write(b"drip").await;
    assert!(is_served(&server).await);
    assert!(slow.read_to_end().await.starts_with(b"HTTP/1.1 408"));
    assert_eq!(server.log.batches().len(), 1);
}

#[tokio::test]
async fn a_body_that_breaks_off_stores_nothing() {
    let server = Server::start().await;
    let whole = sample::protobuf(&sample::numbered(0..1));
    let mut socket = Socket::open(server.http).await;
    let head = format!(
        "POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: {}\r\n\r\n",
        whole.len() + 1
    );
    socket.write(head.as_bytes()).await;
    socket.write(&whole).await;
    drop(socket);
    assert!(is_served(&server).await);
    assert_eq!(server.log.batches().len(), 1);
}

#[tokio::test]
async fn headers_too_many_or_too_large_are_refused() {
    let server = Server::start().await;
    let request = |headers: Vec<(String, String)>| {
        let mut request = Request::post("/v1/traces").header("content-type", "application/x-protobuf");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.body(Full::default()).unwrap()
    };
    let many = (0..101)
        .map(|number| (format!("x-{number}"), "y".to_owned()))
        .collect();
    let large = vec![("x".to_owned(), "y".repeat(17 * 1024))];
    let huge = (0..9)
        .map(|number| (format!("x-{number}"), "y".repeat(16 * 1024)))
        .collect();
    for headers in [many, large, huge] {
        let reply = send(server.http, request(headers)).await;
        assert_eq!(reply.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }
    let some = (0..90)
        .map(|number| (format!("x-{number}"), "y".repeat(100)))
        .collect();
    assert_eq!(send(server.http, request(some)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn bodies_over_the_limit_get_to_see_why() {
    let server = Server::start().await;
    let body = vec![b'x'; Limits::default().body_size_bytes_max + 1];
    for _ in 0..3 {
        let reply = post(server.http, "/v1/traces", &[PROTOBUF], body.clone()).await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    }
    // One that states a length we would not even throw away is answered at once.
    let mut socket = Socket::open(server.http).await;
    let head = "POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: 10737418240\r\n\r\n";
    socket.write(head.as_bytes()).await;
    assert!(socket.read_to_end().await.starts_with(b"HTTP/1.1 413"));
    // So is one that waits to be asked for its body.
    let mut socket = Socket::open(server.http).await;
    let head = "POST /v1/traces HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-type: application/x-protobuf\r\ncontent-length: 5000000\r\n\r\n";
    socket.write(head.as_bytes()).await;
    assert!(socket.read_to_end().await.starts_with(b"HTTP/1.1 413"));
}

#[tokio::test]
async fn a_bomb_is_too_large() {
    let server = Server::start().await;
    let body = vec![b'a'; 40 * 1024 * 1024];
    for (encoding, body) in [("gzip", sample::gzip(&body)), ("zstd", sample::zstd(&body))] {
        let headers = [JSON, ("content-encoding", encoding)];
        let reply = post(server.http, "/v1/traces", &headers, body).await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(reply.json()["code"], 8);
    }
}

#[tokio::test]
async fn who_does_not_read_its_answer_is_cut_off() {
    const ANSWER_SIZE_BYTES: usize = 64 * 1024 * 1024;
    let limits = ConnectionLimits {
        write_timeout: SOON,
        ..ConnectionLimits::default()
    };
    let router = Router::new().route("/", get(|| async { vec![b'x'; ANSWER_SIZE_BYTES] }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(ingest::http::serve(
        listener,
        router,
        limits,
        std::future::pending(),
    ));
    let mut deaf = Socket::open(address).await;
    deaf.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    // More than the limit, with room for a busy machine.
    tokio::time::sleep(10 * SOON).await;
    assert!(deaf.read_to_end().await.len() < ANSWER_SIZE_BYTES);
    serving.abort();
}

#[tokio::test]
async fn more_records_than_a_request_may_have_are_refused() {
    let mut limits = Limits::default();
    limits.otlp.records_max = 5;
    let server = Server::with(limits, ConnectionLimits::default()).await;
    let body = sample::protobuf(&sample::numbered(0..6));
    let reply = post(server.http, "/v1/traces", &[PROTOBUF], body).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    let line = r#"{"event":"span_started","run_id":"r","span_id":"s","name":"n"}"#;
    let body = [line; 6].join("\n");
    let reply = post(
        server.http,
        "/v1/events",
        &[("content-type", "application/jsonl")],
        body,
    )
    .await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(server.log.batches().is_empty());
}

#[tokio::test]
async fn connections_of_one_address_are_bounded() {
    let server = server(ConnectionLimits {
        connections_per_address_max: 2,
        ..ConnectionLimits::default()
    })
    .await;
    let mut first = Socket::open(server.http).await;
    let mut second = Socket::open(server.http).await;
    let mut third = Socket::open(server.http).await;
    assert_eq!(third.read_to_end().await, b"");
    for socket in [&mut first, &mut second] {
        socket.write(b"GET /v1/traces HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert!(socket.read_some().await.starts_with(b"HTTP/1.1 405"));
    }
    drop(first);
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        assert!(tokio::time::Instant::now() < deadline);
        let mut again = Socket::open(server.http).await;
        if again
            .write(b"GET /v1/traces HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            .await
            && again.read_to_end().await.starts_with(b"HTTP/1.1 405")
        {
            return;
        }
    }
}

/// HTTP/2 by hand.
mod h2 {
    pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    pub(super) const HEADERS: u8 = 1;
    pub(super) const RST_STREAM: u8 = 3;
    pub(super) const SETTINGS: u8 = 4;
    pub(super) const CONTINUATION: u8 = 9;
    pub(super) const END_HEADERS: u8 = 4;
    pub(super) const CANCEL: [u8; 4] = [0, 0, 0, 8];
    pub(super) const REFUSED_STREAM: [u8; 4] = [0, 0, 0, 7];
    /// `:method POST`, `:scheme http`, `:path /`, of the static table.
    pub(super) const REQUEST: &[u8] = &[0x83, 0x86, 0x84];

    pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = length[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        frame
    }

    /// Kind and payload of whole frames.
    pub(super) fn frames(mut bytes: &[u8]) -> Vec<(u8, Vec<u8>)> {
        let mut frames = Vec::new();
        while bytes.len() >= 9 {
            let length = u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]]) as usize;
            let Some(payload) = bytes.get(9..9 + length) else {
                break;
            };
            frames.push((bytes[3], payload.to_vec()));
            bytes = &bytes[9 + length..];
        }
        frames
    }
}

async fn open_h2(server: &Server) -> Socket {
    let mut socket = Socket::open(server.grpc).await;
    socket.write(h2::PREFACE).await;
    socket.write(&h2::frame(h2::SETTINGS, 0, 0, b"")).await;
    socket
}

#[tokio::test]
async fn a_flood_of_resets_closes_the_connection() {
    let server = Server::start().await;
    let mut socket = open_h2(&server).await;
    let flood: Vec<u8> = (0..5000)
        .flat_map(|number| {
            let stream = 2 * number + 1;
            let asked = h2::frame(h2::HEADERS, h2::END_HEADERS, stream, h2::REQUEST);
            [asked, h2::frame(h2::RST_STREAM, 0, stream, &h2::CANCEL)].concat()
        })
        .collect();
    socket.write(&flood).await;
    socket.read_to_end().await;
    assert!(is_served(&server).await);
}

#[tokio::test]
async fn endless_headers_close_the_connection() {
    let server = Server::start().await;
    let mut socket = open_h2(&server).await;
    socket.write(&h2::frame(h2::HEADERS, 0, 1, h2::REQUEST)).await;
    // A literal header without indexing, `x: y`, in each frame.
    let more = h2::frame(h2::CONTINUATION, 0, 1, &[0, 1, b'x', 1, b'y']);
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while socket.write(&more.repeat(1000)).await {
        assert!(tokio::time::Instant::now() < deadline, "it is cut off");
    }
    assert!(is_served(&server).await);
}

#[tokio::test]
async fn streams_over_the_limit_are_refused() {
    let server = Server::start().await;
    let mut socket = open_h2(&server).await;
    let path = b"/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    let mut head = vec![0x83, 0x86, 0x04, u8::try_from(path.len()).unwrap()];
    head.extend(path);
    head.extend([0, 12]);
    head.extend(b"content-type");
    head.push(16);
    head.extend(b"application/grpc");
    for number in 0..150 {
        socket
            .write(&h2::frame(h2::HEADERS, h2::END_HEADERS, 2 * number + 1, &head))
            .await;
    }
    let mut said = Vec::new();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    let refused = |said: &[u8]| {
        let is_refused =
            |(kind, payload): &(u8, Vec<u8>)| *kind == h2::RST_STREAM && *payload == h2::REFUSED_STREAM;
        h2::frames(said).iter().filter(|frame| is_refused(frame)).count()
    };
    while refused(&said) < 50 {
        assert!(tokio::time::Instant::now() < deadline);
        said.extend(socket.read_some().await);
    }
    assert_eq!(refused(&said), 50);
}
