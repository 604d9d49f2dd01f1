//! OTLP over gRPC, by a real client, and by none.

use bytes::Bytes;
use catalog::ledger::{Counter, Signal};
use http::StatusCode;
use ingest::{Compression, Encoding, Envelope, Limits, Transport};
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use prost::Message;
use tonic::Code;
use tonic::codec::CompressionEncoding;
use tonic::transport::Channel;

use crate::client::post;
use crate::log::Mood;
use crate::sample::{self, JSON, PROTOBUF};
use crate::server::Server;

/// `google.rpc.Status` with `google.rpc.RetryInfo` among its details.
#[derive(Clone, PartialEq, prost::Message)]
struct Status {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Any {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<Delay>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Delay {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}

async fn channel(server: &Server) -> Channel {
    Channel::from_shared(format!("http://{}", server.grpc))
        .unwrap()
        .connect()
        .await
        .unwrap()
}

async fn traces(server: &Server) -> TraceServiceClient<Channel> {
    TraceServiceClient::new(channel(server).await)
}

fn retry_delay(status: &tonic::Status) -> Option<(i64, i32)> {
    let status = Status::decode(status.details()).unwrap();
    let info = status.details.first()?;
    assert_eq!(info.type_url, "type.googleapis.com/google.rpc.RetryInfo");
    let delay = RetryInfo::decode(info.value.as_slice())
        .unwrap()
        .retry_delay
        .unwrap();
    Some((delay.seconds, delay.nanos))
}

#[tokio::test]
async fn a_client_exports_with_every_compression() {
    let server = Server::start().await;
    let mut plain = traces(&server).await;
    let response = plain.export(sample::numbered(0..1)).await.unwrap();
    assert_eq!(response.into_inner().partial_success, None);
    let mut gzip = traces(&server).await.send_compressed(CompressionEncoding::Gzip);
    gzip.export(sample::numbered(1..2)).await.unwrap();
    let mut zstd = traces(&server).await.send_compressed(CompressionEncoding::Zstd);
    zstd.export(sample::numbered(2..3)).await.unwrap();
    assert_eq!(server.log.span_keys().len(), 3);
}

#[tokio::test]
async fn logs_and_metrics_have_their_services() {
    let server = Server::start().await;
    let mut logs = LogsServiceClient::new(channel(&server).await);
    logs.export(sample::logs()).await.unwrap();
    assert_eq!(server.counted(Signal::Logs, Counter::Received).await, 1);
    let mut metrics = MetricsServiceClient::new(channel(&server).await);
    let response = metrics.export(sample::metrics()).await.unwrap().into_inner();
    assert_eq!(response.partial_success.unwrap().rejected_data_points, 3);
}

#[tokio::test]
async fn a_partly_bad_batch_is_taken_in_part_and_says_so() {
    let server = Server::start().await;
    let mut bad = sample::span(2);
    bad.span_id = vec![0; 8];
    let request = sample::traces(vec![sample::span(1), bad]);
    let response = traces(&server).await.export(request).await.unwrap().into_inner();
    let partial = response.partial_success.unwrap();
    assert_eq!(partial.rejected_spans, 1);
    assert!(!partial.error_message.is_empty());
    assert_eq!(server.log.span_keys().len(), 1);
}

#[tokio::test]
async fn a_full_log_is_resource_exhausted_with_a_delay_and_a_broken_one_unavailable() {
    let server = Server::start().await;
    let mut client = traces(&server).await;
    for (mood, code, delay) in [
        (Mood::Full, Code::ResourceExhausted, (2, 500_000_000)),
        (Mood::Broken, Code::Unavailable, (5, 0)),
        (Mood::Closing, Code::Unavailable, (5, 0)),
    ] {
        server.log.set(mood);
        let status = client.export(sample::numbered(0..1)).await.unwrap_err();
        assert_eq!(status.code(), code);
        assert_eq!(retry_delay(&status), Some(delay));
    }
    server.log.set(Mood::Well);
    client.export(sample::numbered(0..1)).await.unwrap();
}

#[tokio::test]
async fn a_message_over_the_limit_is_resource_exhausted_without_a_delay() {
    let server = Server::start().await;
    let mut span = sample::span(1);
    span.name = "n".repeat(Limits::default().body_size_bytes_max);
    let mut client = traces(&server).await;
    let status = client.export(sample::traces(vec![span])).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert!(
        status.details().is_empty(),
        "so that the client does not try again"
    );
    // The connection goes on.
    client.export(sample::numbered(0..1)).await.unwrap();
}

#[tokio::test]
async fn a_bomb_in_a_message_is_resource_exhausted() {
    let server = Server::start().await;
    let mut span = sample::span(1);
    span.name = "n".repeat(30 * 1024 * 1024);
    for encoding in [CompressionEncoding::Gzip, CompressionEncoding::Zstd] {
        let mut client = traces(&server).await.send_compressed(encoding);
        let status = client
            .export(sample::traces(vec![span.clone()]))
            .await
            .unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert!(status.details().is_empty());
    }
}

#[tokio::test]
async fn what_is_no_call_of_ours_is_said_to_be_none() {
    let server = Server::start().await;
    let grpc = ("content-type", "application/grpc");
    let reply = post(server.grpc, "/some.Service/Method", &[grpc], "").await;
    assert_eq!(
        (reply.status, reply.header("grpc-status")),
        (StatusCode::OK, Some("12"))
    );
    let reply = post(server.grpc, "/v1/traces", &[JSON], "{}").await;
    assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(String::from_utf8_lossy(&reply.body).contains("4318"));
    let path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    for content_type in [
        "application/grpc-web",
        "application/grpc+json",
        "application/json",
    ] {
        let reply = post(server.grpc, path, &[("content-type", content_type)], "").await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let reply = post(server.grpc, path, &[grpc, ("grpc-encoding", "snappy")], "").await;
    assert_eq!(reply.header("grpc-status"), Some("12"));
    assert_eq!(reply.header("grpc-accept-encoding"), Some("identity,gzip,zstd"));
}

#[tokio::test]
async fn broken_messages_are_invalid_arguments() {
    let server = Server::start().await;
    let path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    let grpc = ("content-type", "application/grpc");
    for body in [
        &b""[..],
        b"\0\0\0",
        b"\0\0\0\0\x09short",
        b"\x01\0\0\0\0",
        b"\0\0\0\0\x02\x0a\x7f",
        b"\x07\0\0\0\0",
    ] {
        let reply = post(server.grpc, path, &[grpc], body).await;
        assert_eq!(reply.header("grpc-status"), Some("3"), "{body:?}");
        assert!(
            reply
                .header("grpc-message")
                .is_some_and(|message| !message.is_empty())
        );
    }
}

#[tokio::test]
async fn every_way_in_delivers_the_same() {
    let mut request = sample::numbered(0..5);
    request.resource_spans.extend(
        sample::traces_of(
            vec![sample::text("everyframe.project", "b")],
            vec![sample::span(9)],
        )
        .resource_spans,
    );
    let (protobuf, json) = (sample::protobuf(&request), sample::json(&request));

    let server = Server::start().await;
    traces(&server).await.export(request.clone()).await.unwrap();
    let by_grpc = server.log.batches();
    assert_eq!(by_grpc.len(), 2);

    let server = Server::start().await;
    post(server.http, "/v1/traces", &[PROTOBUF], protobuf.clone()).await;
    assert_eq!(server.log.batches(), by_grpc);

    let server = Server::start().await;
    post(server.http, "/v1/traces", &[JSON], json).await;
    assert_eq!(server.log.batches(), by_grpc);

    let server = Server::start().await;
    let envelope = Envelope {
        signal: Signal::Traces,
        encoding: Encoding::Protobuf,
        compression: Compression::Identity,
        body: protobuf,
        transport: Transport::Local,
        key_name: catalog::ledger::KEY_LOCAL.into(),
    };
    let answer = server.ingest.receive(envelope).await.unwrap();
    assert_eq!((answer.accepted, answer.rejected()), (6, 0));
    assert_eq!(server.log.batches(), by_grpc);
}

#[tokio::test]
async fn an_empty_request_is_in_order() {
    let server = Server::start().await;
    traces(&server)
        .await
        .export(ExportTraceServiceRequest::default())
        .await
        .unwrap();
    let framed = Bytes::from_static(b"\0\0\0\0\0");
    let path = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
    let reply = post(
        server.grpc,
        path,
        &[("content-type", "application/grpc+proto")],
        framed.clone(),
    )
    .await;
    assert_eq!(reply.body, framed);
}
