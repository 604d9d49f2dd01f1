//! Scores posted and read back, over a store in memory and a gate.

use std::sync::Arc;

use insight::settle::{self, Service};
use serde_json::json;
use testkit::sample::{self, span, span_id, trace_id};
use testkit::{MemoryIntake, MemoryStore, SetClock};
use trace::ports::ReadPort as _;
use trace::{CaptureLevel, Field, Kind, Role, RunId, Status};

use super::fake::{Fake, Mood};
use super::*;
use crate::Api;

/// An API over a store in memory that keeps content, or shapes only.
fn api(store: &MemoryStore, level: CaptureLevel) -> Api {
    Api {
        read: Arc::new(store.clone()),
        intake: Arc::new(MemoryIntake::new(sample::gate(level), store.clone())),
        ..Fake::default().api()
    }
}

async fn ask(api: Api, request: Request<Body>) -> Answer {
    let response = api.router(Router::new()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}

/// A run that failed at a call nothing repaired.
fn failed_run(store: &MemoryStore) {
    let tool = |number: u64, name: &str, status: Status| {
        let from = i64::try_from(number).unwrap() * 10;
        span(1, number)
            .below(1)
            .tool(name)
            .millis(from, from + 5)
            .status(status)
            .body(Role::Arguments, r#"{"order_id":"4412"}"#)
    };
    store.put(sample::cleared([
        span(1, 1)
            .kind(Kind::Agent)
            .millis(0, 100)
            .fact(Field::StatedRunId, "run-7")
            .fact(Field::StatedOutcome, "failure"),
        tool(2, "get_order", Status::Ok),
        tool(3, "cancel_order", Status::Error),
    ]));
}

/// Settles everything there is in a store.
async fn settle(store: &MemoryStore) {
    let options = settle::Options::default();
    let (_handle, inlet) = settle::channel(&options);
    let service = Service::new(
        options,
        Arc::default(),
        inlet,
        Arc::new(store.clone()),
        Arc::new(store.clone()),
        Arc::new(SetClock::at(sample::at_millis(86_400_000))),
    );
    service
        .run(tokio::time::sleep(std::time::Duration::from_secs(7_200)))
        .await;
}

fn word(label: &str, span: Option<u64>, reviewer: &str) -> Json {
    json!({
        "run_id": "run-7",
        "span_id": span.map(|span| span_id(span).to_string()),
        "name": "first_wrong_decision",
        "label": label,
        "source": "human",
        "reviewer": reviewer,
    })
}

async fn said(store: &MemoryStore, words: &[Json]) -> Json {
    let body = json!({ "scores": words }).to_string();
    let answer = ask(
        api(store, CaptureLevel::Redacted),
        super::posting("/api/v1/scores", body),
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.json()
}

async fn read(store: &MemoryStore, target: &str) -> Json {
    let answer = ask(api(store, CaptureLevel::Redacted), request(target)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.json()
}

#[tokio::test(start_paused = true)]
async fn a_persons_word_stands_on_the_run_in_its_explanation_and_in_lists() {
    let store = MemoryStore::new();
    failed_run(&store);
    settle(&store).await;
    let explained = read(&store, "/api/v1/runs/run-7/explanation").await;
    assert_eq!(explained["candidates"][0]["rule"], "misfire");

    let taken = said(
        &store,
        &[word("confirm", Some(2), "anna"), word("nothing", None, "ben")],
    )
    .await;
    assert_eq!(
        (
            &taken["scores"][0]["run_known"],
            &taken["scores"][0]["span_known"]
        ),
        (&json!(true), &json!(true))
    );
    assert_eq!(taken["scores"][1]["span_known"], Json::Null);
    said(&store, &[word("confirm", Some(2), "eva")]).await;
    settle(&store).await;

    let explained = read(&store, "/api/v1/runs/run-7/explanation").await;
    let first = &explained["candidates"][0];
    assert_eq!(
        (&first["span_id"], &first["standing"], &explained["people"]),
        (&json!(span_id(2).to_string()), &json!("confirmed"), &json!(3))
    );
    assert_eq!(
        (&first["confirmed_by"], &first["disputed_by"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(explained["words"].as_array().unwrap().len(), 3);
    let row = store
        .runs_by_id(&sample::workspace(), &[RunId::new("run-7")])
        .await;
    let first_wrong = row.unwrap()[0].first_wrong.clone().unwrap();
    assert_eq!(
        (first_wrong.span_id, first_wrong.rule.as_str()),
        (span_id(2), "person")
    );
    let found = read(&store, "/api/v1/runs?q=first_wrong:person").await;
    assert_eq!(found["runs"][0]["run_id"], "run-7");
}

#[tokio::test]
async fn scores_of_a_run_come_back_as_they_were_given() {
    let store = MemoryStore::new();
    failed_run(&store);
    let feedback = json!({
        "trace_id": trace_id(1).to_string(), "name": "user_feedback", "value": -1.0, "source": "human",
        "note": "it never came, write to anna.schmidt@example.com", "time": "2023-11-15T10:00:00Z",
    });
    let evaluated = json!({
        "run_id": "run-7", "name": "groundedness", "value": 0.25, "label": "poor", "source": "model",
        "reviewer": "judge-2", "time": "2023-11-14T10:00:00Z",
    });
    said(&store, &[feedback.clone(), evaluated]).await;
    said(&store, &[feedback]).await;
    let mut scores = read(&store, "/api/v1/runs/run-7/scores").await;
    for score in scores["scores"].as_array_mut().unwrap() {
        score["score_id"] = json!("…");
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&scores).unwrap());
}

#[tokio::test]
async fn at_capture_level_metadata_a_note_is_not_kept_and_the_answer_says_so() {
    let store = MemoryStore::new();
    failed_run(&store);
    let mut noted = word("dispute", Some(3), "anna");
    noted["note"] = json!("CANARY");
    let body = json!({ "scores": [noted] }).to_string();
    let answer = ask(
        api(&store, CaptureLevel::Metadata),
        super::posting("/api/v1/scores", body),
    )
    .await;
    assert_eq!(answer.json()["scores"][0]["note_kept"], json!(false));
    let scores = read(&store, "/api/v1/runs/run-7/scores").await;
    assert_eq!(
        (
            &scores["scores"][0]["note"],
            &scores["scores"][0]["note_withheld"]
        ),
        (&Json::Null, &json!(true))
    );
    assert_eq!(scores["scores"][0]["reviewer"], "anna");
}

#[tokio::test]
async fn the_same_key_is_the_same_score_and_a_later_word_is_another() {
    let store = MemoryStore::new();
    failed_run(&store);
    let keyed = |value: f64| json!({"run_id": "run-7", "name": "csat", "value": value, "id": "ticket-9"});
    let first = said(&store, &[keyed(1.0)]).await;
    let again = said(&store, &[keyed(2.0)]).await;
    assert_eq!(first["scores"][0]["score_id"], again["scores"][0]["score_id"]);
    said(&store, &[word("confirm", Some(3), "anna")]).await;
    said(&store, &[word("withdraw", None, "anna")]).await;
    assert_eq!(store.stats().await.unwrap().scores, 3);
}

#[tokio::test]
async fn a_score_may_come_before_its_run() {
    let store = MemoryStore::new();
    let early = json!({"run_id": "run-7", "name": "task_success", "value": 1.0, "source": "code"});
    let taken = said(&store, &[early]).await;
    assert_eq!(taken["scores"][0]["run_known"], json!(false));
    failed_run(&store);
    let scores = read(&store, "/api/v1/runs/run-7/scores").await;
    assert_eq!(scores["scores"][0]["name"], "task_success");
}

#[tokio::test]
async fn what_is_wrong_with_a_score_is_said_without_its_values_and_nothing_is_taken() {
    let store = MemoryStore::new();
    let good = word("nothing", None, "anna");
    let with = |field: &str, value: Json| {
        let mut score = word("confirm", Some(2), "anna");
        score[field] = value;
        json!({"scores": [good, score]}).to_string()
    };
    let bodies = [
        String::new(),
        "CANARY".to_owned(),
        json!({"scores": []}).to_string(),
        json!({"scores": vec![good.clone(); 1_001]}).to_string(),
        json!({"scores": ["CANARY"]}).to_string(),
        json!({"scores": [], "CANARY": 1}).to_string(),
        with("CANARY", json!(1)),
        with("value", json!("CANARY")),
        with("name", json!("")),
        with("label", json!("CANARY")),
        with("label", Json::Null),
        with("source", json!("CANARY")),
        with("source", json!("model")),
        with("span_id", json!("CANARY")),
        with("span_id", Json::Null),
        with("trace_id", json!("00000000000000000000000000000000")),
        with("run_id", Json::Null),
        with("time", json!("CANARY")),
        with("reviewer", json!("CANARY".repeat(100))),
        with("note", json!("CANARY".repeat(20_000))),
        json!({"scores": [{"run_id": "run-7", "name": "quality"}]}).to_string(),
    ];
    let mut page = String::new();
    for body in bodies {
        let answer = ask(
            api(&store, CaptureLevel::Redacted),
            super::posting("/api/v1/scores", body),
        )
        .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.body);
        assert!(!answer.body.contains("CANARY"), "{}", answer.body);
        let json = answer.json();
        let part = |name: &str| json[name].as_str().unwrap().to_owned();
        page.push_str(&format!(
            "{}: {}\nhint: {}\n\n",
            part("code"),
            part("detail"),
            part("hint")
        ));
    }
    assert_eq!(store.stats().await.unwrap().scores, 0);
    insta::assert_snapshot!(page);
}

#[tokio::test]
async fn a_form_a_large_body_and_another_method_are_refused() {
    let store = MemoryStore::new();
    let mut form = super::posting("/api/v1/scores", "scores=1");
    let media = "application/x-www-form-urlencoded".parse().unwrap();
    form.headers_mut().insert(header::CONTENT_TYPE, media);
    let large = super::posting("/api/v1/scores", vec![b' '; 2 * 1024 * 1024]);
    let mut foreign = super::posting("/api/v1/scores", "{}");
    foreign
        .headers_mut()
        .insert(header::ORIGIN, "https://evil.example".parse().unwrap());
    let refused = [
        (form, 415, "content_type"),
        (large, 413, "body_too_large"),
        (foreign, 403, "origin_not_allowed"),
        (request("/api/v1/scores"), 405, "method_not_allowed"),
    ];
    for (request, status, code) in refused {
        let answer = ask(api(&store, CaptureLevel::Redacted), request).await;
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(answer.json()["code"], code);
    }
}

#[tokio::test]
async fn a_log_that_cannot_take_scores_is_told_of_without_its_words() {
    let store = MemoryStore::new();
    let body = json!({"scores": [word("nothing", None, "anna")]}).to_string();
    let cases = [
        (Mood::Unavailable, 503, "unavailable"),
        (Mood::Limit, 413, "body_too_large"),
    ];
    for (mood, status, code) in cases {
        let intake = Fake {
            mood,
            ..Fake::default()
        }
        .api()
        .intake;
        let api = Api {
            intake,
            ..api(&store, CaptureLevel::Redacted)
        };
        let answer = ask(api, super::posting("/api/v1/scores", body.clone())).await;
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(answer.json()["code"], code);
        assert!(!answer.body.contains("secret-path"));
    }
}
