//! Bodies: withheld at `metadata`, scanned and stored at `redacted`; their shapes are facts at every level.

use std::sync::Arc;

use trace::content::{Body, ContentRef, Removal};
use trace::span::Span;
use trace::time::Day;
use trace::{Author, CaptureLevel, Clearance, Field, Media, Role, Text, TraceId};

use super::echo::{self, Echo, Echoes};
use super::text::{self, Removal as Taken};
use super::{Means, Work, leaves, replace};
use crate::counters::Tally;
use crate::keys::ScopeKeys;
use crate::output_shape;
use crate::policy::{Decision, FIELD_SIZE_BYTES_MAX, SPAN_SIZE_BYTES_MAX};
use crate::shape::Parsed;

/// Longest text that is taken for a goal.
const GOAL_SIZE_BYTES_MAX: usize = 64 * 1024;

/// Where the bodies of a span are stored.
pub(super) struct Place {
    /// Session, or else trace.
    pub(super) scope: Text,
    /// Tenant, as stored.
    pub(super) tenant_id: Option<Text>,
    /// What was decided of the span.
    pub(super) decision: Decision,
    /// Day of receipt.
    pub(super) tool_day: Day,
}

/// A body on its way: cleared but for echoes.
pub(super) struct PendingBody {
    reference: ContentRef,
    text: Option<String>,
    author: Option<Author>,
    /// Key it came under.
    key: Text,
    media: Media,
    removals: Vec<Taken>,
    /// How much of it is kept.
    pub(super) capture: CaptureLevel,
    /// Tenant as the sender named it: its keys make the fingerprint.
    pub(super) tenant: Option<Text>,
}

impl PendingBody {
    /// Takes echoes out, and what stands out now that they are gone.
    pub(super) fn take_echoes_out(&mut self, echo: &Echo, means: Means<'_>) {
        let Some(before) = self.text.as_deref() else {
            return;
        };
        let Some((mut text, count, size_bytes)) = echo.take_out(before) else {
            return;
        };
        self.removals
            .push((echo::RULE, Clearance::Redacted, count, size_bytes));
        if self.media == Media::Json && !replace::is_json(&text) {
            match serde_json::from_str(before) {
                Ok(mut value) => {
                    leaves::rewrite(&mut value, &self.key, &mut |text, _| {
                        echo.take_out(text).map(|(text, ..)| text)
                    });
                    text = value.to_string();
                }
                Err(_) => self.media = Media::Text,
            }
        }
        let verdict = text::clear(&text, &self.key, self.media, means);
        self.media = verdict.media.unwrap_or(self.media);
        self.text = verdict.is_cleared.then(|| verdict.text.unwrap_or(text));
        self.removals.extend(verdict.removals);
    }

    /// The reference, and what is stored if anything is.
    pub(super) fn into_reference(
        self,
        tally: &mut Tally,
    ) -> (ContentRef, Option<(String, Option<Author>, Media)>) {
        let mut reference = self.reference;
        let role = reference.role.as_str();
        for (rule, clearance, count, size_bytes) in self.removals {
            tally.add(rule, role, clearance, u64::from(count));
            reference.removals.push(Removal {
                rule: Text::const_new(rule),
                clearance,
                count,
                size_bytes,
            });
        }
        if self.text.is_none() {
            reference.clearance = Clearance::Dropped;
        } else if reference
            .removals
            .iter()
            .any(|removal| removal.clearance != Clearance::Cut)
        {
            reference.clearance = Clearance::Redacted;
        } else if !reference.removals.is_empty() {
            reference.clearance = Clearance::Cut;
        }
        (reference, self.text.map(|text| (text, self.author, self.media)))
    }
}

/// Whether bodies of this role are the same in every session, and stored once for all.
pub(super) const fn is_shared(role: Role) -> bool {
    matches!(role, Role::Instructions | Role::ToolDefinitions)
}

/// Makes the facts that come from bodies, and remembers what stands under keys of secrets.
pub(super) fn derive(
    span: &mut Span,
    bodies: &[Body],
    with_shapes: bool,
    keys: &ScopeKeys,
    echoes: &mut Echoes,
) {
    for body in bodies
        .iter()
        .filter(|body| body.position == 0 && matches!(body.role, Role::Arguments | Role::Result))
    {
        let parsed = Parsed::read(body.text.expose());
        for (secret, _) in parsed.secrets() {
            echoes.add(span.trace_id, &secret);
        }
        if !with_shapes {
            continue;
        }
        if body.role == Role::Arguments {
            span.facts.set(Field::ArgumentsShape, parsed.shape(keys));
            span.facts.set(Field::ArgumentsToken, parsed.token(keys));
        } else {
            span.facts.set(Field::ResultShape, parsed.shape(keys));
        }
    }
    if with_shapes {
        if let Some(shape) = output_shape::of(bodies) {
            span.facts.set(Field::OutputShape, shape);
        }
        if let Some(goal) = goal(span, bodies) {
            let words: Vec<&str> = goal.split_whitespace().collect();
            let token = keys.token("goal", &words.join(" ").to_lowercase());
            span.facts.set(Field::GoalToken, token);
        }
    }
    let instructions: Vec<&str> = bodies
        .iter()
        .filter(|body| body.role == Role::Instructions)
        .map(|body| body.text.expose().as_str())
        .collect();
    if !instructions.is_empty() {
        span.facts.set(
            Field::InstructionsHash,
            keys.token("instructions", &instructions.join("\n")),
        );
    }
}

/// What a run is to reach, where this span says so: as stated, else what a root was given. A very long text is no
/// goal.
fn goal<'a>(span: &Span, bodies: &'a [Body]) -> Option<&'a str> {
    let of = |role: Role| bodies.iter().find(|body| body.role == role);
    let asked = || {
        let mut messages = bodies.iter().filter(|body| body.role == Role::InputMessage);
        messages.find(|body| body.author == Some(Author::User))
    };
    let given = || {
        let is_root = span.parent_id.is_none();
        is_root.then(|| of(Role::Input).or_else(asked)).flatten()
    };
    let goal = of(Role::Goal).or_else(given)?.text.expose().trim();
    (!goal.is_empty() && goal.len() <= GOAL_SIZE_BYTES_MAX).then_some(goal)
}

impl Work<'_> {
    /// Clears the bodies of one span, or of one score.
    pub(super) fn bodies(
        &mut self,
        bodies: Vec<Body>,
        trace_id: TraceId,
        tool: &str,
        tenant: Option<&Text>,
        decision: &Decision,
        keys: &ScopeKeys,
    ) -> Vec<PendingBody> {
        let mut left_bytes = SPAN_SIZE_BYTES_MAX;
        let mut pending = Vec::with_capacity(bodies.len());
        for body in bodies {
            self.tally.bodies += 1;
            let body = self.body(body, trace_id, tool, decision, keys, &mut left_bytes);
            pending.push(PendingBody {
                tenant: tenant.cloned(),
                ..body
            });
        }
        pending
    }

    fn body(
        &mut self,
        body: Body,
        trace_id: TraceId,
        tool: &str,
        decision: &Decision,
        keys: &ScopeKeys,
        left_bytes: &mut usize,
    ) -> PendingBody {
        let raw = body.text.into_exposed();
        let mut pending = PendingBody {
            reference: ContentRef {
                role: body.role,
                position: body.position,
                content_id: None,
                size_bytes: raw.len() as u64,
                clearance: Clearance::Kept,
                removals: Vec::new(),
            },
            text: None,
            author: body.author,
            key: body.key.clone(),
            media: body.media,
            removals: Vec::new(),
            capture: decision.capture,
            tenant: None,
        };
        if decision.capture == CaptureLevel::Metadata {
            return pending;
        }
        if raw.len().min(FIELD_SIZE_BYTES_MAX) > *left_bytes {
            pending
                .removals
                .push(("span-limit", Clearance::Dropped, 1, raw.len() as u64));
            return pending;
        }
        *left_bytes -= raw.len().min(FIELD_SIZE_BYTES_MAX);
        let fingerprint = self.gate.twins.fingerprint(&[
            decision.version.as_bytes(),
            keys.fingerprint(&[b"twin"]).as_slice(),
            body.role.as_str().as_bytes(),
            body.media.as_str().as_bytes(),
            body.key.as_bytes(),
            tool.as_bytes(),
            raw.as_bytes(),
        ]);
        let verdict = match self.gate.twins.get(&fingerprint) {
            Some(verdict) => {
                self.tally.bodies_by_twin += 1;
                verdict
            }
            None => {
                let verdict = {
                    let means = Means {
                        policy: &self.policy,
                        keys,
                        capture: decision.capture,
                    };
                    Arc::new(text::clear(&raw, &body.key, body.media, means))
                };
                self.gate.twins.put(fingerprint, Arc::clone(&verdict));
                verdict
            }
        };
        for value in &verdict.echoes {
            self.echoes.add(trace_id, value);
        }
        pending.removals.extend_from_slice(&verdict.removals);
        pending.media = verdict.media.unwrap_or(pending.media);
        if verdict.is_cleared {
            pending.text = Some(verdict.text.clone().unwrap_or(raw));
        }
        pending
    }
}
