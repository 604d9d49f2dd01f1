//! Judgements that come with telemetry become scores.

use super::*;

#[test]
fn an_evaluation_is_a_score_of_its_span_and_stays_the_same() {
    let mut judged = span("s", &json!({"everyframe.run.id": "r1"}));
    judged.events.push(otlp::Event {
        time_unix_nanos: 101 * SECOND,
        name: "gen_ai.evaluation.result".into(),
        attributes: attributes(&json!({"gen_ai.evaluation.name": "reward",
            "gen_ai.evaluation.score.value": 0.0, "gen_ai.evaluation.score.label": "fail",
            "gen_ai.evaluation.explanation": "wrong order"})),
    });
    let decoded = decode("x", judged.clone());
    let score = &decoded.scores[0].score;
    assert_eq!(
        (score.name.as_str(), score.value, score.label.as_deref()),
        ("reward", Some(0.0), Some("fail"))
    );
    assert_eq!(score.stated_run_id.as_deref(), Some("r1"));
    assert!(score.span_id.is_some());
    assert_eq!(decoded.scores[0].bodies[0].text.expose(), "wrong order");
    assert_eq!(decode("x", judged).scores[0].score.score_id, score.score_id);
}

#[test]
fn annotations_are_scores_of_span_or_trace() {
    let keys = json!({"openinference.span.kind": "CHAIN",
        "annotations.0.annotation.name": "helpful", "annotations.0.annotation.score": 1,
        "annotations.0.annotation.annotator_kind": "HUMAN",
        "trace.evaluations.0.evaluation.name": "goal", "trace.evaluations.0.evaluation.label": "met"});
    let decoded = decode("x", span("s", &keys));
    let found: Vec<_> = decoded
        .scores
        .iter()
        .map(|score| {
            (
                score.score.name.as_str(),
                score.score.source.as_deref(),
                score.score.span_id.is_some(),
            )
        })
        .collect();
    assert_eq!(found, [("helpful", Some("human"), true), ("goal", None, false)]);
}

#[test]
fn a_logged_evaluation_may_name_only_the_answer() {
    let record = LogRecord {
        event_name: "gen_ai.evaluation.result".into(),
        time_unix_nanos: SECOND,
        attributes: attributes(&json!({"gen_ai.evaluation.name": "fit", "gen_ai.response.id": "resp_1"})),
        ..LogRecord::default()
    };
    let (decoded, read) = log("x", record);
    assert_eq!(read.scores, 1);
    assert_eq!(decoded.scores[0].score.response_id.as_deref(), Some("resp_1"));
}
