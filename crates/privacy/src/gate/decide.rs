//! What is kept of each span, before anything of it is looked at.

use std::collections::HashMap;

use trace::span::{CAPTURE_ATTRIBUTE, DecodedSpan, Span};
use trace::{CaptureLevel, Field, TraceId, Value};

use super::{Work, first_bytes};
use crate::keys::ScopeKeys;
use crate::policy::{Decision, Policy, Subject};
use crate::scan::{Found, Surface, scan_with};

/// What a value is cleared with.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    pub(super) policy: &'a Policy,
    pub(super) keys: &'a ScopeKeys,
    /// How much is kept of what it belongs to.
    pub(super) capture: CaptureLevel,
}

impl<'a> Means<'a> {
    /// The means for facts and names, of which personal data goes at every level.
    pub(super) const fn of_facts(policy: &'a Policy, keys: &'a ScopeKeys) -> Self {
        Self {
            policy,
            keys,
            capture: CaptureLevel::Metadata,
        }
    }

    /// What must go in a text.
    pub(super) fn find(self, text: &str, surface: Surface, key: Option<&str>) -> Vec<Found> {
        scan_with(text, surface, key, self.policy.detectors(self.capture))
    }

    /// The token that stands for a value.
    pub(super) fn token(self, kind: &str, value: &str) -> trace::Text {
        self.keys.token(kind, value)
    }
}

/// The most that may be kept of traces in which somebody opted out: one span that names them speaks for all of its
/// trace, as most spans of a trace name nobody.
pub(super) type OptedOut = HashMap<TraceId, CaptureLevel>;

impl Work<'_> {
    /// Finds the traces of a batch in which somebody opted out.
    pub(super) fn find_opt_outs(&mut self, spans: &[DecodedSpan]) {
        if !self.policy.has_opt_outs() {
            return;
        }
        for DecodedSpan { span, .. } in spans {
            let tenant = span.facts.text(Field::TenantId);
            let user = span.facts.text(Field::UserId);
            let token = user.map(|user| {
                self.gate
                    .keys
                    .tenant(&self.workspace_id, tenant)
                    .token("user", user)
            });
            if let Some(keep) = self.policy.opted_out(tenant, user.zip(token.as_deref())) {
                let most = self.opted_out.entry(span.trace_id).or_insert(keep);
                *most = keep.min(*most);
            }
        }
    }

    /// What is kept of a span.
    pub(super) fn decide(&self, span: &Span) -> Decision {
        let subject = Subject {
            tenant: span.facts.text(Field::TenantId),
            environment: span.facts.text(Field::Environment),
            agent: span.facts.text(Field::AgentName),
            kind: span.kind.as_str(),
            asked: asked(span),
            ..self.subject(span.trace_id)
        };
        self.policy.decide(&subject)
    }

    /// What is kept of a score.
    pub(super) fn decide_on_score(&self, trace_id: TraceId) -> Decision {
        self.policy.decide(&self.subject(trace_id))
    }

    fn subject(&self, trace_id: TraceId) -> Subject<'_> {
        let digest = self.workspace.fingerprint(&[b"portion", trace_id.as_bytes()]);
        Subject {
            tenant: None,
            project: Some(self.project_id.as_str()),
            environment: None,
            agent: None,
            kind: "",
            most: self.opted_out.get(&trace_id).copied(),
            asked: None,
            day: self.day,
            portion: portion(u64::from_le_bytes(first_bytes(&digest))),
        }
    }
}

/// What a sender asks to be kept, of span and resource the less; a word that nobody knows asks for nothing to be.
fn asked(span: &Span) -> Option<CaptureLevel> {
    let wishes = span.attributes.iter().filter(|(key, _)| key == CAPTURE_ATTRIBUTE);
    let levels = wishes.map(|(_, value)| match value {
        Value::Text(word) => CaptureLevel::parse(word).unwrap_or(CaptureLevel::Off),
        _ => CaptureLevel::Off,
    });
    levels.min()
}

/// A random number as one from 0 to 1, never 1.
fn portion(random: u64) -> f64 {
    const BITS: u32 = 53;
    (random >> (u64::BITS - BITS)) as f64 / (1_u64 << BITS) as f64
}
