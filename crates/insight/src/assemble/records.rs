//! From log records to spans: every record of one span becomes one span, whatever came first or twice.
//!
//! `started` and `finished` are one span, log records that speak of a span add what it does not say itself, and
//! a record that was delivered twice is one record. The result does not depend on the order of the input.

use std::cmp::Ordering;
use std::sync::Arc;

use trace::content::ContentRef;
use trace::ports::LoggedSpan;
use trace::span::Span;
use trace::{Facts, Field, Kind, Record, Status, Text, Value};

/// Merges records into whole spans, sorted by trace and span id, each once.
///
/// Log records that add to a span which never came make a span of their own where they say what it did.
pub(super) fn merge(records: &[Arc<LoggedSpan>]) -> Vec<Arc<LoggedSpan>> {
    let mut sorted: Vec<&Arc<LoggedSpan>> = records.iter().collect();
    sorted.sort_unstable_by(|one, other| compare(one, other));
    let mut merged = Vec::with_capacity(sorted.len());
    for group in sorted.chunk_by(|one, other| span_id(one) == span_id(other)) {
        if let [only] = group
            && only.span.record != Record::Supplement
        {
            merged.push(Arc::clone(only));
            continue;
        }
        merged.extend(whole(group));
    }
    merged
}

type Identity = (trace::TraceId, trace::SpanId);

fn span_id(record: &LoggedSpan) -> Identity {
    (record.span.trace_id, record.span.span_id)
}

/// The more a record knows of the end of its span, the later it stands; supplements stand last, in log order.
fn compare(one: &LoggedSpan, other: &LoggedSpan) -> Ordering {
    let key = |record: &LoggedSpan| {
        let span = &record.span;
        let log_order = match span.record {
            Record::Supplement => span.facts.int(Field::LogSequence).unwrap_or(0),
            _ => 0,
        };
        (
            span_id(record),
            // A record that contradicts another is kept and shown, and never speaks for the span.
            !record.conflict,
            rank(span.record),
            log_order,
            match span.record {
                Record::Supplement => span.start.0,
                _ => 0,
            },
            span.supplement,
            record.sequence,
            (span.start, span.duration_nanos),
        )
    };
    key(one).cmp(&key(other))
}

const fn rank(record: Record) -> u8 {
    match record {
        Record::Started => 0,
        Record::Log => 1,
        Record::Finished => 2,
        Record::Supplement => 3,
    }
}

/// One span of its records, which stand in the order of [`compare`].
fn whole(group: &[&Arc<LoggedSpan>]) -> Option<Arc<LoggedSpan>> {
    let is_supplement = |record: &&Arc<LoggedSpan>| record.span.record == Record::Supplement;
    let supplements: Vec<_> = group
        .iter()
        .copied()
        .filter(|record| is_supplement(record))
        .collect();
    let mains: Vec<_> = group
        .iter()
        .copied()
        .filter(|record| !is_supplement(record))
        .collect();
    let mut logged = match mains.split_last() {
        Some((newest, earlier)) => {
            let mut logged = LoggedSpan::clone(newest);
            for record in earlier.iter().rev() {
                let disagrees = disagrees(&logged.span, &record.span);
                logged.conflict |= disagrees;
                if !(disagrees || record.conflict) {
                    logged.span.complete_from(&record.span);
                }
            }
            logged
        }
        None => of_supplements(&supplements)?,
    };
    let own_roles: Vec<_> = logged
        .span
        .content
        .iter()
        .map(|reference| reference.role)
        .collect();
    let has_own_answers = !logged.span.facts.list(Field::AnsweredToolIds).is_empty();
    let has_own_requests = !logged.span.facts.list(Field::CalledToolNames).is_empty();
    let mut last = None;
    for supplement in &supplements {
        if last.replace(supplement.span.key()) == Some(supplement.span.key()) {
            continue;
        }
        add_lists(
            &mut logged.span.facts,
            &supplement.span.facts,
            ANSWERED,
            has_own_answers,
        );
        add_lists(
            &mut logged.span.facts,
            &supplement.span.facts,
            CALLED,
            has_own_requests,
        );
        add(&mut logged.span, &supplement.span, &own_roles);
    }
    for record in group {
        logged.sequence = logged.sequence.max(record.sequence);
        logged.received_at = logged.received_at.min(record.received_at);
        logged.conflict |= record.conflict;
    }
    Some(Arc::new(logged))
}

fn disagrees(later: &Span, earlier: &Span) -> bool {
    let both_finished = later.record == earlier.record;
    both_finished
        && (later.start != earlier.start
            || later.kind != earlier.kind
            || later.parent_id != earlier.parent_id)
}

/// A span that only log records tell of: made from the first that says what it did.
fn of_supplements(supplements: &[&Arc<LoggedSpan>]) -> Option<LoggedSpan> {
    let telling = supplements
        .iter()
        .find(|record| record.span.kind != Kind::Other)?;
    let mut logged = LoggedSpan::clone(telling);
    logged.span.record = Record::Log;
    logged.span.supplement = 0;
    logged.span.facts = Facts::new();
    logged.span.content = Vec::new();
    Some(logged)
}

/// Adds what a log record says of a span to it. Bodies of a role that the span itself has are those same bodies.
fn add(span: &mut Span, supplement: &Span, own_roles: &[trace::Role]) {
    span.facts.fill_from(&supplement.facts);
    if span.kind == Kind::Other {
        span.kind = supplement.kind;
    }
    if span.status == Status::Unknown {
        span.status = supplement.status;
    }
    for (key, value) in &supplement.attributes {
        if !span.attributes.iter().any(|(known, _)| known == key) {
            span.attributes.push((key.clone(), value.clone()));
        }
    }
    for reference in &supplement.content {
        if own_roles.contains(&reference.role) {
            continue;
        }
        let of_role = |own: &&ContentRef| own.role == reference.role;
        let position = span.content.iter().filter(of_role).count();
        span.content.push(ContentRef {
            position: u32::try_from(position).unwrap_or(u32::MAX),
            ..reference.clone()
        });
    }
}

/// Lists that say one thing each about the same tool calls: ids, names, and statuses where there are any.
#[derive(Clone, Copy)]
struct Parallel {
    ids: Field,
    names: Field,
    statuses: Option<Field>,
}

const ANSWERED: Parallel = Parallel {
    ids: Field::AnsweredToolIds,
    names: Field::AnsweredToolNames,
    statuses: Some(Field::AnsweredToolStatuses),
};
const CALLED: Parallel = Parallel {
    ids: Field::CalledToolIds,
    names: Field::CalledToolNames,
    statuses: None,
};

/// Appends a log record's entries to a span's parallel lists: each message came as a record of its own. An
/// entry without an id is only taken where the span has no list itself, as nothing would tell it apart.
fn add_lists(facts: &mut Facts, more: &Facts, lists: Parallel, has_own: bool) {
    let (ids, names) = (more.list(lists.ids), more.list(lists.names));
    let count = ids.len().max(names.len());
    if count == 0 {
        return;
    }
    let statuses = lists.statuses.map_or(&[][..], |field| more.list(field));
    let entry = |list: &[Text], index: usize| list.get(index).cloned().unwrap_or_default();
    let mut known_ids = facts.list(lists.ids).to_vec();
    let mut known_names = facts.list(lists.names).to_vec();
    let mut known_statuses = lists
        .statuses
        .map_or_else(Vec::new, |field| facts.list(field).to_vec());
    let length = known_ids.len().max(known_names.len());
    known_ids.resize(length, Text::default());
    known_names.resize(length, Text::default());
    known_statuses.resize(length, Text::default());
    for index in 0..count {
        let id = entry(ids, index);
        let is_known = !id.is_empty() && known_ids.contains(&id);
        if is_known || (id.is_empty() && has_own) {
            continue;
        }
        known_ids.push(id);
        known_names.push(entry(names, index));
        known_statuses.push(entry(statuses, index));
    }
    facts.set(lists.ids, Value::TextList(known_ids));
    facts.set(lists.names, Value::TextList(known_names));
    if let Some(field) = lists.statuses
        && known_statuses.iter().any(|status| !status.is_empty())
    {
        facts.set(field, Value::TextList(known_statuses));
    }
}
