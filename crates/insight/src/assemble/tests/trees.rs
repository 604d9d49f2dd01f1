//! Every span has a place, whatever the ids say.

use testkit::sample::{SpanBuilder, span};
use trace::{Field, Kind, Outcome, Status};

use super::super::{ClockMark, Place};
use super::{logged, run_of};

/// The tree as text: names, deeper ones indented, with how they came there if not as children.
fn check(spans: Vec<SpanBuilder>, expected: &[&str]) {
    let tree = run_of(spans).tree;
    let line = |node: &super::super::Node| {
        let indent = " ".repeat(usize::try_from(node.depth).unwrap());
        let mark = match node.place {
            Place::Root | Place::Child => "",
            Place::Orphan => " (orphan)",
            Place::Cut => " (cut)",
        };
        format!("{indent}{}{mark}", node.span().name)
    };
    let lines: Vec<String> = tree.nodes().iter().map(line).collect();
    assert_eq!(lines, expected);
}

#[test]
fn siblings_stand_in_the_order_they_began() {
    check(
        vec![
            span(1, 1).name("root"),
            span(1, 2).below(1).name("late").millis(9, 10),
            span(1, 3).below(1).name("early").millis(1, 2),
            span(1, 4).below(3).name("inner").millis(1, 2),
        ],
        &["root", " early", "  inner", " late"],
    );
}

#[test]
fn orphans_are_adopted_by_the_root_and_counted() {
    let spans = || {
        vec![
            span(1, 1).name("root"),
            span(1, 3).below(2).name("child").millis(1, 2),
            span(1, 4).below(3).name("grandchild").millis(1, 2),
        ]
    };
    check(spans(), &["root", " child (orphan)", "  grandchild"]);
    assert_eq!(run_of(spans()).derived.run.totals.orphans, 1);
}

#[test]
fn without_a_root_every_orphan_stands_at_the_top() {
    let spans = || {
        vec![
            span(1, 3).below(2).name("one"),
            span(1, 4).below(2).name("two").millis(1, 2),
        ]
    };
    check(spans(), &["one (orphan)", "two (orphan)"]);
    let assembled = run_of(spans());
    assert_eq!(assembled.derived.run.totals.orphans, 2);
    assert!(!assembled.has_ended);
    assert_eq!(assembled.derived.run.outcome, Outcome::Running);
}

#[test]
fn cycles_and_self_parents_are_cut() {
    check(
        vec![
            span(1, 1).name("root"),
            span(1, 2).below(4).name("a").millis(1, 2),
            span(1, 3).below(2).name("b").millis(2, 3),
            span(1, 4).below(3).name("c").millis(3, 4),
            span(1, 5).below(5).name("self").millis(4, 5),
            span(1, 6).below(3).name("hangs on").millis(5, 6),
        ],
        &["root", " a (cut)", "  b", "   c", "   hangs on", " self (cut)"],
    );
}

#[test]
fn a_clock_that_is_off_is_marked() {
    let tree = run_of(vec![
        span(1, 1).millis(100, 200),
        span(1, 2).below(1).millis(50, 60),
        span(1, 3).below(1).millis(150, 140),
        span(1, 4).below(1).millis(300, 310),
    ])
    .tree;
    let marks: Vec<_> = tree.nodes().iter().map(|node| node.clock_mark).collect();
    assert_eq!(
        marks,
        [
            None,
            Some(ClockMark::Behind),
            Some(ClockMark::NegativeDuration),
            Some(ClockMark::Ahead)
        ]
    );
}

#[test]
fn started_and_finished_are_one_span() {
    let assembled = run_of(vec![
        span(1, 1)
            .started()
            .kind(Kind::Agent)
            .name("agent")
            .fact(Field::TaskId, "t"),
        span(1, 1).millis(0, 50).status(Status::Ok),
    ]);
    assert_eq!(assembled.tree.len(), 1);
    let run = assembled.derived.run;
    assert_eq!(run.facts.text(Field::TaskId), Some("t"));
    assert_eq!(run.duration_nanos, Some(50_000_000));
}

#[test]
fn a_log_record_that_came_before_its_span_is_part_of_it() {
    let spans = vec![
        span(1, 2)
            .supplement(9)
            .kind(Kind::Model)
            .fact(Field::OutputTokens, 4),
        span(1, 1).kind(Kind::Agent),
        span(1, 2).below(1).kind(Kind::Model).fact(Field::InputTokens, 3),
    ];
    let run = run_of(spans).derived.run;
    assert_eq!((run.totals.spans, run.totals.tokens.output), (2, Some(4)));
    assert_eq!(run.totals.tokens.input, Some(3));
}

#[test]
fn a_span_known_only_from_its_log_records_counts_as_a_call() {
    let run = run_of(vec![
        span(1, 1).kind(Kind::Agent),
        span(1, 2)
            .supplement(9)
            .kind(Kind::Model)
            .fact(Field::OutputTokens, 4),
    ])
    .derived
    .run;
    assert_eq!((run.totals.spans, run.totals.model_calls), (1, Some(1)));
}

#[test]
fn a_record_that_contradicts_another_does_not_count() {
    let mut records = logged(vec![
        span(1, 1).kind(Kind::Agent),
        span(1, 2).below(1).model("m", 5, 5),
        span(1, 2).below(1).millis(7, 8).model("m", 900, 900),
    ]);
    std::sync::Arc::make_mut(&mut records[2]).conflict = true;
    let assembled = super::assemble(&records, &[], &super::Settings::default()).unwrap();
    assert_eq!(assembled.derived.run.totals.tokens.input, Some(5));
    assert_eq!(
        assembled
            .tree
            .nodes()
            .iter()
            .filter(|node| node.record.conflict)
            .count(),
        1
    );
}
