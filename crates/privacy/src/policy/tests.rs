//! Policies from files: what they say, and what is wrong with them.

use super::*;

const HEAD: &str = "version = 1\n";

fn policy(text: &str) -> Policy {
    Policy::parse(&format!("{HEAD}{text}")).unwrap_or_else(|error| panic!("{:?}", error.problems))
}

/// The problems of a file, each as a line.
fn problems(text: &str) -> Vec<String> {
    let error = Policy::parse(text).unwrap_err();
    error.problems.iter().map(ToString::to_string).collect()
}

fn check_problem(text: &str, expected: &str) {
    let problems = problems(&format!("{HEAD}{text}"));
    assert!(
        problems.iter().any(|problem| problem.contains(expected)),
        "{problems:?} lacks {expected:?}"
    );
}

const SUBJECT: Subject<'_> = Subject {
    tenant: Some("acme"),
    project: Some("shop"),
    environment: Some("production"),
    agent: Some("refund-agent"),
    kind: "tool",
    most: None,
    asked: None,
    day: Day::from_civil(2026, 6, 1),
    portion: 0.5,
};

fn capture(policy: &Policy, subject: Subject<'_>) -> CaptureLevel {
    policy.decide(&subject).capture
}

#[test]
fn equal_policies_have_equal_versions_and_others_do_not() {
    let version = |level| Policy::with_capture(level).version().clone();
    assert_eq!(version(CaptureLevel::Metadata), *Policy::default().version());
    assert_ne!(version(CaptureLevel::Metadata), version(CaptureLevel::Redacted));
    assert_eq!(version(CaptureLevel::Full), version(CaptureLevel::Redacted));
    let read = |text: &str| policy(text).version().clone();
    assert_eq!(
        read("[fields]\ndrop = [\"user_id\"]\n"),
        read("# a comment\n[fields]\n\ndrop=['user_id']")
    );
    assert_ne!(read("[fields]\ndrop = [\"user_id\"]\n"), read(""));
    assert_ne!(read("[defaults]\ncapture = \"redacted\""), read(""));
}

#[test]
fn every_profile_is_a_policy_and_none_keeps_more_than_it_says() {
    for profile in Profile::ALL {
        let policy = Policy::parse(profile.text()).unwrap();
        let expected = match profile {
            Profile::Local => CaptureLevel::Redacted,
            Profile::Production | Profile::Regulated => CaptureLevel::Metadata,
        };
        assert_eq!(capture(&policy, SUBJECT), expected, "{}", profile.name());
    }
}

#[test]
fn what_a_profile_leaves_as_a_comment_is_valid_when_it_is_none() {
    let text = Profile::Production.text();
    let (head, examples) = text.split_once("# [[scope]]").unwrap();
    let examples = format!("[[scope]]{examples}");
    let uncommented: Vec<&str> = examples
        .lines()
        .map(|line| {
            let code = line.strip_prefix("# ").unwrap_or(line);
            let is_code = code.starts_with('[') || code.contains(" = ");
            if is_code { code } else { "" }
        })
        .collect();
    let policy = Policy::parse(&format!("{head}{}", uncommented.join("\n"))).unwrap();
    assert_eq!(policy.scopes.len(), 1);
    assert_eq!(policy.classifications.len(), 1);
    assert_eq!(policy.opt_outs.len(), 1);
    assert_eq!(
        policy.attribute("app.cart.items"),
        Some(("app.cart.items", Form::Number))
    );
}

#[test]
fn the_last_scope_that_fits_decides_setting_by_setting() {
    let policy = policy(
        r#"
        [defaults]
        capture = "metadata"
        [[scope]]
        environment = "prod*"
        capture = "redacted"
        retention = "short"
        [[scope]]
        agent = ["refund-*", "billing"]
        tenant = "acme"
        shapes = false
        [[scope]]
        project = "other"
        capture = "off"
        "#,
    );
    let decision = policy.decide(&SUBJECT);
    assert_eq!(decision.capture, CaptureLevel::Redacted);
    assert_eq!(decision.retention_class, "short");
    assert!(!decision.shapes);
    assert!(decision.version.starts_with("redacted-"));
    let nowhere = Subject {
        environment: None,
        tenant: Some("other"),
        ..SUBJECT
    };
    let decision = policy.decide(&nowhere);
    assert_eq!(decision.capture, CaptureLevel::Metadata);
    assert_eq!(decision.retention_class, RETENTION_CLASS_DEFAULT);
    assert!(decision.shapes);
}

#[test]
fn full_ends_on_its_date() {
    let policy = policy(
        r#"
        [[scope]]
        environment = "production"
        capture = "full"
        justification = "ticket 4711: names are needed to find the fault"
        until = 2026-06-30
        "#,
    );
    let on = |month, day| {
        let day = Day::from_civil(2026, month, day);
        capture(&policy, Subject { day, ..SUBJECT })
    };
    assert_eq!(on(6, 30), CaptureLevel::Full);
    assert_eq!(on(7, 1), CaptureLevel::Redacted);
}

#[test]
fn a_share_keeps_content_of_some_traces_only() {
    let policy = policy("[defaults]\ncapture = \"redacted\"\ncontent_share = 0.25\n");
    let at = |portion| capture(&policy, Subject { portion, ..SUBJECT });
    assert_eq!(at(0.2), CaptureLevel::Redacted);
    assert_eq!(at(0.25), CaptureLevel::Metadata);
    assert_eq!(at(0.99), CaptureLevel::Metadata);
}

#[test]
fn who_opted_out_and_who_asks_for_less_can_only_lower_what_is_kept() {
    let policy = policy("[defaults]\ncapture = \"redacted\"\n");
    let asked = |level| {
        let asked = Some(level);
        capture(&policy, Subject { asked, ..SUBJECT })
    };
    assert_eq!(asked(CaptureLevel::Off), CaptureLevel::Off);
    assert_eq!(asked(CaptureLevel::Full), CaptureLevel::Redacted);
    let most = Some(CaptureLevel::Metadata);
    assert_eq!(
        capture(&policy, Subject { most, ..SUBJECT }),
        CaptureLevel::Metadata
    );
}

#[test]
fn an_opt_out_may_name_a_user_of_a_tenant() {
    let policy = policy(
        "[[opt_out]]\ntenant = \"acme\"\nuser = \"u1\"\n[[opt_out]]\ntenant = \"quiet\"\nkeep = \"metadata\"\n",
    );
    let user = Some(("u1", "user_k1_x"));
    assert_eq!(policy.opted_out(Some("acme"), user), Some(CaptureLevel::Off));
    assert_eq!(policy.opted_out(Some("acme"), None), None);
    assert_eq!(policy.opted_out(Some("other"), user), None);
    assert_eq!(
        policy.opted_out(Some("quiet"), user),
        Some(CaptureLevel::Metadata)
    );
}

#[test]
fn the_strictest_class_of_a_leaf_counts() {
    let policy = policy(
        r#"
        [[classification]]
        tool = "crm.*"
        path = "customer.*"
        class = "personal"
        [[classification]]
        tool = "crm.*"
        part = "result"
        path = "*.iban"
        class = "secret"
        "#,
    );
    let class = |part, path| policy.class_of_leaf("crm.find", part, path);
    assert_eq!(class(Role::Result, "customer.name"), Some(DataClass::Personal));
    assert_eq!(class(Role::Result, "customer.iban"), Some(DataClass::Secret));
    assert_eq!(class(Role::Arguments, "customer.iban"), Some(DataClass::Personal));
    assert_eq!(class(Role::Arguments, "limit"), None);
    assert_eq!(policy.class_of_part("search", Role::Result), None);
}

#[test]
fn problems_have_their_line_and_column_and_the_way_out() {
    assert_eq!(
        problems("version = 1\n[defaults]\ncapture = \"everything\"\n"),
        ["line 3, column 11: a capture level is off, metadata, redacted or full"]
    );
    assert_eq!(
        problems(""),
        ["line 1, column 1: a policy begins with `version = 1`"]
    );
    let unknown = problems("version = 1\n[defaults]\ncapure = \"off\"\n");
    assert!(
        unknown[0].starts_with("line 3, column 1: unknown field `capure`"),
        "{unknown:?}"
    );
    let broken = problems("version = 1\n[defaults\n");
    assert!(broken[0].starts_with("line 2, column "), "{broken:?}");
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_file() {
    let found = problems(
        "version = 2\n[defaults]\ncontent_share = 7.0\n[fields]\ndrop = [\"nope\"]\n[detectors]\noff = [\"jwt\"]\n",
    );
    let lines: Vec<&str> = found
        .iter()
        .map(|problem| problem.split(',').next().unwrap())
        .collect();
    assert_eq!(lines, ["line 1", "line 3", "line 5", "line 7"]);
}

#[test]
fn every_rule_of_the_format_is_checked() {
    check_problem(
        "[defaults]\ncapture = \"full\"\nuntil = 2026-01-01\n",
        "justification",
    );
    check_problem(
        "[defaults]\ncapture = \"full\"\njustification = \"x\"\n",
        "end date",
    );
    check_problem(
        "[defaults]\ncapture = \"full\"\njustification = \"x\"\nuntil = 10:00:00\n",
        "is a date",
    );
    check_problem("[defaults]\nretention = \"Very Long\"\n", "a name has up to");
    check_problem("[[scope]]\ncapture = \"off\"\n", "a scope names");
    check_problem("[[scope]]\nkind = \"banana\"\n", "no span has this kind");
    check_problem("[[scope]]\ntenant = []\n", "a list of names");
    check_problem(
        "[fields]\ntokenize = [\"input_tokens\"]\n",
        "only texts can be tokenized",
    );
    check_problem("[attributes]\n\"a b\" = \"number\"\n", "an attribute's key");
    check_problem("[attributes]\n\"a.b\" = \"any\"\n", "the form of a value");
    check_problem("[detectors]\noff = [\"password\"]\n", "cannot be switched off");
    check_problem("[detectors]\noff = [\"emails\"]\n", "no such detector");
    check_problem(
        "[[classification]]\ntool = \"\"\nclass = \"secret\"\n",
        "a name has 1 to",
    );
    check_problem(
        "[[classification]]\ntool = \"x\"\nclass = \"top\"\n",
        "a class is public",
    );
    check_problem(
        "[[classification]]\ntool = \"x\"\npart = \"output\"\nclass = \"secret\"\n",
        "a part is arguments or result",
    );
    check_problem("[[opt_out]]\nkeep = \"nothing\"\n", "an opt-out names");
    check_problem(
        "[[opt_out]]\ntenant = \"x\"\nkeep = \"redacted\"\n",
        "nothing or metadata",
    );
}

/// A file with one rule of its own.
fn own_rule(pattern: &str, matches: &str, misses: &str) -> String {
    format!(
        "[[detectors.rule]]\nid = \"order-number\"\npattern = '{pattern}'\nclass = \"personal\"\nmatches = [{matches}]\nmisses = [{misses}]\n"
    )
}

#[test]
fn own_rules_are_tried_on_their_examples() {
    policy(&own_rule("ORD-[0-9]{8}", "\"ORD-12345678\"", "\"ORD-1\""));
    check_problem(
        &own_rule("ORD-[0-9]{8}", "\"ORD-1\"", "\"x\""),
        "does not find this example",
    );
    check_problem(
        &own_rule("ORD-[0-9]{8}", "\"ORD-12345678\"", "\"ORD-123456789\""),
        "finds this example",
    );
    check_problem(&own_rule("ORD-[0-9]{8}", "", "\"x\""), "has examples");
    check_problem(&own_rule("ORD-.*", "\"ORD-1\"", "\"x\""), "a pattern finds 1 to");
    check_problem(
        &own_rule("x{5}", "\"xxxxx\"", "\"x\"").replace("order-number", "email"),
        "none of a built-in rule",
    );
}

#[test]
fn changes_say_which_way_they_go() {
    let before = policy("[defaults]\ncapture = \"metadata\"\n[fields]\ndrop = [\"user_id\"]\n");
    let after = policy(
        "[defaults]\ncapture = \"redacted\"\n[[opt_out]]\ntenant = \"acme\"\n[attributes]\n\"a.b\" = \"id\"\n",
    );
    let changes = before.changes(&after);
    let lines: Vec<String> = changes
        .iter()
        .map(|change| format!("{} {}", change.direction.as_str(), change.path))
        .collect();
    assert_eq!(
        lines,
        [
            "looser attributes.a.b",
            "looser defaults.capture",
            "looser fields.drop \"user_id\"",
            "stricter opt_out {\"tenant\":\"acme\"}",
        ]
    );
    assert!(before.changes(&before).is_empty());
    assert!(
        Policy::default()
            .changes(&policy("[defaults]\ncapture = \"metadata\""))
            .iter()
            .all(|change| change.path == "version")
    );
}

/// A page of the reference.
fn page(name: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn the_file_in_the_reference_is_a_policy() {
    let page = page("policy.md");
    let (_, file) = page.split_once("```toml\n").unwrap();
    let (file, _) = file.split_once("```").unwrap();
    let policy = Policy::parse(file).unwrap();
    assert_eq!(policy.scopes.len(), 2);
    assert!(
        policy.to_json().contains("\"until\":\"2026-12-31\""),
        "{}",
        policy.to_json()
    );
}

#[test]
fn the_schema_has_the_keys_that_the_format_has() {
    let schema: serde_json::Value = serde_json::from_str(&page("policy.schema.json")).unwrap();
    let opened = [
        ("/properties", ""),
        ("/$defs/defaults/properties", "[defaults]\n"),
        ("/$defs/scope/properties", "[[scope]]\n"),
        ("/$defs/fields/properties", "[fields]\n"),
        ("/$defs/detectors/properties", "[detectors]\n"),
        ("/$defs/rule/properties", "[[detectors.rule]]\n"),
        ("/$defs/classification/properties", "[[classification]]\n"),
        ("/$defs/opt_out/properties", "[[opt_out]]\n"),
    ];
    for (place, head) in opened {
        let mut stated: Vec<&str> = schema
            .pointer(place)
            .and_then(|keys| keys.as_object())
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        // What is wrong with a key that nobody knows names all that somebody does.
        let problem = problems(&format!("{head}nobody_knows_this = 1\n")).remove(0);
        let (_, known) = problem.split_once("expected ").unwrap();
        let mut known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        stated.sort_unstable();
        known.sort_unstable();
        assert_eq!(stated, known, "{place}");
    }
}
