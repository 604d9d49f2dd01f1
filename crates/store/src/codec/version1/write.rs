//! From domain values to records, borrowing.

use trace::content::{Content, ContentRef, Removal};
use trace::score::Score;
use trace::span::{Batch, Event, Link, Span, Withheld};
use trace::{Author, Text, Value};

use super::{
    BatchRecord, ContentRecord, EventRecord, LinkRecord, ReferenceRecord, RemovalRecord, ScoreRecord,
    SpanRecord, ValueRecord, WithheldRecord,
};

impl<'a> BatchRecord<'a> {
    pub(super) fn of(batch: &'a Batch) -> Self {
        Self {
            workspace_id: batch.workspace_id.as_str(),
            project_id: batch.project_id.as_str(),
            received_at: batch.received_at.0,
            spans: batch.spans.iter().map(SpanRecord::of).collect(),
            contents: batch.contents.iter().map(ContentRecord::of).collect(),
            scores: batch.scores.iter().map(ScoreRecord::of).collect(),
        }
    }
}

impl<'a> SpanRecord<'a> {
    fn of(span: &'a Span) -> Self {
        Self {
            trace_id: *span.trace_id.as_bytes(),
            span_id: *span.span_id.as_bytes(),
            parent_id: span.parent_id.map(|id| *id.as_bytes()),
            record: span.record.as_str(),
            supplement: span.supplement,
            kind: span.kind.as_str(),
            name: &span.name,
            start: span.start.0,
            duration_nanos: span.duration_nanos,
            status: span.status.as_str(),
            facts: span
                .facts
                .iter()
                .map(|(field, value)| (field as u16, ValueRecord::of(value)))
                .collect(),
            attributes: attribute_records(&span.attributes),
            events: span.events.iter().map(EventRecord::of).collect(),
            links: span.links.iter().map(LinkRecord::of).collect(),
            content: span.content.iter().map(ReferenceRecord::of).collect(),
            withheld: span.withheld.iter().map(WithheldRecord::of).collect(),
            policy_version: &span.policy_version,
        }
    }
}

fn attribute_records(attributes: &[(Text, Value)]) -> Vec<(&str, ValueRecord<'_>)> {
    attributes
        .iter()
        .map(|(key, value)| (key.as_str(), ValueRecord::of(value)))
        .collect()
}

impl<'a> ValueRecord<'a> {
    fn of(value: &'a Value) -> Self {
        match value {
            Value::Text(text) => Self::Text(text),
            Value::TextList(list) => Self::TextList(list.iter().map(Text::as_str).collect()),
            Value::Int(number) => Self::Int(*number),
            Value::Double(number) => Self::Double(*number),
            Value::Bool(flag) => Self::Bool(*flag),
        }
    }
}

impl<'a> EventRecord<'a> {
    fn of(event: &'a Event) -> Self {
        Self {
            name: &event.name,
            time: event.time.0,
            attributes: attribute_records(&event.attributes),
        }
    }
}

impl LinkRecord {
    const fn of(link: &Link) -> Self {
        Self {
            trace_id: *link.trace_id.as_bytes(),
            span_id: *link.span_id.as_bytes(),
            is_resume: link.is_resume,
        }
    }
}

impl<'a> ReferenceRecord<'a> {
    fn of(reference: &'a ContentRef) -> Self {
        Self {
            role: reference.role.as_str(),
            position: reference.position,
            content_id: reference.content_id.map(|id| *id.as_bytes()),
            size_bytes: reference.size_bytes,
            clearance: reference.clearance.as_str(),
            removals: reference.removals.iter().map(RemovalRecord::of).collect(),
        }
    }
}

impl<'a> RemovalRecord<'a> {
    fn of(removal: &'a Removal) -> Self {
        Self {
            rule: &removal.rule,
            clearance: removal.clearance.as_str(),
            count: removal.count,
            size_bytes: removal.size_bytes,
        }
    }
}

impl<'a> WithheldRecord<'a> {
    fn of(withheld: &'a Withheld) -> Self {
        Self {
            field: &withheld.field,
            clearance: withheld.clearance.as_str(),
            rule: &withheld.rule,
            count: withheld.count,
        }
    }
}

impl<'a> ContentRecord<'a> {
    fn of(content: &'a Content) -> Self {
        Self {
            content_id: *content.content_id.as_bytes(),
            author: content.author.map(Author::as_str),
            media: content.media.as_str(),
            text: content.text.expose(),
            tenant_id: content.tenant_id.as_deref(),
            scope: &content.scope,
            retention_class: &content.retention_class,
            policy_version: &content.policy_version,
            key_id: &content.key_id,
        }
    }
}

impl<'a> ScoreRecord<'a> {
    fn of(score: &'a Score) -> Self {
        Self {
            score_id: *score.score_id.as_bytes(),
            trace_id: score.trace_id.map(|id| *id.as_bytes()),
            span_id: score.span_id.map(|id| *id.as_bytes()),
            stated_run_id: score.stated_run_id.as_deref(),
            response_id: score.response_id.as_deref(),
            name: &score.name,
            value: score.value,
            label: score.label.as_deref(),
            source: score.source.as_deref(),
            time: score.time.0,
            content: score.content.iter().map(ReferenceRecord::of).collect(),
        }
    }
}
