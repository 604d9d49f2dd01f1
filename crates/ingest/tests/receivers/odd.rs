//! Odd input, in order by the letter: one documented answer each, the same whichever way it comes.

use bytes::Bytes;
use catalog::ledger::{Counter, Signal};
use http::StatusCode;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use trace::time::NANOS_PER_DAY;
use trace::{Field, Record, Status, UnixNanos};

use crate::client::post;
use crate::sample::{self, JSON, PROTOBUF};
use crate::server::{NOW, Server};

/// What is stored of one request.
async fn stored(header: (&str, &str), body: impl Into<Bytes>) -> Vec<trace::span::Span> {
    let server = Server::start().await;
    let reply = post(server.http, "/v1/traces", &[header], body).await;
    assert_eq!(reply.status, StatusCode::OK, "{:?}", reply.body);
    server
        .log
        .batches()
        .into_iter()
        .flat_map(|batch| batch.spans)
        .collect()
}

/// A request with one span, as JSON, with these attributes.
fn json_with(attributes: &str) -> String {
    format!(
        r#"{{"resourceSpans":[{{"scopeSpans":[{{"scope":{{"name":"tests"}},"spans":[{{"traceId":"{}","spanId":"0000000000000007",
            "name":"chat m","startTimeUnixNano":"{}","endTimeUnixNano":"{}","attributes":[
            {{"key":"gen_ai.operation.name","value":{{"stringValue":"chat"}}}},{attributes}]}}]}}]}}]}}"#,
        "ab".repeat(16),
        NOW.0,
        NOW.0
    )
}

/// The same request as protobuf.
fn protobuf_with(attributes: Vec<KeyValue>) -> Bytes {
    let mut span = Span {
        trace_id: vec![0xab; 16],
        span_id: 7_u64.to_be_bytes().to_vec(),
        name: "chat m".to_owned(),
        start_time_unix_nano: u64::try_from(NOW.0).unwrap(),
        end_time_unix_nano: u64::try_from(NOW.0).unwrap(),
        attributes: vec![sample::text("gen_ai.operation.name", "chat")],
        ..Span::default()
    };
    span.attributes.extend(attributes);
    sample::protobuf(&sample::traces_of(Vec::new(), vec![span]))
}

fn double(key: &str, value: f64) -> KeyValue {
    let value = AnyValue {
        value: Some(Value::DoubleValue(value)),
    };
    KeyValue {
        key: key.to_owned(),
        value: Some(value),
        ..KeyValue::default()
    }
}

#[tokio::test]
async fn odd_numbers_and_texts_have_one_answer_whichever_way_they_come() {
    let temperature = "gen_ai.request.temperature";
    let max_tokens = "gen_ai.request.max_tokens";
    let as_json = |key: &str, value: &str| json_with(&format!(r#"{{"key":"{key}","value":{{{value}}}}}"#));
    let limit = 4096;
    for (json, protobuf, field, expected) in [
        (
            as_json(temperature, r#""doubleValue":"NaN""#),
            double(temperature, f64::NAN),
            Field::Temperature,
            None,
        ),
        (
            as_json(temperature, r#""doubleValue":"Infinity""#),
            double(temperature, f64::INFINITY),
            Field::Temperature,
            None,
        ),
        (
            as_json(temperature, r#""doubleValue":"-Infinity""#),
            double(temperature, f64::NEG_INFINITY),
            Field::Temperature,
            None,
        ),
        (
            as_json(temperature, r#""doubleValue":0.5"#),
            double(temperature, 0.5),
            Field::Temperature,
            Some(0.5.into()),
        ),
        (
            as_json(max_tokens, &format!(r#""intValue":"{limit}""#)),
            sample::int(max_tokens, limit),
            Field::MaxTokens,
            Some(limit.into()),
        ),
        (
            as_json(max_tokens, &format!(r#""intValue":{limit}"#)),
            sample::int(max_tokens, limit),
            Field::MaxTokens,
            Some(limit.into()),
        ),
        (
            as_json("x", r#""stringValue":"\ud800""#),
            sample::text("x", "\u{fffd}"),
            Field::MaxTokens,
            None,
        ),
    ] {
        let (by_json, by_protobuf) = (
            stored(JSON, json.clone()).await,
            stored(PROTOBUF, protobuf_with(vec![protobuf])).await,
        );
        assert_eq!(by_json, by_protobuf, "{json}");
        assert_eq!(by_json[0].facts.get(field), expected.as_ref(), "{json}");
    }
}

#[tokio::test]
async fn a_name_that_stands_twice_counts_as_last_said() {
    let body = json_with("")
        .replace(",]", "]")
        .replace(r#""name":"chat m""#, r#""name":"chat first","name":"chat m""#);
    assert_eq!(stored(JSON, body).await[0].name, "chat m");
}

#[tokio::test]
async fn bottomless_nesting_is_cut_or_refused_and_harms_nobody() {
    let server = Server::start().await;
    let deep = json_with(&format!(
        r#"{{"key":"x","value":{}{}}}"#,
        r#"{"arrayValue":{"values":["#.repeat(100_000),
        "]}}".repeat(100_000)
    ));
    let reply = post(server.http, "/v1/traces", &[JSON], deep).await;
    assert!([StatusCode::OK, StatusCode::BAD_REQUEST].contains(&reply.status));
    let mut value = AnyValue {
        value: Some(Value::IntValue(1)),
    };
    for _ in 0..50 {
        value = AnyValue {
            value: Some(Value::ArrayValue(ArrayValue { values: vec![value] })),
        };
    }
    let deep = KeyValue {
        key: "x".to_owned(),
        value: Some(value),
        ..KeyValue::default()
    };
    let reply = post(server.http, "/v1/traces", &[PROTOBUF], protobuf_with(vec![deep])).await;
    assert_eq!(reply.status, StatusCode::OK);
    // By hand, as no encoder goes this deep: each level is a field with the length of what it holds.
    let mut body = Vec::new();
    for level in 0..100_000_usize {
        let mut outer = vec![if level % 2 == 0 { 0x2a } else { 0x0a }];
        prost::encoding::encode_varint(body.len() as u64, &mut outer);
        if body.len() > 400_000 {
            break;
        }
        body = [outer, body].concat();
    }
    let reply = post(server.http, "/v1/traces", &[PROTOBUF], body).await;
    assert!([StatusCode::OK, StatusCode::BAD_REQUEST].contains(&reply.status));
}

#[tokio::test]
async fn odd_clocks_are_marked_and_the_times_of_the_sender_kept() {
    let at = |start: i64, end: i64| {
        let mut span = sample::span(1);
        span.start_time_unix_nano = u64::try_from(start).unwrap();
        span.end_time_unix_nano = u64::try_from(end).unwrap();
        sample::protobuf(&sample::traces(vec![span]))
    };
    let hour = NANOS_PER_DAY / 24;
    for (start, end, mark) in [
        (NOW.0 - hour, NOW.0, None),
        (NOW.0 - 6 * NANOS_PER_DAY, NOW.0 - 6 * NANOS_PER_DAY, None),
        (
            NOW.0 - 30 * NANOS_PER_DAY,
            NOW.0 - 30 * NANOS_PER_DAY + 5,
            Some("behind"),
        ),
        (NOW.0 - 30 * NANOS_PER_DAY, NOW.0, None),
        (NOW.0 + 2 * hour, NOW.0 + 2 * hour, Some("ahead")),
        (NOW.0, NOW.0 - hour, Some("negative_duration")),
    ] {
        let spans = stored(PROTOBUF, at(start, end)).await;
        assert_eq!(spans[0].facts.text(Field::ClockMark), mark, "{start} {end}");
        assert_eq!(spans[0].start, UnixNanos(start));
    }
    let server = Server::start().await;
    post(server.http, "/v1/traces", &[PROTOBUF], at(NOW.0, NOW.0)).await;
    assert_eq!(server.log.batches()[0].received_at, NOW);
}

#[tokio::test]
async fn doubles_and_circles_are_taken_as_they_are() {
    let mut own_parent = sample::span(1);
    own_parent.parent_span_id.clone_from(&own_parent.span_id);
    let mut lost_parent = sample::span(2);
    lost_parent.parent_span_id = vec![9; 8];
    let twin = sample::span(3);
    let request = sample::traces(vec![own_parent, lost_parent, twin.clone(), twin]);
    let server = Server::start().await;
    let reply = post(server.http, "/v1/traces", &[PROTOBUF], sample::protobuf(&request)).await;
    assert_eq!((reply.status, reply.body.len()), (StatusCode::OK, 0));
    assert_eq!(server.counted(Signal::Traces, Counter::Stored).await, 3);
    assert_eq!(server.counted(Signal::Traces, Counter::Duplicate).await, 1);
}

#[tokio::test]
async fn ids_are_bytes_of_fixed_length_or_no_ids() {
    let server = Server::start().await;
    for id in ["../../etc/passwd", "%2e%2e%2f", "CON", "\0", "", "zz"] {
        let body = json_with("").replace(",]", "]").replace(
            &"ab".repeat(16),
            serde_json::json!(id).to_string().trim_matches('"'),
        );
        let reply = post(server.http, "/v1/traces", &[JSON], body).await;
        assert_eq!(reply.status, StatusCode::OK, "{id:?}");
        let partial = &reply.json()["partialSuccess"];
        assert_eq!(partial["rejectedSpans"], "1", "{id:?}");
        assert!(id.is_empty() || !partial["errorMessage"].as_str().unwrap().contains(id));
    }
    for (trace_id, span_id) in [
        (vec![0; 16], vec![1; 8]),
        (vec![1; 16], vec![0; 8]),
        (vec![1; 15], vec![1; 8]),
    ] {
        let span = Span {
            trace_id,
            span_id,
            ..sample::span(1)
        };
        let body = sample::json(&sample::traces(vec![span]));
        let reply = post(server.http, "/v1/traces", &[JSON], body).await;
        assert_eq!(reply.json()["partialSuccess"]["rejectedSpans"], "1");
    }
    assert!(server.log.batches().is_empty());
}

#[tokio::test]
async fn a_span_without_an_end_is_running() {
    let span = Span {
        end_time_unix_nano: 0,
        ..sample::span(1)
    };
    let spans = stored(PROTOBUF, sample::protobuf(&sample::traces(vec![span]))).await;
    assert_eq!(
        (spans[0].record, spans[0].duration_nanos),
        (Record::Started, None)
    );
    assert_ne!(spans[0].status, Status::Error);
}
