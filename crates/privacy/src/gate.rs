//! The gate itself: a decoded batch in, a cleared batch out.
//!
//! Order, per span: facts by class and form, the sender's own attributes by allowlist, names by form and
//! detectors, bodies by capture level; then, per trace, what was given away by its key is taken out wherever
//! else it stands. Whatever cannot be cleared is withheld and marked, never passed.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use compact_str::format_compact;

use trace::content::{Content, Sensitive};
use trace::score::{DecodedScore, Score};
use trace::span::{Batch, CAPTURE_ATTRIBUTE, Decoded, DecodedSpan, Event, Span};
use trace::time::Day;
use trace::{CaptureLevel, Clearance, ContentId, Field, ProjectId, ScoreId, Text, TraceId, WorkspaceId};

use crate::Cleared;
use crate::counters::{Counters, Tally, Totals};
use crate::keys::{Keys, ScopeKeys};
use crate::policy::{Decision, Policy};

mod body;
mod classes;
mod decide;
mod echo;
mod facts;
mod leaves;
mod replace;
mod streams;
mod text;
mod twins;

use body::PendingBody;
use classes::Classifier;
use decide::{Means, OptedOut};
use echo::Echoes;
use facts::Notes;
use twins::Twins;

/// The rule by which nothing of a span or score is kept.
const OFF_RULE: &str = "capture-off";

/// Applies one policy. Shared by all requests; clearing takes no lock but the cache's for a moment.
pub struct Gate {
    policy: RwLock<Arc<Policy>>,
    keys: Keys,
    twins: Twins,
    totals: Totals,
}

impl Gate {
    /// A gate that applies this policy with these keys.
    #[must_use]
    pub fn new(policy: Policy, keys: Keys) -> Self {
        let twins = Twins::new(keys.twins());
        Self {
            policy: RwLock::new(Arc::new(policy)),
            keys,
            twins,
            totals: Totals::default(),
        }
    }

    /// The policy it applies.
    pub fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Applies another policy from now on. What is being cleared ends under the one it began with.
    pub fn set_policy(&self, policy: Policy) {
        *self.policy.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(policy);
        self.forget();
    }

    /// What was done since the start of the process.
    pub fn counters(&self) -> Counters {
        self.totals.snapshot()
    }

    /// Forgets every cleared twin held in memory. Opt-out and erasure call it.
    pub fn forget(&self) {
        self.twins.clear();
    }

    /// Clears a batch. Always succeeds: what cannot be cleared is withheld and marked.
    pub fn clear(&self, decoded: Decoded) -> Cleared<Batch> {
        let mut batch = Batch {
            workspace_id: decoded.workspace_id,
            project_id: decoded.project_id,
            received_at: decoded.received_at,
            spans: Vec::new(),
            contents: Vec::new(),
            scores: Vec::new(),
        };
        let mut work = Work::new(self, &batch);
        work.find_opt_outs(&decoded.spans);
        let mut cleared: Vec<_> = decoded
            .spans
            .into_iter()
            .filter_map(|span| work.span(span))
            .collect();
        let mut scores: Vec<_> = decoded
            .scores
            .into_iter()
            .filter_map(|score| work.score(score))
            .collect();
        work.echoes.finish();
        for span in &mut cleared {
            work.take_echoes_out(span);
        }
        for score in &mut scores {
            work.take_echoes_out_of_score(score);
        }
        let day = batch.received_at.day();
        for ClearedSpan {
            mut span,
            bodies,
            tenant_id,
            decision,
        } in cleared
        {
            let session = span.facts.text(Field::SessionId).map(Text::from);
            let scope = session.unwrap_or_else(|| format_compact!("{}", span.trace_id));
            let place = body::Place {
                scope,
                tenant_id,
                decision,
                tool_day: day,
            };
            span.content = bodies
                .into_iter()
                .map(|body| work.store(body, &place, &mut batch.contents))
                .collect();
            batch.spans.push(span);
        }
        for ClearedScore {
            mut score,
            bodies,
            decision,
        } in scores
        {
            let scope = score.trace_id.map(|trace_id| format_compact!("{trace_id}"));
            let scope = scope.or_else(|| score.stated_run_id.clone()).unwrap_or_default();
            let place = body::Place {
                scope,
                tenant_id: None,
                decision,
                tool_day: day,
            };
            score.content = bodies
                .into_iter()
                .map(|body| work.store(body, &place, &mut batch.contents))
                .collect();
            batch.scores.push(score);
        }
        self.totals.merge(work.tally);
        Cleared::new(batch)
    }
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Gate({})", self.policy().version())
    }
}

/// A span whose facts are cleared and whose bodies wait for the echoes of their trace.
struct ClearedSpan {
    span: Span,
    bodies: Vec<PendingBody>,
    tenant_id: Option<Text>,
    decision: Decision,
}

/// The same for a score.
struct ClearedScore {
    score: Score,
    bodies: Vec<PendingBody>,
    decision: Decision,
}

/// The work on one batch.
struct Work<'a> {
    gate: &'a Gate,
    policy: Arc<Policy>,
    workspace_id: WorkspaceId,
    project_id: ProjectId,
    day: Day,
    opted_out: OptedOut,
    workspace: ScopeKeys,
    tenants: HashMap<Option<Text>, ScopeKeys>,
    echoes: Echoes,
    stored: HashSet<ContentId>,
    tally: Tally,
}

impl<'a> Work<'a> {
    fn new(gate: &'a Gate, batch: &Batch) -> Self {
        Self {
            gate,
            policy: gate.policy(),
            workspace_id: batch.workspace_id.clone(),
            project_id: batch.project_id.clone(),
            day: batch.received_at.day(),
            opted_out: OptedOut::default(),
            workspace: gate.keys.workspace(&batch.workspace_id),
            tenants: HashMap::new(),
            echoes: Echoes::default(),
            stored: HashSet::new(),
            tally: Tally::default(),
        }
    }

    /// Clears a span; `None` if nothing of it is kept.
    fn span(&mut self, decoded: DecodedSpan) -> Option<ClearedSpan> {
        let DecodedSpan { mut span, mut bodies } = decoded;
        let decision = self.decide(&span);
        if decision.capture == CaptureLevel::Off {
            self.tally.add(OFF_RULE, "span", Clearance::Dropped, 1);
            return None;
        }
        let policy = Arc::clone(&self.policy);
        let tenant = span.facts.text(Field::TenantId).map(Text::from);
        let keys = self.tenants.remove(&tenant);
        let keys = keys.unwrap_or_else(|| self.gate.keys.tenant(&self.workspace_id, tenant.as_deref()));
        let mut notes = Notes::default();
        self.tally.spans += 1;
        let tool = span.facts.text(Field::ToolName).map(Text::from);
        let tool = tool.as_deref().unwrap_or_default();
        let classifier = Classifier {
            policy: &policy,
            keys: &keys,
            tool,
            trace_id: span.trace_id,
        };
        classifier.clear(&mut span.facts, &mut bodies, &mut self.echoes, &mut notes);
        let own = Means::of_facts(&policy, &keys);
        let shared = Means::of_facts(&policy, &self.workspace);
        facts::clear(&mut span.facts, own, shared, &mut notes);
        span.name = facts::name(&span.name, "span_name", own, &mut notes);
        span.attributes.retain(|(key, _)| key != CAPTURE_ATTRIBUTE);
        facts::attributes(&mut span.attributes, own, &mut notes);
        for event in &mut span.events {
            event.name = facts::name(&event.name, "event_name", own, &mut notes);
            facts::attributes(&mut event.attributes, own, &mut notes);
        }
        if span.supplement != 0 {
            span.supplement = self.keyed_number(span.supplement);
        }
        if decision.capture != CaptureLevel::Metadata {
            let means = Means {
                capture: decision.capture,
                ..own
            };
            streams::clear(&mut bodies, means, &mut notes);
        }
        body::derive(&mut span, &bodies, decision.shapes, &keys, &mut self.echoes);
        let bodies = self.bodies(bodies, span.trace_id, tool, tenant.as_ref(), &decision, &keys);
        span.withheld = notes.into_withheld(&mut self.tally);
        span.policy_version = decision.version.clone();
        let tenant_id = span.facts.text(Field::TenantId).map(Text::from);
        self.tenants.insert(tenant, keys);
        Some(ClearedSpan {
            span,
            bodies,
            tenant_id,
            decision,
        })
    }

    /// Clears a score; `None` if nothing of it is kept.
    fn score(&mut self, decoded: DecodedScore) -> Option<ClearedScore> {
        let DecodedScore { mut score, bodies } = decoded;
        let trace_id = score.trace_id.unwrap_or(TraceId::new([0; 16]));
        let decision = self.decide_on_score(trace_id);
        if decision.capture == CaptureLevel::Off {
            self.tally.add(OFF_RULE, "score", Clearance::Dropped, 1);
            return None;
        }
        let policy = Arc::clone(&self.policy);
        let keys = self.tenants.remove(&None);
        let keys = keys.unwrap_or_else(|| self.gate.keys.tenant(&self.workspace_id, None));
        let mut notes = Notes::default();
        let own = Means::of_facts(&policy, &keys);
        let shared = Means::of_facts(&policy, &self.workspace);
        score.name = facts::name(&score.name, "score_name", own, &mut notes);
        score.label = score
            .label
            .map(|label| facts::name(&label, "score_label", own, &mut notes));
        score.source = score
            .source
            .and_then(|source| facts::judge(&source, shared, &mut notes));
        score.value = score.value.filter(|value| facts::is_plausible(*value));
        for id in [&mut score.stated_run_id, &mut score.response_id]
            .into_iter()
            .flatten()
        {
            *id = facts::identifier(id, "score_id", shared, &mut notes);
        }
        let digest = self.workspace.fingerprint(&[b"score", score.score_id.as_bytes()]);
        score.score_id = ScoreId::new(first_bytes(&digest));
        let bodies = self.bodies(bodies, trace_id, "", None, &decision, &keys);
        // A score has no list of withheld fields; the counters have them.
        drop(notes.into_withheld(&mut self.tally));
        self.tenants.insert(None, keys);
        Some(ClearedScore {
            score,
            bodies,
            decision,
        })
    }

    /// A keyed number in place of a plain hash, never 0.
    fn keyed_number(&self, hash: u64) -> u64 {
        let digest = self.workspace.fingerprint(&[b"supplement", &hash.to_le_bytes()]);
        u64::from_le_bytes(first_bytes(&digest)).max(1)
    }

    fn take_echoes_out(&mut self, cleared: &mut ClearedSpan) {
        let Some(echo) = self.echoes.of(cleared.span.trace_id) else {
            return;
        };
        let span = &mut cleared.span;
        let mut count = 0;
        span.facts.retain(|_, value| {
            count += echo.take_out_of_value(value);
            true
        });
        count += echo.take_out_of_text(&mut span.name);
        for Event { name, attributes, .. } in &mut span.events {
            count += echo.take_out_of_text(name);
            count += attributes
                .iter_mut()
                .map(|(_, value)| echo.take_out_of_value(value))
                .sum::<u32>();
        }
        count += span
            .attributes
            .iter_mut()
            .map(|(_, value)| echo.take_out_of_value(value))
            .sum::<u32>();
        if count > 0 {
            let mut notes = Notes::default();
            notes.add("span", Clearance::Redacted, echo::RULE, count);
            span.withheld.extend(notes.into_withheld(&mut self.tally));
        }
        for body in &mut cleared.bodies {
            let keys = tenant_keys(&mut self.tenants, self.gate, &self.workspace_id, &body.tenant);
            let means = Means {
                policy: &self.policy,
                keys,
                capture: body.capture,
            };
            body.take_echoes_out(echo, means);
        }
    }

    fn take_echoes_out_of_score(&mut self, cleared: &mut ClearedScore) {
        let Some(echo) = cleared
            .score
            .trace_id
            .and_then(|trace_id| self.echoes.of(trace_id))
        else {
            return;
        };
        let score = &mut cleared.score;
        let mut count = echo.take_out_of_text(&mut score.name);
        count += score
            .label
            .as_mut()
            .map_or(0, |label| echo.take_out_of_text(label));
        self.tally
            .add(echo::RULE, "score", Clearance::Redacted, u64::from(count));
        for body in &mut cleared.bodies {
            let keys = tenant_keys(&mut self.tenants, self.gate, &self.workspace_id, &body.tenant);
            let means = Means {
                policy: &self.policy,
                keys,
                capture: body.capture,
            };
            body.take_echoes_out(echo, means);
        }
    }

    /// Turns a cleared body into a reference, and into content where it is stored and new to the batch.
    fn store(
        &mut self,
        body: PendingBody,
        place: &body::Place,
        contents: &mut Vec<Content>,
    ) -> trace::content::ContentRef {
        let gate = self.gate;
        let keys = tenant_keys(&mut self.tenants, gate, &self.workspace_id, &body.tenant);
        let (mut reference, text) = body.into_reference(&mut self.tally);
        let Some((text, author, media)) = text else {
            return reference;
        };
        let scope = if body::is_shared(reference.role) {
            Text::default()
        } else {
            place.scope.clone()
        };
        let class = &place.decision.retention_class;
        let digest = keys.fingerprint(&[
            b"content",
            class.as_bytes(),
            &place.tool_day.0.to_le_bytes(),
            scope.as_bytes(),
            media.as_str().as_bytes(),
            author.map_or("", trace::Author::as_str).as_bytes(),
            text.as_bytes(),
        ]);
        let content_id = ContentId::new(first_bytes(&digest));
        reference.content_id = Some(content_id);
        if self.stored.insert(content_id) {
            contents.push(Content {
                content_id,
                author,
                media,
                text: Sensitive::new(text),
                tenant_id: place.tenant_id.clone(),
                scope,
                retention_class: class.clone(),
                policy_version: place.decision.version.clone(),
                key_id: Text::default(),
            });
        }
        reference
    }
}

/// The keys of a tenant, derived once for a batch.
fn tenant_keys<'a>(
    tenants: &'a mut HashMap<Option<Text>, ScopeKeys>,
    gate: &Gate,
    workspace_id: &WorkspaceId,
    tenant: &Option<Text>,
) -> &'a ScopeKeys {
    tenants
        .entry(tenant.clone())
        .or_insert_with(|| gate.keys.tenant(workspace_id, tenant.as_deref()))
}

/// The first bytes of a digest.
fn first_bytes<const N: usize>(digest: &[u8; 32]) -> [u8; N] {
    let mut bytes = [0; N];
    for (byte, from) in bytes.iter_mut().zip(digest) {
        *byte = *from;
    }
    bytes
}
