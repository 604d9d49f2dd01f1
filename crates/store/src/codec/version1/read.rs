//! From records to domain values.

use trace::content::{Content, ContentRef, Removal, Sensitive};
use trace::score::Score;
use trace::span::{Batch, Event, Link, Span, Withheld};
use trace::{
    Author, Clearance, ContentId, Facts, Field, Kind, Media, ProjectId, Record, Role, ScoreId, SpanId,
    Status, Text, TraceId, UnixNanos, Value, WorkspaceId,
};

use super::super::Restored;
use super::{
    BatchRecord, ContentRecord, EventRecord, LinkRecord, ReferenceRecord, RemovalRecord, ScoreRecord,
    SpanRecord, ValueRecord, WithheldRecord,
};

/// Makes the batch of a record.
pub(super) fn restore(record: BatchRecord<'_>) -> Restored {
    let mut reader = Reader::default();
    let batch = reader.batch(record);
    Restored {
        batch,
        skipped: reader.skipped,
    }
}

/// Turns records into domain values and counts what it has no word for.
#[derive(Default)]
struct Reader {
    skipped: u64,
}

impl Reader {
    fn batch(&mut self, record: BatchRecord<'_>) -> Batch {
        Batch {
            workspace_id: WorkspaceId::new(record.workspace_id),
            project_id: ProjectId::new(record.project_id),
            received_at: UnixNanos(record.received_at),
            spans: record.spans.into_iter().map(|span| self.span(span)).collect(),
            contents: record
                .contents
                .into_iter()
                .map(|content| self.content(&content))
                .collect(),
            scores: record.scores.into_iter().map(|score| self.score(score)).collect(),
        }
    }

    fn span(&mut self, record: SpanRecord<'_>) -> Span {
        Span {
            trace_id: TraceId::new(record.trace_id),
            span_id: SpanId::new(record.span_id),
            parent_id: record.parent_id.map(SpanId::new),
            // A record that cannot be placed must not replace one that can.
            record: self.word(Record::parse(record.record), Record::Started),
            supplement: record.supplement,
            kind: self.word(Kind::parse(record.kind), Kind::Other),
            name: record.name.into(),
            start: UnixNanos(record.start),
            duration_nanos: record.duration_nanos,
            status: self.word(Status::parse(record.status), Status::Unknown),
            facts: self.facts(record.facts),
            attributes: attributes(record.attributes),
            events: record.events.into_iter().map(event).collect(),
            links: record.links.iter().map(link).collect(),
            content: self.references(record.content),
            withheld: record
                .withheld
                .iter()
                .map(|withheld| self.withheld(withheld))
                .collect(),
            policy_version: record.policy_version.into(),
        }
    }

    fn facts(&mut self, records: Vec<(u16, ValueRecord<'_>)>) -> Facts {
        let count = records.len();
        let known = |(number, value)| Some((Field::from_number(number)?, domain_value(value)));
        let facts: Facts = records.into_iter().filter_map(known).collect();
        let left_out = count.saturating_sub(facts.len());
        self.skipped = self
            .skipped
            .saturating_add(u64::try_from(left_out).unwrap_or(u64::MAX));
        facts
    }

    /// A reference in a role that this release does not know is left out: there is nowhere to show it.
    fn references(&mut self, records: Vec<ReferenceRecord<'_>>) -> Vec<ContentRef> {
        let mut references = Vec::with_capacity(records.len());
        for record in records {
            let Some(role) = Role::parse(record.role) else {
                self.skipped = self.skipped.saturating_add(1);
                continue;
            };
            references.push(ContentRef {
                role,
                position: record.position,
                content_id: record.content_id.map(ContentId::new),
                size_bytes: record.size_bytes,
                clearance: self.clearance(record.clearance),
                removals: record
                    .removals
                    .iter()
                    .map(|removal| self.removal(removal))
                    .collect(),
            });
        }
        references
    }

    fn removal(&mut self, record: &RemovalRecord<'_>) -> Removal {
        Removal {
            rule: record.rule.into(),
            clearance: self.clearance(record.clearance),
            count: record.count,
            size_bytes: record.size_bytes,
        }
    }

    fn withheld(&mut self, record: &WithheldRecord<'_>) -> Withheld {
        Withheld {
            field: record.field.into(),
            clearance: self.clearance(record.clearance),
            rule: record.rule.into(),
            count: record.count,
        }
    }

    fn content(&mut self, record: &ContentRecord<'_>) -> Content {
        Content {
            content_id: ContentId::new(record.content_id),
            author: self.author(record.author),
            media: self.word(Media::parse(record.media), Media::Text),
            text: Sensitive::new(record.text.to_owned()),
            tenant_id: record.tenant_id.map(Text::from),
            scope: record.scope.into(),
            retention_class: record.retention_class.into(),
            policy_version: record.policy_version.into(),
            key_id: record.key_id.into(),
        }
    }

    fn author(&mut self, word: Option<&str>) -> Option<Author> {
        let author = Author::parse(word?);
        if author.is_none() {
            self.skipped = self.skipped.saturating_add(1);
        }
        author
    }

    fn score(&mut self, record: ScoreRecord<'_>) -> Score {
        Score {
            score_id: ScoreId::new(record.score_id),
            trace_id: record.trace_id.map(TraceId::new),
            span_id: record.span_id.map(SpanId::new),
            stated_run_id: record.stated_run_id.map(Text::from),
            response_id: record.response_id.map(Text::from),
            name: record.name.into(),
            value: record.value,
            label: record.label.map(Text::from),
            source: record.source.map(Text::from),
            time: UnixNanos(record.time),
            content: self.references(record.content),
        }
    }

    /// What was done to a value by a rule of a newer release: at least it was not kept as sent.
    fn clearance(&mut self, word: &str) -> Clearance {
        self.word(Clearance::parse(word), Clearance::Redacted)
    }

    fn word<T>(&mut self, known: Option<T>, otherwise: T) -> T {
        known.unwrap_or_else(|| {
            self.skipped = self.skipped.saturating_add(1);
            otherwise
        })
    }
}

fn attributes(records: Vec<(&str, ValueRecord<'_>)>) -> Vec<(Text, Value)> {
    records
        .into_iter()
        .map(|(key, value)| (key.into(), domain_value(value)))
        .collect()
}

fn domain_value(record: ValueRecord<'_>) -> Value {
    match record {
        ValueRecord::Text(text) => Value::Text(text.into()),
        ValueRecord::TextList(list) => Value::TextList(list.into_iter().map(Text::from).collect()),
        ValueRecord::Int(number) => Value::Int(number),
        ValueRecord::Double(number) => Value::Double(number),
        ValueRecord::Bool(flag) => Value::Bool(flag),
    }
}

fn event(record: EventRecord<'_>) -> Event {
    Event {
        name: record.name.into(),
        time: UnixNanos(record.time),
        attributes: attributes(record.attributes),
    }
}

const fn link(record: &LinkRecord) -> Link {
    Link {
        trace_id: TraceId::new(record.trace_id),
        span_id: SpanId::new(record.span_id),
        is_resume: record.is_resume,
    }
}
