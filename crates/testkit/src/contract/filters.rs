//! Promises on typed filters.

use trace::query::{CALL_COLUMNS, Filter, Has, Operand, Operator, find_column};
use trace::run::Derived;
use trace::{Facts, Field, Kind, Outcome, Text};

use super::derived::call;
use super::{Ports, column, row};

/// Three runs: `cheap` and `dear` know everything, `blank` knows nothing that may be unknown.
fn rows() -> Vec<Derived> {
    let texts = |texts: &[&str]| texts.iter().map(|text| Text::from(*text)).collect::<Vec<_>>();
    let mut cheap = row("cheap", 1);
    cheap.run.outcome = Outcome::Success;
    cheap.run.totals.cost = Some(0.5);
    cheap.run.totals.model_calls = Some(2);
    cheap.run.totals.errors = 0;
    cheap.run.tools = texts(&["refund.create", "lookup"]);
    cheap.run.facts.set(Field::TenantId, "acme");
    cheap.run.facts.set(Field::ServiceName, "Support-Agent");
    let mut dear = row("dear", 2);
    dear.run.outcome = Outcome::Failure;
    dear.run.settled = false;
    dear.run.totals.cost = Some(2.5);
    dear.run.totals.model_calls = Some(9);
    dear.run.totals.errors = 3;
    dear.run.tools = texts(&["search"]);
    dear.run.facts.set(Field::TenantId, "globex");
    let mut blank = row("blank", 3);
    blank.run.duration_nanos = None;
    vec![cheap, dear, blank]
}

fn compare(name: &str, operator: Operator, operand: Operand) -> Filter {
    Filter::Compare(column(name), operator, operand)
}

fn text(name: &str, text: &str) -> Filter {
    compare(name, Operator::Equal, Operand::Text(text.to_owned()))
}

fn pattern(name: &str, pattern: &str) -> Filter {
    compare(name, Operator::Equal, Operand::Pattern(pattern.to_owned()))
}

async fn check(ports: &Ports, filter: Filter, expected: &[&str]) {
    let shown = format!("{filter:?}");
    assert_eq!(ports.meeting(filter).await, expected, "{shown}");
}

pub(super) async fn each_operator_compares_each_type(ports: Ports) {
    ports.put(rows()).await;
    let operators = [
        (Operator::Equal, &["cheap"][..], &["cheap"][..], &["cheap"][..]),
        (Operator::Less, &[], &[], &[]),
        (Operator::LessOrEqual, &["cheap"], &["cheap"], &["cheap"]),
        (Operator::Greater, &["dear"], &["dear"], &["dear"]),
        (
            Operator::GreaterOrEqual,
            &["cheap", "dear"],
            &["cheap", "dear"],
            &["cheap", "dear"],
        ),
    ];
    for (operator, doubles, integers, texts) in operators {
        check(&ports, compare("cost", operator, Operand::Double(0.5)), doubles).await;
        check(
            &ports,
            compare("model_calls", operator, Operand::Int(2)),
            integers,
        )
        .await;
        check(
            &ports,
            compare("tenant_id", operator, Operand::Text("acme".to_owned())),
            texts,
        )
        .await;
    }
    let settled = |flag| compare("settled", Operator::Equal, Operand::Bool(flag));
    check(&ports, settled(true), &["blank", "cheap"]).await;
    check(&ports, settled(false), &["dear"]).await;
    check(
        &ports,
        compare("cost", Operator::Equal, Operand::Known),
        &["cheap", "dear"],
    )
    .await;
    check(&ports, text("outcome", "failure"), &["dear"]).await;
    let began = compare(
        "start_unix_nanos",
        Operator::Less,
        Operand::Int(crate::sample::at_millis(2).0),
    );
    check(&ports, began, &["cheap"]).await;
}

pub(super) async fn an_unknown_value_meets_neither_a_condition_nor_its_opposite(ports: Ports) {
    ports.put(rows()).await;
    let not = |filter| Filter::Not(Box::new(filter));
    let dear = || compare("cost", Operator::Greater, Operand::Double(1.0));
    check(&ports, not(dear()), &["cheap"]).await;
    check(&ports, not(not(dear())), &["dear"]).await;
    check(
        &ports,
        not(compare("cost", Operator::Equal, Operand::Known)),
        &["blank"],
    )
    .await;
    check(&ports, not(text("tenant_id", "acme")), &["dear"]).await;
    check(&ports, Filter::Or(vec![dear(), not(dear())]), &["cheap", "dear"]).await;
    let or_all = Filter::Or(vec![dear(), Filter::All]);
    check(&ports, or_all, &["blank", "cheap", "dear"]).await;
    check(
        &ports,
        not(Filter::And(vec![dear(), not(Filter::All)])),
        &["blank", "cheap", "dear"],
    )
    .await;
}

pub(super) async fn patterns_ignore_case_and_lists_match_by_member(ports: Ports) {
    ports.put(rows()).await;
    check(&ports, pattern("service_name", "support*"), &["cheap"]).await;
    check(&ports, pattern("service_name", "*PORT-a*"), &["cheap"]).await;
    check(&ports, pattern("service_name", "port*"), &[]).await;
    check(&ports, pattern("tools", "refund*"), &["cheap"]).await;
    check(&ports, text("tools", "search"), &["dear"]).await;
    check(&ports, text("tools", "refund"), &[]).await;
}

pub(super) async fn terms_combine(ports: Ports) {
    ports.put(rows()).await;
    check(&ports, Filter::All, &["blank", "cheap", "dear"]).await;
    let cheap_or_dear = Filter::Or(vec![text("tenant_id", "acme"), text("tenant_id", "globex")]);
    let failed = compare("errors", Operator::Greater, Operand::Int(0));
    check(&ports, cheap_or_dear.clone(), &["cheap", "dear"]).await;
    check(&ports, Filter::And(vec![cheap_or_dear, failed]), &["dear"]).await;
}

pub(super) async fn text_is_looked_for_in_searchable_columns(ports: Ports) {
    ports.put(rows()).await;
    check(&ports, Filter::Contains("REFUND".to_owned()), &["cheap"]).await;
    check(&ports, Filter::Contains("globex".to_owned()), &["dear"]).await;
    check(&ports, Filter::Contains("nowhere".to_owned()), &[]).await;
    let not = Filter::Not(Box::new(Filter::Contains("globex".to_owned())));
    check(&ports, not, &["blank", "cheap"]).await;
}

#[expect(clippy::expect_used, reason = "a contract names columns that exist")]
fn of_call(name: &str, value: &str) -> Filter {
    let column = find_column(&CALL_COLUMNS, name).expect("a column of calls");
    Filter::Compare(column, Operator::Equal, Operand::Text(value.to_owned()))
}

/// `denied` calls a tool after a policy denied; `careless` called it before.
fn rows_with_calls() -> Vec<Derived> {
    let facts = |field: Field, text: &str| Facts::from_iter([(field, text.into())]);
    let tool = |run: &str, place| call(run, place, Kind::Tool, facts(Field::ToolName, "refund"));
    let policy = |run: &str, place| call(run, place, Kind::Policy, facts(Field::PolicyVerdict, "deny"));
    let mut denied = row("denied", 1);
    denied.calls = vec![policy("denied", 0), tool("denied", 1)];
    let mut careless = row("careless", 2);
    careless.calls = vec![tool("careless", 0), policy("careless", 1)];
    vec![denied, careless, row("idle", 3)]
}

fn has(condition: Filter, after: Option<Filter>) -> Filter {
    Filter::Has(Box::new(Has { condition, after }))
}

pub(super) async fn a_run_has_a_call_that_meets_all_conditions(ports: Ports) {
    ports.put(rows_with_calls()).await;
    let refund = || of_call("tool_name", "refund");
    check(&ports, has(refund(), None), &["careless", "denied"]).await;
    let both = Filter::And(vec![refund(), of_call("policy_verdict", "deny")]);
    check(&ports, has(both, None), &[]).await;
    let either = Filter::Or(vec![refund(), of_call("kind", "policy")]);
    check(&ports, has(either, None), &["careless", "denied"]).await;
    let none = Filter::Not(Box::new(has(refund(), None)));
    check(&ports, none, &["idle"]).await;
}

pub(super) async fn a_call_may_be_asked_for_after_another(ports: Ports) {
    ports.put(rows_with_calls()).await;
    let after = has(
        of_call("tool_name", "refund"),
        Some(of_call("policy_verdict", "deny")),
    );
    check(&ports, after.clone(), &["denied"]).await;
    let not = Filter::Not(Box::new(after));
    check(&ports, not, &["careless", "idle"]).await;
}
