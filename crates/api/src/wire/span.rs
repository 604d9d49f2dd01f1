//! One span, with everything known of it.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::{Map, Value as Json};
use trace::content::{self, ContentRef};
use trace::{ContentId, span};
use utoipa::ToSchema;

use super::facts::Attribute;
use super::{facts, millis, nanos_text, rfc3339};
use crate::reading::WholeSpan;

/// One span with its facts, bodies, and what the policy did to them.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Span {
    /// Trace it belongs to.
    pub trace_id: String,
    /// Its id within the trace.
    pub span_id: String,
    /// The span it was part of; `null` for a root.
    #[schema(required)]
    pub parent_id: Option<String>,
    /// Project it belongs to.
    pub project_id: String,
    /// Which record this is: started (not seen to end), finished, log (built from log records), supplement.
    pub record: &'static str,
    /// Log records whose facts and bodies are in this answer too.
    pub supplements: usize,
    /// What it does.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// How it ended.
    pub status: &'static str,
    /// When it began, by the sender's clock.
    pub start: String,
    /// When it began, in nanoseconds since 1970.
    pub start_unix_nanos: String,
    /// How long it took; `null` while it runs.
    #[schema(required)]
    pub duration_millis: Option<f64>,
    /// The same in nanoseconds.
    #[schema(required)]
    pub duration_nanos: Option<String>,
    /// When it was received.
    pub received: String,
    /// Position in the log.
    pub sequence: u64,
    /// Whether another record of the same span disagreed on start, kind or parent.
    pub conflict: bool,
    /// Fields of the registry, by name.
    pub facts: Map<String, Json>,
    /// The sender's other attributes.
    pub attributes: Vec<Attribute>,
    /// Named moments within it.
    pub events: Vec<Event>,
    /// Other spans it points to.
    pub links: Vec<Link>,
    /// What the policy did.
    pub clearance: Clearance,
    /// Fields and attributes that the policy did not let through as sent.
    pub withheld: Vec<Withheld>,
    /// Its bodies: messages, arguments, results.
    pub content: Vec<Body>,
}

/// A named moment within a span.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// When.
    pub time: String,
    /// When, in nanoseconds since 1970.
    pub time_unix_nanos: String,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
}

/// A pointer to another span.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Link {
    /// Trace of the other span.
    pub trace_id: String,
    /// The other span.
    pub span_id: String,
    /// Whether this trace takes up the work of that one again.
    pub is_resume: bool,
}

/// What the policy did to a span, field by field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Clearance {
    /// Version of the policy.
    pub policy_version: String,
    /// Every field and attribute that arrived and may be named. One that is not here was not recorded.
    pub fields: Vec<Cleared>,
}

/// What the policy did to one field or attribute.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Cleared {
    /// The field, or the sender's key.
    pub field: String,
    /// kept, redacted, tokenized, dropped or cut.
    pub clearance: &'static str,
}

/// A field or attribute that was not stored as sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Withheld {
    /// The field, or a sender's key that the policy knows; an unknown key is never named.
    pub field: String,
    /// What was done.
    pub clearance: &'static str,
    /// The rule that decided.
    pub rule: String,
    /// How many values.
    pub count: u32,
}

/// One body, or what is known of one that is not there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Body {
    /// What it is to the span.
    pub role: &'static str,
    /// Its place among those of the same role, from 0.
    pub position: u32,
    /// Who wrote it, for messages.
    #[schema(required)]
    pub author: Option<&'static str>,
    /// Its form: json or text.
    #[schema(required)]
    pub media: Option<&'static str>,
    /// Bytes that arrived.
    pub size_bytes: u64,
    /// Whether it is here: present, withheld by the policy, or gone by retention or erasure.
    pub state: &'static str,
    /// What the policy did with it.
    pub clearance: &'static str,
    /// What was taken out of it, by rule; never what it was.
    pub removals: Vec<Removal>,
    /// Its id: equal bodies in one scope have one id.
    #[schema(required)]
    pub content_id: Option<String>,
    /// The text. Messages are JSON: `{"role":…,"parts":[…]}` as in the OpenTelemetry conventions.
    #[schema(required)]
    pub text: Option<String>,
}

/// What one rule took out of a body.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Removal {
    /// The rule.
    pub rule: String,
    /// What was done.
    pub clearance: &'static str,
    /// In how many places.
    pub count: u32,
    /// Bytes taken out in all.
    pub size_bytes: u64,
}

impl Span {
    /// A span and those of its bodies that are there.
    pub(crate) fn new(whole: &WholeSpan, contents: &HashMap<ContentId, content::Content>) -> Self {
        let logged = &whole.record;
        let span = &logged.span;
        Self {
            trace_id: span.trace_id.to_string(),
            span_id: span.span_id.to_string(),
            parent_id: span.parent_id.map(|parent| parent.to_string()),
            project_id: logged.project_id.to_string(),
            record: span.record.as_str(),
            supplements: whole.supplements,
            kind: span.kind.as_str(),
            name: span.name.to_string(),
            status: span.status.as_str(),
            start: rfc3339(span.start),
            start_unix_nanos: nanos_text(span.start),
            duration_millis: span.duration_nanos.map(millis),
            duration_nanos: span.duration_nanos.map(|nanos| nanos.to_string()),
            received: rfc3339(logged.received_at),
            sequence: logged.sequence.0,
            conflict: logged.conflict,
            facts: facts::object(&span.facts),
            attributes: facts::attributes(&span.attributes),
            events: span.events.iter().map(Event::from).collect(),
            links: span.links.iter().map(Link::from).collect(),
            clearance: Clearance::from(span),
            withheld: span.withheld.iter().map(Withheld::from).collect(),
            content: span
                .content
                .iter()
                .map(|reference| Body::new(reference, contents))
                .collect(),
        }
    }
}

impl From<&span::Event> for Event {
    fn from(event: &span::Event) -> Self {
        Self {
            name: event.name.to_string(),
            time: rfc3339(event.time),
            time_unix_nanos: nanos_text(event.time),
            attributes: facts::attributes(&event.attributes),
        }
    }
}

impl From<&span::Link> for Link {
    fn from(link: &span::Link) -> Self {
        Self {
            trace_id: link.trace_id.to_string(),
            span_id: link.span_id.to_string(),
            is_resume: link.is_resume,
        }
    }
}

impl From<&span::Span> for Clearance {
    fn from(span: &span::Span) -> Self {
        let withheld = |name: &str| span.withheld.iter().find(|withheld| withheld.field == name);
        let stored = span
            .facts
            .iter()
            .map(|(field, _)| field.definition().name)
            .chain(span.attributes.iter().map(|(key, _)| key.as_str()));
        let mut fields: Vec<Cleared> = stored
            .map(|name| Cleared {
                field: name.to_owned(),
                clearance: withheld(name)
                    .map_or(trace::Clearance::Kept, |withheld| withheld.clearance)
                    .as_str(),
            })
            .collect();
        let known: HashSet<String> = fields.iter().map(|cleared| cleared.field.clone()).collect();
        let gone = span
            .withheld
            .iter()
            .filter(|withheld| !withheld.field.is_empty() && !known.contains(withheld.field.as_str()));
        fields.extend(gone.map(|withheld| Cleared {
            field: withheld.field.to_string(),
            clearance: withheld.clearance.as_str(),
        }));
        Self {
            policy_version: span.policy_version.to_string(),
            fields,
        }
    }
}

impl From<&span::Withheld> for Withheld {
    fn from(withheld: &span::Withheld) -> Self {
        Self {
            field: withheld.field.to_string(),
            clearance: withheld.clearance.as_str(),
            rule: withheld.rule.to_string(),
            count: withheld.count,
        }
    }
}

impl Body {
    fn new(reference: &ContentRef, contents: &HashMap<ContentId, content::Content>) -> Self {
        let content = reference
            .content_id
            .and_then(|content_id| contents.get(&content_id));
        Self {
            role: reference.role.as_str(),
            position: reference.position,
            author: content
                .and_then(|content| content.author)
                .map(trace::Author::as_str),
            media: content.map(|content| content.media.as_str()),
            size_bytes: reference.size_bytes,
            state: match (reference.content_id, content) {
                (None, _) => "withheld",
                (Some(_), None) => "gone",
                (Some(_), Some(_)) => "present",
            },
            clearance: reference.clearance.as_str(),
            removals: reference
                .removals
                .iter()
                .map(|removal| Removal {
                    rule: removal.rule.to_string(),
                    clearance: removal.clearance.as_str(),
                    count: removal.count,
                    size_bytes: removal.size_bytes,
                })
                .collect(),
            content_id: reference.content_id.map(|content_id| content_id.to_string()),
            text: content.map(|content| content.text.expose().clone()),
        }
    }
}
