//! What the routes answer when all is well.

use insta::assert_snapshot;
use trace::query::Filter;
use trace::{ProjectId, Record, UnixNanos};

use super::fake::Fake;
use super::sample::{self, full, logged, rich_span, span_id};
use super::*;

#[track_caller]
fn pretty(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
    serde_json::to_string_pretty(&answer.json()).unwrap()
}

#[tokio::test]
async fn stats_are_exact_and_name_every_kind() {
    assert_snapshot!(pretty(&get(full(), "/api/v1/stats").await));
}

#[tokio::test]
async fn a_run_has_its_totals() {
    assert_snapshot!(pretty(
        &get(full(), "/api/v1/runs/order%204412%2F%C3%BC%3F").await
    ));
}

#[tokio::test]
async fn what_is_unknown_is_null() {
    let fake = Fake {
        runs: vec![sample::unknown_run()],
        ..full()
    };
    assert_snapshot!(pretty(&get(fake, "/api/v1/runs").await));
}

#[tokio::test]
async fn a_run_is_there_from_its_first_span() {
    let mut started = sample::span(1, None, trace::Kind::Agent, "Refund order");
    started.record = Record::Started;
    started.duration_nanos = None;
    let fake = Fake {
        spans: vec![logged(started)],
        ..Fake::default()
    };
    let run = get(fake.clone(), &format!("/api/v1/runs/{}", sample::TRACE))
        .await
        .json();
    assert_eq!(
        (&run["settled"], &run["outcome"]["value"]),
        (&Json::from(false), &Json::from("running"))
    );
    assert_eq!(
        (&run["spans"], &run["duration_millis"], &run["cost"]),
        (&Json::from(1), &Json::Null, &Json::Null)
    );
    let spans = get(fake, &format!("/api/v1/runs/{}/spans", sample::TRACE))
        .await
        .json();
    assert_eq!(
        (&spans["shown"], &spans["marks"]["running"][0]),
        (&Json::from(1), &Json::from(0))
    );
}

#[tokio::test]
async fn a_page_of_runs_has_the_rows_and_where_to_go_on() {
    assert_snapshot!(pretty(&get(full(), "/api/v1/runs?limit=1").await));
}

#[tokio::test]
async fn a_span_has_its_bodies_and_what_the_policy_did() {
    let target = format!("/api/v1/spans/{}/{}", sample::TRACE, span_id(2));
    assert_snapshot!(pretty(&get(full(), &target).await));
}

#[tokio::test]
async fn the_records_of_a_span_are_one_answer() {
    let mut started = rich_span();
    started.record = Record::Started;
    started.duration_nanos = None;
    let mut finished = rich_span();
    finished.facts = trace::Facts::new();
    finished.content.clear();
    let mut supplement = rich_span();
    supplement.record = Record::Supplement;
    supplement.supplement = 1;
    for reference in &mut supplement.content {
        reference.role = trace::Role::OutputMessage;
    }
    let fake = Fake {
        spans: vec![logged(supplement), logged(started), logged(finished)],
        ..full()
    };
    let target = format!("/api/v1/spans/{}/{}", sample::TRACE, span_id(2))
        .to_uppercase()
        .replace("/API/V1/SPANS", "/api/v1/spans");
    let json = get(fake, &target).await.json();
    assert_eq!(json["record"], "finished");
    assert_eq!(json["supplements"], 1);
    assert_eq!(json["duration_millis"], 2.5);
    assert_eq!(json["facts"]["input_tokens"], 1_265);
    assert_eq!(json["content"].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn the_ledger_adds_up_by_key_signal_reason_and_day() {
    assert_snapshot!(pretty(
        &get(full(), "/api/v1/ledger?from=2026-01-01&to=2026-01-02").await
    ));
}

#[tokio::test]
async fn the_ledger_is_that_of_the_last_thirty_days_unless_asked() {
    let fake = full();
    let asked = fake.asked_ledger.clone();
    assert_eq!(get(fake, "/api/v1/ledger?key=local").await.status, StatusCode::OK);
    let asked = asked.lock().unwrap();
    assert_eq!(
        (asked[0].from.to_string(), asked[0].to.to_string()),
        ("2025-12-03".into(), "2026-01-01".into())
    );
    assert_eq!(asked[0].key_name.as_deref(), Some("local"));
}

#[tokio::test]
async fn the_parameters_of_a_page_reach_the_store() {
    let fake = full();
    let asked = fake.asked.clone();
    let target = "/api/v1/runs?q=cost%3E0.1+outcome:failure&project=shop&from=2026-01-01&to=2026-01-02T00:00:00.5%2B01:00&sort=-cost&limit=7&cursor=abc";
    assert_eq!(get(fake, target).await.status, StatusCode::OK);
    let asked = asked.lock().unwrap();
    assert_eq!(
        insight::query::render(&asked[0].filter),
        "cost>0.1 outcome:failure"
    );
    assert_eq!(asked[0].project_id, Some(ProjectId::new("shop")));
    assert_eq!(asked[0].from, Some(UnixNanos(1_767_225_600_000_000_000)));
    assert_eq!(asked[0].to, Some(UnixNanos(1_767_308_400_500_000_000)));
    assert_eq!(insight::query::render_sort(&asked[0].sort), "-cost");
    assert_eq!((asked[0].limit, asked[0].cursor.as_deref()), (7, Some("abc")));
}

#[tokio::test]
async fn without_parameters_the_newest_runs_come_first() {
    let fake = full();
    let asked = fake.asked.clone();
    assert_eq!(get(fake, "/api/v1/runs?q=&limit=").await.status, StatusCode::OK);
    let asked = asked.lock().unwrap();
    assert_eq!(asked[0].filter, Filter::All);
    assert_eq!(asked[0].limit, 50);
    assert_eq!(insight::query::render_sort(&asked[0].sort), "-start_unix_nanos");
}

#[tokio::test]
async fn the_servers_own_state_is_plain_text() {
    let alive = get(Fake::default(), "/healthz").await;
    assert_eq!((alive.status, alive.body.as_str()), (StatusCode::OK, "ok\n"));
    let ready = get(Fake::default(), "/readyz").await;
    assert_eq!((ready.status, ready.body.as_str()), (StatusCode::OK, "ready\n"));
    let metrics = get(Fake::default(), "/metrics").await;
    assert_eq!(metrics.body, "everyframe_spans_total 3\n");
    assert_eq!(
        metrics.headers[header::CONTENT_TYPE],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let starting = Fake {
        not_ready: true,
        ..Fake::default()
    };
    let starting = get(starting, "/readyz").await;
    assert_eq!(starting.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(starting.json()["code"], "not_ready");
}

#[tokio::test]
async fn a_browser_may_do_nothing_with_an_answer_but_show_it() {
    for target in ["/api/v1/stats", "/api/v1/nothing", "/healthz"] {
        let answer = get(full(), target).await;
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(
            answer.headers["content-security-policy"],
            "default-src 'none'; frame-ancestors 'none'"
        );
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers["cross-origin-resource-policy"], "same-origin");
        assert!(
            answer
                .headers
                .keys()
                .all(|name| !name.as_str().starts_with("access-control-"))
        );
    }
}

const SPANS: &str = "/api/v1/runs/order%204412%2F%C3%BC%3F/spans";

#[tokio::test]
async fn the_spans_of_a_run_come_column_by_column() {
    assert_snapshot!(pretty(&get(full(), SPANS).await));
}

#[tokio::test]
async fn spans_that_are_left_out_are_counted() {
    let fake = Fake {
        spans_max: Some(2),
        ..full()
    };
    let json = get(fake, SPANS).await.json();
    assert_eq!((&json["total"], &json["shown"]), (&Json::from(5), &Json::from(2)));
    assert_eq!(json["columns"]["span_id"].as_array().unwrap().len(), 2);
    for marks in json["marks"].as_object().unwrap().values() {
        assert!(
            marks
                .as_array()
                .unwrap()
                .iter()
                .all(|row| row.as_u64().unwrap() < 2)
        );
    }
}

#[tokio::test]
async fn ten_thousand_spans_stay_small_on_the_wire() {
    let spans = (0..10_000_u16).map(|number| {
        let kinds = [
            (trace::Kind::Model, "chat gpt-4o-mini"),
            (trace::Kind::Tool, "lookup_order"),
        ];
        let (kind, name) = kinds[usize::from(number % 2)];
        let mut span = sample::span(1, None, kind, name);
        let [high, low] = number.to_be_bytes();
        span.span_id = trace::SpanId::new([9, 9, 9, 9, 9, 9, high, low]);
        span.parent_id = (number > 0).then(|| trace::SpanId::new([9, 9, 9, 9, 9, 9, 0, 0]));
        span.start = sample::START.plus_nanos(i64::from(number) * 3_000_000);
        if number % 2 == 0 {
            span.facts.set(trace::Field::InputTokens, 1_200);
            span.facts.set(trace::Field::OutputTokens, 80);
            span.facts.set(trace::Field::ModelAnswered, "gpt-4o-mini");
        } else {
            span.facts.set(trace::Field::ToolName, name);
        }
        logged(span)
    });
    let fake = Fake {
        spans: spans.collect(),
        timeout: Some(std::time::Duration::from_secs(60)),
        ..full()
    };
    let answer = get(fake, SPANS).await;
    assert_eq!(answer.json()["shown"], 10_000);
    assert!(answer.body.len() < 750_000, "{} bytes", answer.body.len());
}

const RUN: &str = "/api/v1/runs/order%204412%2F%C3%BC%3F";

#[tokio::test]
async fn an_explanation_has_candidates_with_their_evidence() {
    assert_snapshot!(pretty(&get(full(), &format!("{RUN}/explanation")).await));
}

#[tokio::test]
async fn the_why_of_a_run_has_nine_rows_and_an_evidence_score() {
    assert_snapshot!(pretty(&get(full(), &format!("{RUN}/why")).await));
}

#[tokio::test]
async fn the_why_of_a_span_is_about_that_span() {
    let answer = get(full(), &format!("{RUN}/why?span_id={}", span_id(4)))
        .await
        .json();
    assert_eq!(answer["span"]["span_id"], Json::from(span_id(4).to_string()));
    assert_eq!(answer["rows"][3]["value"], Json::from("refund.create (failed)"));
    assert_eq!(answer["rows"][8]["value"], Json::from("error: Timeout"));
}

#[tokio::test]
async fn a_run_beside_itself_differs_in_nothing() {
    let run = RUN.trim_start_matches("/api/v1/runs/");
    let answer = get(full(), &format!("/api/v1/compare?a={run}&b={run}"))
        .await
        .json();
    assert_eq!(answer["first_divergence"], Json::Null);
    assert_eq!(answer["differences"], Json::Array(Vec::new()));
    assert_eq!(answer["rows"][0]["a"], answer["rows"][0]["b"]);
    assert_eq!(answer["rows"][0]["a"]["kind"], Json::from("model"));
}

#[tokio::test]
async fn a_comparison_needs_two_runs() {
    let answer = get(full(), "/api/v1/compare?a=x").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer = get(full(), "/api/v1/compare?a=x&b=y").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_signal_has_the_spans_that_show_it() {
    let answer = get(full(), &format!("{RUN}/signals")).await.json();
    let names: Vec<&str> = answer["signals"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|signal| signal["name"].as_str())
        .collect();
    assert_eq!(names, ["timeout", "tool_error"]);
    assert_eq!(
        answer["signals"][1]["spans"][0]["span_id"],
        Json::from(span_id(4).to_string())
    );
}

#[tokio::test]
async fn a_report_is_a_page_without_scripts() {
    let mut root = sample::span(1, None, trace::Kind::Agent, "<script>alert(1)</script>");
    root.facts
        .set(trace::Field::StatedRunId, trace::Value::Text("r1".into()));
    let fake = Fake {
        spans: vec![logged(root)],
        ..Fake::default()
    };
    let answer = get(fake, &format!("/-/runs/{}/report", sample::TRACE)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
    let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(answer.body.contains("&lt;script&gt;alert(1)"), "{}", answer.body);
    assert!(!answer.body.contains("<script"), "{}", answer.body);
}

#[tokio::test]
async fn metrics_say_among_how_many_and_open_the_runs_behind() {
    let answer = get(full(), "/api/v1/metrics?q=agent:support&by=outcome")
        .await
        .json();
    let first = &answer["figures"][0];
    assert_eq!(first["id"], Json::from("task_success_rate"));
    assert_eq!(
        first["filter"],
        Json::from("(agent:support) AND (outcome:success)")
    );
    assert_eq!(
        (&first["is_enough"], &answer["is_complete"]),
        (&Json::from(false), &Json::from(true))
    );
    assert!(!answer["groups"].as_array().unwrap().is_empty());
    let answer = get(full(), "/api/v1/metrics?by=nothing").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn groups_are_counted_by_time_and_by_a_field() {
    let answer = get(
        full(),
        "/api/v1/groups?by=outcome&every=1d&figures=runs,p95(duration)&q=agent:support",
    )
    .await
    .json();
    assert_eq!(answer["figures"], serde_json::json!(["runs", "p95(duration)"]));
    assert_eq!(answer["has_more"], Json::from(false));
    let group = &answer["groups"][0];
    assert!(
        group["start"].as_str().unwrap().ends_with("T00:00:00Z"),
        "{group}"
    );
    assert!(group["key"].is_string(), "{group}");
    assert_eq!(group["figures"].as_array().unwrap().len(), 2);
    for wrong in [
        "by=nothing",
        "every=soon",
        "every=1ms",
        "figures=max(cost)",
        "figures=p95(name)",
        "limit=0",
    ] {
        let answer = get(full(), &format!("/api/v1/groups?{wrong}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
        assert!(!answer.json()["hint"].as_str().unwrap().is_empty(), "{wrong}");
    }
}

#[tokio::test]
async fn a_question_in_sql_is_answered_in_columns_and_rows() {
    let ask = |body: &'static str| send(Fake::default(), posting("/api/v1/sql", body));
    let answer = ask(r#"{"query":"SELECT * FROM runs","limit":1}"#).await.json();
    assert_eq!(
        answer["columns"][0],
        serde_json::json!({"name": "run_id", "type": "text"})
    );
    assert_eq!(
        answer["rows"],
        serde_json::json!([["run-1", i64::MAX.to_string(), 0.5, null, [true]]])
    );
    assert_eq!(answer["has_more"], Json::from(true));
    for (body, code) in [
        (r#"{"query":"SELECT * FROM nothing"}"#, "invalid_sql"),
        (r#"{"query":"SELECT * FROM runs","limit":0}"#, "invalid_body"),
        (r#"{"question":"?"}"#, "invalid_body"),
    ] {
        let answer = ask(body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.json()["code"], Json::from(code), "{body}");
    }
}

#[tokio::test]
async fn cohorts_have_both_sides_and_need_both() {
    let answer = get(full(), "/api/v1/cohorts?good=outcome:success&bad=outcome:failure")
        .await
        .json();
    assert_eq!(
        (&answer["good"], &answer["bad"]),
        (&Json::from(2), &Json::from(2))
    );
    assert!(answer["differences"].is_array());
    let answer = get(full(), "/api/v1/cohorts?good=outcome:success").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}
