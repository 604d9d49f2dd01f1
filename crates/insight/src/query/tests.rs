//! The language as people type it, its errors as they see them, and its limits.

use insta::assert_snapshot;
use proptest::prelude::*;
use trace::query::{CALL_COLUMNS, Column, FILTER_DEPTH_MAX, FILTER_TERMS_MAX, Has, Operand, Operator, Unit};

use super::*;

/// The filter in its canonical form reads back as itself; `expected` is that form.
#[track_caller]
fn check(text: &str, expected: &str) {
    let filter = parse(text).unwrap_or_else(|error| panic!("{error}\n{}", error.caret()));
    assert_eq!(render(&filter), expected);
    assert_eq!(parse(expected).unwrap(), filter);
}

fn failure(text: &str) -> String {
    let error = parse(text).expect_err(text);
    let hint = error
        .hint()
        .map(|hint| format!("hint: {hint}\n"))
        .unwrap_or_default();
    format!("{}\n{error}\n{hint}\n", error.caret())
}

#[test]
fn reads_the_example_of_the_design() {
    check(
        "outcome:failure agent:refund* cost>0.10 has(tool:refund.create after policy:refunds verdict:deny)",
        "outcome:failure agents:refund* cost>0.1 \
         has(tool_name:refund.create after policy_id:refunds policy_verdict:deny)",
    );
}

#[test]
fn nothing_asked_is_everything() {
    assert_eq!(parse(""), Ok(Filter::All));
    assert_eq!(parse(" \t\n "), Ok(Filter::All));
    assert_eq!(parse("*"), Ok(Filter::All));
    check("* errors>0", "errors>0");
    check("NOT *", "NOT *");
}

#[test]
fn or_binds_weaker_than_terms_side_by_side() {
    check("errors>1 tool:a OR tool:b", "errors>1 tools:a OR tools:b");
    check("errors>1 (tool:a OR tool:b)", "errors>1 (tools:a OR tools:b)");
    check(
        "errors>1 and tool:a or not tool:b",
        "errors>1 tools:a OR NOT tools:b",
    );
    check("-(tool:a tool:b) -tool:c", "NOT (tools:a tools:b) NOT tools:c");
    check("NOT NOT tool:a", "NOT NOT tools:a");
}

#[test]
fn several_values_are_alternatives() {
    check("outcome:failure,denied", "outcome:failure OR outcome:denied");
    check(
        "outcome:(failure OR Denied) x",
        "(outcome:failure OR outcome:denied) \"x\"",
    );
    check("tool:(a AND NOT b*)", "tools:a NOT tools:b*");
    check("tool!=a,b", "NOT (tools:a OR tools:b)");
    check("errors:(-1 OR 2)", "errors:-1 OR errors:2");
}

#[test]
fn numbers_have_units() {
    check(
        "duration>2s latency<=1m30s",
        "duration_millis>2000ms duration_millis<=90000ms",
    );
    check("duration:250ms", "duration_millis:250ms");
    check("input_tokens>1.5k", "input_tokens>1500");
    check("cost:0.1..0.5", "cost>=0.1 cost<=0.5");
    check("cost:..$0.5 errors:3..", "cost<=0.5 errors>=3");
    check("cost:>1 errors > 2", "cost>1 errors>2");
    check("cost:-0.5", "cost:-0.5");
}

#[test]
fn a_day_is_a_stretch_of_time() {
    let day =
        "start_unix_nanos>=2026-01-31T00:00:00.000000000Z start_unix_nanos<2026-02-01T00:00:00.000000000Z";
    check("start:2026-01-31", day);
    check("start:2026-01-31..2026-01-31", day);
    check(
        "start>2026-01-31",
        "start_unix_nanos>=2026-02-01T00:00:00.000000000Z",
    );
    check(
        "start>=2026-01-31",
        "start_unix_nanos>=2026-01-31T00:00:00.000000000Z",
    );
    check(
        "start<2026-01-31T10:00+02:00",
        "start_unix_nanos<2026-01-31T08:00:00.000000000Z",
    );
    check(
        "start<=2026-01-31T10:00Z",
        "start_unix_nanos<2026-01-31T10:01:00.000000000Z",
    );
    check(
        "start:2026-01-31T10:00:00.5Z",
        "start_unix_nanos:2026-01-31T10:00:00.500000000Z",
    );
}

#[test]
fn text_is_exact_a_pattern_or_free() {
    check("name:\"Refund order\"", "name:\"Refund order\"");
    check("name:\"Refund order \"*", "name:\"Refund order \"*");
    check("name:\"a*b\"", "name:\"a*b\"");
    check(r#"name:"say \"hi\" \\ \n""#, r#"name:"say \"hi\" \\ \\n""#);
    check("session:*", "session_id:*");
    check("session:** name:a***b", "session_id:* name:a*b");
    check("refund \"or\" rück,gabe", "\"refund\" \"or\" \"rück,gabe\"");
    check("*refund*", "\"refund\"");
    check("has(refund)", "has(\"refund\")");
    check(
        "model:anthropic/claude-3:0",
        "models_answered:anthropic/claude-3:0",
    );
    check("has text", "\"has\" \"text\"");
    check("Outcome:fail*", "outcome:fail*");
    check("settled:yes", "settled:true");
    check("after", "\"after\"");
}

#[test]
fn every_field_can_be_asked_for() {
    for column in RUN_COLUMNS.iter() {
        for name in nearest::names(column) {
            assert!(parse(&format!("{name}:*")).is_ok(), "{name}");
        }
    }
    for column in CALL_COLUMNS.iter() {
        for name in nearest::names(column) {
            assert!(parse(&format!("has({name}:*)")).is_ok(), "{name}");
        }
    }
}

#[test]
fn an_error_shows_the_place_and_what_was_meant() {
    let wrong = [
        "outcom:failure",
        "outcome:failed",
        "errors>0 status:error",
        "has(outcome:failure)",
        "policy:refunds",
        "has(tools:a signal:b)",
        "zzz:1",
        "http://example.org",
        "outcome:",
        "outcome:failure,",
        "outcome>failure",
        "cost>abc",
        "errors>1.5",
        "duration:2 s x:",
        "duration>2weeks",
        "start:yesterday",
        "settled:maybe",
        "cost:5..1",
        "cost>1..5",
        "cost>(1 OR 2)",
        "cost>1,2",
        "tool:(a b)",
        "tool:(a OR",
        "(errors>0",
        "errors>0)",
        "()",
        "errors>0 OR",
        "AND errors>0",
        "NOT",
        "- errors>0",
        "has()",
        "has(tool:a after)",
        "has(tool:a after tool:b after tool:c)",
        "has(has(tool:a))",
        "has(tool:a",
        "name:\"never closed",
        "name:\"\"",
        "\"\"",
        "name:a*\"*\"",
        "ref*und",
        ":x",
        "名前:x",
        "cost:..",
    ];
    assert_snapshot!(wrong.into_iter().map(failure).collect::<String>());
}

#[test]
fn the_caret_stays_under_the_place_in_a_long_filter() {
    let text = format!(
        "{}\u{202e}\nßoutcome:failed {}",
        "name:aé ".repeat(50),
        "name:b ".repeat(100)
    );
    let error = parse(&text).unwrap_err();
    assert_eq!(text.get(error.at().clone()), Some("ßoutcome"));
    let (line, caret) = error.caret().split_once('\n').unwrap();
    let pointed: String = line
        .chars()
        .zip(caret.chars().chain(std::iter::repeat(' ')))
        .filter_map(|(letter, mark)| (mark == '^').then_some(letter))
        .collect();
    assert_eq!(pointed, "ßoutcome");
}

#[test]
fn limits_hold() {
    let terms = |count: usize| vec!["a"; count].join(" ");
    assert!(parse(&terms(FILTER_TERMS_MAX)).is_ok());
    assert!(
        parse(&terms(FILTER_TERMS_MAX + 1))
            .unwrap_err()
            .message()
            .contains("at most 200 terms")
    );
    assert!(
        parse(&format!(
            "errors:{}",
            vec!["1..2"; FILTER_TERMS_MAX / 2].join(",")
        ))
        .is_ok()
    );
    assert!(
        parse(&format!(
            "errors:{}",
            vec!["1..2"; FILTER_TERMS_MAX / 2 + 1].join(",")
        ))
        .is_err()
    );
    let values = format!("tool:{}", vec!["a"; FILTER_TERMS_MAX + 1].join(","));
    assert!(parse(&values).is_err());
    let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&nested(FILTER_DEPTH_MAX)).is_ok());
    assert!(parse(&nested(FILTER_DEPTH_MAX + 1)).is_err());
    assert!(parse(&format!("{}a", "-".repeat(3_000))).is_err());
    assert!(parse(&"NOT ".repeat(1_000)).is_err());
    assert!(parse(&"has(".repeat(1_000)).is_err());
    assert!(parse(&"(a OR b ".repeat(20)).is_err());
    let alternating = format!("{}a{}", "(b OR c (".repeat(14), "))".repeat(14));
    assert!(parse(&alternating).is_ok());
    assert!(parse(&format!("name:{}", "*a".repeat(16))).is_ok());
    assert!(parse(&format!("name:{}", "*a".repeat(17))).is_err());
    assert!(parse(&"a".repeat(FILTER_SIZE_BYTES_MAX)).is_ok());
    assert!(parse(&"a".repeat(FILTER_SIZE_BYTES_MAX + 1)).is_err());
    assert!(parse(&"é".repeat(FILTER_SIZE_BYTES_MAX)).is_err());
}

#[test]
fn an_order_names_a_column() {
    let check = |text: &str, expected: &str| assert_eq!(render_sort(&parse_sort(text).unwrap()), expected);
    check(SORT_DEFAULT, "-start_unix_nanos");
    check("cost", "cost");
    check(" -Duration ", "-duration_millis");
    for wrong in [
        "",
        "-",
        "tools",
        "settled",
        "--cost",
        "cost,start",
        "costt",
        "kind",
    ] {
        assert!(parse_sort(wrong).is_err(), "{wrong}");
    }
    assert_eq!(
        parse_sort("-costt").unwrap_err().hint(),
        Some("did you mean `cost`?")
    );
    assert_eq!(parse_sort(" -costt").unwrap_err().at(), &(2..7));
}

#[test]
fn a_figure_names_what_is_computed_of_which_column() {
    let column = |name: &str| find_column(&RUN_COLUMNS, name).unwrap();
    assert_eq!(parse_figure("runs").unwrap(), Figure::Runs);
    assert_eq!(
        parse_figure("known(tenant)").unwrap(),
        Figure::Known(column("tenant_id"))
    );
    assert_eq!(parse_figure("sum(Cost)").unwrap(), Figure::Sum(column("cost")));
    assert_eq!(
        parse_figure("p95(duration)").unwrap(),
        Figure::Percentile(column("duration_millis"), 95)
    );
    for wrong in [
        "",
        "cost",
        "sum(cost",
        "sum()",
        "sum(name)",
        "p0(cost)",
        "p101(cost)",
        "p(cost)",
        "max(cost)",
    ] {
        let error = parse_figure(wrong).unwrap_err();
        assert!(error.hint().is_some(), "{wrong}: {error}");
    }
    assert_eq!(
        parse_figure("mean(costt)").unwrap_err().hint(),
        Some("did you mean `cost`?")
    );
    assert_eq!(parse_figure("mean(costt)").unwrap_err().at(), &(5..10));
}

#[test]
fn a_length_of_time_is_between_a_second_and_many_years() {
    let hour = 3_600_000_000_000;
    assert_eq!(parse_duration_nanos("1h"), Some(hour));
    assert_eq!(parse_duration_nanos("1d12h"), Some(36 * hour));
    for wrong in ["", "h", "0s", "10ms", "-1h", "20000d", "1x"] {
        assert_eq!(parse_duration_nanos(wrong), None, "{wrong}");
    }
}

/// `UPDATE=1 cargo test -p everyframe-insight` writes it anew.
#[test]
fn the_reference_page_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/filters.md");
    let page = reference::page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let known = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        known == page,
        "docs/reference/filters.md is stale: run `UPDATE=1 cargo test -p everyframe-insight`"
    );
}

fn operand_for(column: &'static Column) -> BoxedStrategy<(Operator, Operand)> {
    let any_operator = prop_oneof![
        Just(Operator::Equal),
        Just(Operator::Less),
        Just(Operator::LessOrEqual),
        Just(Operator::Greater),
        Just(Operator::GreaterOrEqual),
    ];
    let known = Just((Operator::Equal, Operand::Known));
    let equal = |operand: BoxedStrategy<Operand>| operand.prop_map(|operand| (Operator::Equal, operand));
    match (column.value_type, column.unit) {
        _ if value::closed_words(column).is_some() => {
            let words = value::closed_words(column).unwrap();
            let word = proptest::sample::select(words).prop_map(|word| Operand::Text(word.to_owned()));
            prop_oneof![equal(word.boxed()), known].boxed()
        }
        (ValueType::Text | ValueType::TextList, _) => {
            let text = "\\PC{1,12}".prop_map(Operand::Text).boxed();
            let pattern = "[a-z \"\\\\,()é]{0,4}\\*[a-z.]{1,4}\\*?"
                .prop_map(Operand::Pattern)
                .boxed();
            prop_oneof![equal(text), equal(pattern), known].boxed()
        }
        (ValueType::Bool, _) => {
            prop_oneof![equal(any::<bool>().prop_map(Operand::Bool).boxed()), known].boxed()
        }
        (ValueType::Int, Unit::Time) => {
            prop_oneof![(any_operator, any::<i64>().prop_map(Operand::Int)), known].boxed()
        }
        (ValueType::Int, _) => {
            prop_oneof![(any_operator, any::<i64>().prop_map(Operand::Int)), known].boxed()
        }
        (ValueType::Double, _) => {
            let number = any::<i32>().prop_map(|number| Operand::Double(f64::from(number) / 1024.0));
            prop_oneof![(any_operator, number), known].boxed()
        }
    }
}

fn any_leaf(columns: &'static [Column]) -> BoxedStrategy<Filter> {
    let compare = (0..columns.len()).prop_flat_map(|index| {
        let column = &columns[index];
        operand_for(column).prop_map(|(operator, operand)| Filter::Compare(column, operator, operand))
    });
    let free = "\\PC{1,12}".prop_map(Filter::Contains);
    prop_oneof![4 => compare, 1 => free].boxed()
}

/// Filters as the parser makes them: no list directly inside a list of its own kind, none with one member.
fn any_filter(leaf: BoxedStrategy<Filter>) -> BoxedStrategy<Filter> {
    leaf.prop_recursive(4, 24, 4, |inner| {
        let not_and = inner
            .clone()
            .prop_filter("flat", |item| !matches!(item, Filter::And(_)));
        let not_or = inner
            .clone()
            .prop_filter("flat", |item| !matches!(item, Filter::Or(_)));
        prop_oneof![
            proptest::collection::vec(not_and, 2..4).prop_map(Filter::And),
            proptest::collection::vec(not_or, 2..4).prop_map(Filter::Or),
            inner.prop_map(|item| Filter::Not(Box::new(item))),
        ]
    })
    .boxed()
}

fn any_run_filter() -> BoxedStrategy<Filter> {
    let calls = any_filter(any_leaf(&CALL_COLUMNS));
    let has = (calls.clone(), proptest::option::of(calls))
        .prop_map(|(condition, after)| Filter::Has(Box::new(Has { condition, after })));
    any_filter(prop_oneof![4 => any_leaf(&RUN_COLUMNS), 1 => has].boxed())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rendered_filter_reads_back_as_itself(filter in any_run_filter()) {
        let text = render(&filter);
        prop_assume!(text.len() <= FILTER_SIZE_BYTES_MAX);
        let read = parse(&text);
        prop_assert_eq!(read.as_ref(), Ok(&filter), "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        let _ = parse(&text).map_err(|error| (error.caret().len(), error.to_string()));
        let _ = parse_sort(&text);
    }

    #[test]
    fn any_text_made_of_the_languages_own_parts_is_read_or_refused(
        parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "outcome", "cost", "start", "duration", "tool", "has(", "(", ")", ":", ">", "<=", "!=", "=", ",",
                "..", "*", "\"", "\\", "-", " ", "NOT ", " OR ", " AND ", " after ", "failure", "0.5", "2s", "2026-01-31",
                "é", "\u{202e}", "\n",
            ]),
            0..40,
        )
    ) {
        let text: String = parts.concat();
        if let Ok(filter) = parse(&text) {
            let canonical = render(&filter);
            prop_assume!(canonical.len() <= FILTER_SIZE_BYTES_MAX);
            prop_assert_eq!(parse(&canonical), Ok(filter), "{} -> {}", text, canonical);
        }
    }
}
