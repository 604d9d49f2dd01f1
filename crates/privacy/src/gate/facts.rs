//! Facts, names and attributes: kept where they have the form of what they claim to be.

use std::ops::Range;

use trace::field::PrivacyClass;
use trace::span::Withheld;
use trace::{Clearance, Facts, Field, Text, Value};

use super::{Means, replace};
use crate::attributes::Form;
use crate::counters::Tally;
use crate::forms::{self, Odd};
use crate::keys;
use crate::scan::Surface;

/// No count, size or rate of ours is this large, but card and phone numbers are.
const NUMBER_MAX: f64 = 1e12;
/// Name of the entry that counts the sender's unknown attributes together.
const UNKNOWN_KEYS: &str = "attributes";
/// Longest text of a fact that is looked at in parts; a longer one is replaced whole.
const FACT_SIZE_BYTES_MAX: usize = 1024;

/// What was done to the fields of one span.
#[derive(Default)]
pub(super) struct Notes(Vec<(&'static str, Clearance, &'static str, u32)>);

impl Notes {
    /// Notes that a rule did something to a field this many times.
    pub(super) fn add(&mut self, field: &'static str, clearance: Clearance, rule: &'static str, count: u32) {
        let same = |note: &&mut (&str, Clearance, &str, u32)| {
            note.0 == field && note.1 == clearance && note.2 == rule
        };
        match self.0.iter_mut().find(same) {
            Some(note) => note.3 += count,
            None => self.0.push((field, clearance, rule, count)),
        }
    }

    pub(super) fn into_withheld(self, tally: &mut Tally) -> Vec<Withheld> {
        let entry = |(field, clearance, rule, count)| {
            tally.add(rule, field, clearance, u64::from(count));
            Withheld {
                field: Text::const_new(field),
                clearance,
                rule: Text::const_new(rule),
                count,
            }
        };
        self.0.into_iter().map(entry).collect()
    }
}

/// Clears the fields of the registry.
pub(super) fn clear(facts: &mut Facts, tenant: Means<'_>, workspace: Means<'_>, notes: &mut Notes) {
    facts.retain(|field, value| {
        let name = field.definition().name;
        if tenant.policy.is_dropped(field) {
            notes.add(name, Clearance::Dropped, "policy-field", 1);
            return false;
        }
        match value {
            Value::Bool(_) => true,
            Value::Int(number) => is_plausible_or_noted(*number as f64, name, notes),
            Value::Double(number) => is_plausible_or_noted(*number, name, notes),
            Value::Text(text) => clear_text(field, text, tenant, workspace, notes),
            Value::TextList(texts) => {
                for text in texts.iter_mut().filter(|text| !text.is_empty()) {
                    // Lists go side by side with others: what is dropped leaves its place empty.
                    if !clear_text(field, text, tenant, workspace, notes) {
                        *text = Text::default();
                    }
                }
                texts.iter().any(|text| !text.is_empty())
            }
        }
    });
}

/// Whether a number can be a count, a size, a rate or a cost.
pub(super) fn is_plausible(number: f64) -> bool {
    number.abs() < NUMBER_MAX
}

fn is_plausible_or_noted(number: f64, field: &'static str, notes: &mut Notes) -> bool {
    if !is_plausible(number) {
        notes.add(field, Clearance::Dropped, "number-range", 1);
    }
    is_plausible(number)
}

/// Clears one text of a field in place; `false` if the field must go.
fn clear_text(
    field: Field,
    text: &mut Text,
    tenant: Means<'_>,
    workspace: Means<'_>,
    notes: &mut Notes,
) -> bool {
    let name = field.definition().name;
    if tenant.policy.is_tokenized(field) && !keys::is_token(text) {
        let keys = if joins_records(field) { workspace } else { tenant };
        *text = keys.token("id", text);
        notes.add(name, Clearance::Tokenized, "policy-field", 1);
        return true;
    }
    match tenant.policy.class(field) {
        PrivacyClass::Plain => {
            let is_kept = forms::is_word(text);
            if !is_kept {
                notes.add(name, Clearance::Dropped, "word-form", 1);
            }
            return is_kept;
        }
        PrivacyClass::Name => {
            let odd: fn(&str) -> Odd = match field {
                Field::ModelRequested | Field::ModelAnswered => forms::odd_in_model,
                _ if is_version(field) => forms::odd_in_version,
                _ => forms::odd_in_name,
            };
            *text = formed(text, odd, name, tenant, notes);
        }
        PrivacyClass::Identifier => {
            let keys = if joins_records(field) { workspace } else { tenant };
            *text = identifier(text, name, keys, notes);
        }
        PrivacyClass::Person => {
            if !keys::is_token(text) {
                *text = tenant.token("user", text);
                notes.add(name, Clearance::Tokenized, "person", 1);
            }
        }
        PrivacyClass::Derived => return derived(field, text, tenant, notes),
    }
    true
}

/// Fields the gate makes itself. What came under their names is taken for what it is: a text to be replaced, or
/// numbers.
fn derived(field: Field, text: &mut Text, tenant: Means<'_>, notes: &mut Notes) -> bool {
    let name = field.definition().name;
    match field {
        Field::InstructionsHash => {
            if !keys::is_token(text) {
                *text = tenant.token("instructions", text);
                notes.add(name, Clearance::Tokenized, "id-form", 1);
            }
            true
        }
        Field::DocumentScores => {
            let scores = serde_json::from_str::<Vec<Option<f64>>>(text).ok();
            let scores = scores.filter(|scores| scores.iter().flatten().all(|score| is_plausible(*score)));
            let written = scores.and_then(|scores| serde_json::to_string(&scores).ok());
            if written.is_none() {
                notes.add(name, Clearance::Dropped, "number-range", 1);
            }
            written.map(|written| *text = written.into()).is_some()
        }
        _ => {
            notes.add(name, Clearance::Dropped, "derived", 1);
            false
        }
    }
}

const fn is_version(field: Field) -> bool {
    matches!(
        field,
        Field::ServiceVersion
            | Field::ScopeVersion
            | Field::AgentVersion
            | Field::WorkflowVersion
            | Field::PromptVersion
            | Field::ToolVersion
            | Field::PolicyVersion
    )
}

/// Ids that join records which may not name their tenant: their tokens are the workspace's.
const fn joins_records(field: Field) -> bool {
    matches!(
        field,
        Field::StatedRunId
            | Field::SessionId
            | Field::TenantId
            | Field::ResponseId
            | Field::ToolCallId
            | Field::CalledToolIds
            | Field::AnsweredToolIds
            | Field::RetryOfSpanId
            | Field::ApprovalId
            | Field::TaskId
    )
}

/// An id as it may be stored: as it is, or as a token.
pub(super) fn identifier(text: &Text, field: &'static str, keys: Means<'_>, notes: &mut Notes) -> Text {
    let is_kept = forms::is_id(text) && keys.find(text, Surface::Name, None).is_empty();
    if is_kept {
        return text.clone();
    }
    notes.add(field, Clearance::Tokenized, "id-form", 1);
    keys.token("id", text)
}

/// Who judged, as it may be stored: the kind of judge is a word, and which one is an id as any other.
pub(super) fn judge(source: &str, keys: Means<'_>, notes: &mut Notes) -> Option<Text> {
    let (kind, judge) = trace::score::source_parts(source);
    if !forms::is_word(kind) {
        notes.add("score_source", Clearance::Dropped, "word-form", 1);
        return None;
    }
    let judge = judge.map(|judge| identifier(&Text::from(judge), "score_source", keys, notes));
    Some(trace::score::source(kind, judge.as_deref()))
}

/// A name as it may be stored: odd parts and what detectors find replaced.
pub(super) fn name(text: &Text, field: &'static str, keys: Means<'_>, notes: &mut Notes) -> Text {
    formed(text, forms::odd_in_name, field, keys, notes)
}

/// Replaces what is odd in a text, until nothing is.
fn formed(
    text: &Text,
    odd: fn(&str) -> Odd,
    field: &'static str,
    keys: Means<'_>,
    notes: &mut Notes,
) -> Text {
    let first = formed_once(text, odd(text), field, keys, notes);
    if first == *text {
        return first;
    }
    let second = formed_once(&first, odd(&first), field, keys, notes);
    if second == first || second == formed_once(&second, odd(&second), field, keys, &mut Notes::default()) {
        return second;
    }
    // Marks made it longer than a name may be, or new neighbours: one token stands for all of it.
    notes.add(field, Clearance::Tokenized, "name-form", 1);
    keys.token("name", text)
}

/// Replaces what is odd in a text and what detectors find in it.
fn formed_once(text: &Text, odd: Odd, field: &'static str, keys: Means<'_>, notes: &mut Notes) -> Text {
    if text.is_empty() || keys::is_token(text) {
        return text.clone();
    }
    if text.len() > FACT_SIZE_BYTES_MAX {
        notes.add(field, Clearance::Tokenized, "name-form", 1);
        return keys.token("name", text);
    }
    let mut parts: Vec<(Range<usize>, Option<&'static crate::rules::Rule>)> = keys
        .find(text, Surface::Name, None)
        .into_iter()
        .map(|found| (found.range(), Some(found.rule)))
        .collect();
    match odd {
        Odd::Nothing => {}
        Odd::All => parts.push((0..text.len(), None)),
        Odd::Parts(odd) => parts.extend(odd.into_iter().map(|part| (part, None))),
    }
    if parts.is_empty() {
        return text.clone();
    }
    // What a detector names goes under that name; what is only odd joins it.
    parts.sort_by_key(|(range, rule)| (range.start, rule.is_none()));
    let mut written = Text::default();
    let mut copied = 0;
    let mut parts = parts.into_iter().peekable();
    while let Some((mut range, mut rule)) = parts.next() {
        while let Some((next, next_rule)) = parts.next_if(|(next, _)| next.start < range.end) {
            range.end = range.end.max(next.end);
            rule = rule.or(next_rule);
        }
        let part = text.get(range.clone()).unwrap_or_default();
        written.push_str(text.get(copied..range.start).unwrap_or_default());
        copied = range.end;
        let (replacement, clearance, rule) = match rule {
            Some(rule) => {
                let (replacement, clearance) = replace::replacement(rule, part, keys.keys);
                (replacement, clearance, rule.id)
            }
            None if part.bytes().all(|byte| byte.is_ascii_digit()) && field != "tool_name" => {
                (Text::const_new("[number]"), Clearance::Redacted, "name-form")
            }
            None => (keys.token("name", part), Clearance::Tokenized, "name-form"),
        };
        notes.add(field, clearance, rule, 1);
        written.push_str(&replacement);
    }
    written.push_str(text.get(copied..).unwrap_or_default());
    written
}

/// Clears the sender's own attributes: documented keys with values of their form stay.
pub(super) fn attributes(attributes: &mut Vec<(Text, Value)>, tenant: Means<'_>, notes: &mut Notes) {
    attributes.retain_mut(|(key, value)| {
        let Some((key, form)) = tenant.policy.attribute(key) else {
            notes.add(UNKNOWN_KEYS, Clearance::Dropped, "unknown-key", 1);
            return false;
        };
        let is_kept = attribute(key, form, value, tenant, notes);
        if !is_kept {
            notes.add(key, Clearance::Dropped, "attribute-form", 1);
        }
        is_kept
    });
}

fn attribute(key: &'static str, form: Form, value: &mut Value, tenant: Means<'_>, notes: &mut Notes) -> bool {
    match (form, value) {
        (Form::Number, Value::Bool(_)) => true,
        (Form::Number, Value::Int(number)) => is_plausible(*number as f64),
        (Form::Number, Value::Double(number)) => is_plausible(*number),
        (Form::Number, Value::Text(text)) => {
            matches!(text.as_str(), "true" | "false")
                || text.len() <= 20
                    && text
                        .parse::<f64>()
                        .is_ok_and(|number| number.is_finite() && is_plausible(number))
        }
        (Form::Number, Value::TextList(_)) => false,
        (_, Value::Bool(_)) => true,
        (_, Value::Int(number)) => is_plausible(*number as f64),
        (_, Value::Double(number)) => is_plausible(*number),
        (form, Value::Text(text)) => attribute_text(key, form, text, tenant, notes),
        (form, Value::TextList(texts)) => texts
            .iter_mut()
            .all(|text| attribute_text(key, form, text, tenant, notes)),
    }
}

fn attribute_text(
    key: &'static str,
    form: Form,
    text: &mut Text,
    tenant: Means<'_>,
    notes: &mut Notes,
) -> bool {
    let odd: fn(&str) -> Odd = match form {
        Form::Number | Form::Word => return forms::is_word(text),
        Form::Id => {
            *text = identifier(text, key, tenant, notes);
            return true;
        }
        Form::Model => forms::odd_in_model,
        Form::Version => forms::odd_in_version,
        Form::Name => forms::odd_in_name,
    };
    *text = formed(text, odd, key, tenant, notes);
    true
}
