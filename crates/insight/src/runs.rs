//! Which traces make a run.
//!
//! Traces whose topmost spans state the same run id; a trace and the one it explicitly resumes; and a run that
//! ended waiting for a person with the trace that answers it in the same session. Else one trace is one run.
//! Never by time alone, and never by session alone: a session groups runs, it does not merge them.

use std::collections::HashMap;
use std::sync::Arc;

use trace::ports::LoggedSpan;
use trace::{Field, Outcome, Record, SpanId, Text, TraceId, UnixNanos};

use crate::assemble::{self, Settings, Tree};

/// One trace, with what it says of the run it belongs to.
#[derive(Clone, Debug)]
pub struct Part {
    /// The trace.
    pub trace_id: TraceId,
    /// Its records.
    pub records: Vec<Arc<LoggedSpan>>,
    /// Run id its topmost span states.
    pub stated: Option<Text>,
    /// Traces it takes up again.
    pub resumes: Vec<TraceId>,
    /// Session its topmost span belongs to, or the first span that names one.
    pub session: Option<Text>,
    /// When its topmost span began.
    pub start: UnixNanos,
    work: Work,
}

/// What tells the work of one agent in a session from that of another.
#[derive(Clone, PartialEq, Debug)]
struct Work {
    name: Text,
    agent: Option<Text>,
    tenant: Option<Text>,
}

impl Work {
    fn may_answer(&self, asked: &Self) -> bool {
        let is_same_agent = match (&self.agent, &asked.agent) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => self.name == asked.name,
        };
        let tenants_meet = match (&self.tenant, &asked.tenant) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        };
        is_same_agent && tenants_meet
    }
}

impl Part {
    /// What these records, all of one trace, say. `None` where none of them is a span.
    #[must_use]
    pub fn of(trace_id: TraceId, records: Vec<Arc<LoggedSpan>>) -> Option<Self> {
        let (top, start) = topmost(&records)?;
        let of_top = |field: Field| {
            let mut at_top = records.iter().filter(|record| record.span.span_id == top);
            at_top.find_map(|record| record.span.facts.text(field).map(Text::from))
        };
        let session = of_top(Field::SessionId).or_else(|| {
            let named = records.iter().filter_map(|record| {
                let session = record.span.facts.text(Field::SessionId)?;
                Some((record.span.start, session))
            });
            named.min().map(|(_, session)| session.into())
        });
        let mut resumes: Vec<TraceId> = records
            .iter()
            .flat_map(|record| &record.span.links)
            .filter(|link| link.is_resume && link.trace_id != trace_id)
            .map(|link| link.trace_id)
            .collect();
        resumes.sort_unstable();
        resumes.dedup();
        let mut names = records
            .iter()
            .filter(|record| record.span.span_id == top)
            .map(|record| record.span.name.clone());
        Some(Self {
            trace_id,
            stated: of_top(Field::StatedRunId),
            resumes,
            session,
            start,
            work: Work {
                name: names.find(|name| !name.is_empty()).unwrap_or_default(),
                agent: of_top(Field::AgentName),
                tenant: of_top(Field::TenantId),
            },
            records,
        })
    }

    /// Every run id that any of its spans states.
    pub fn all_stated(&self) -> impl Iterator<Item = &str> {
        self.records
            .iter()
            .filter_map(|record| record.span.facts.text(Field::StatedRunId))
    }
}

/// The span that speaks for a trace, as in [`assemble`], without building its tree where a root is there.
fn topmost(records: &[Arc<LoggedSpan>]) -> Option<(SpanId, UnixNanos)> {
    let roots = records.iter().filter(|record| {
        record.span.record != Record::Supplement && record.span.parent_id.is_none() && !record.conflict
    });
    let order = |span: &trace::span::Span| (span.record == Record::Log, span.start, span.span_id);
    if let Some(root) = roots.min_by_key(|record| order(&record.span)) {
        return Some((root.span.span_id, root.span.start));
    }
    let tree = Tree::of(records);
    let top = assemble::topmost(&tree)?;
    Some((tree[top].span().span_id, tree[top].span().start))
}

/// Groups parts into runs. Each part is in exactly one group; parts stand in the order they began.
#[must_use]
pub fn join(mut parts: Vec<Part>, settings: &Settings) -> Vec<Vec<Part>> {
    parts.sort_by_key(|part| (part.start, part.trace_id));
    let mut groups = Groups::default();
    for part in parts {
        let mut joined = groups.told(&part);
        if joined.is_empty() {
            joined.extend(groups.asked(&part, settings));
        }
        groups.put(part, &joined);
    }
    groups
        .parts
        .into_iter()
        .filter(|group| !group.is_empty())
        .collect()
}

#[derive(Default)]
struct Groups {
    parts: Vec<Vec<Part>>,
    by_trace: HashMap<TraceId, usize>,
    by_stated: HashMap<Text, usize>,
    /// The newest group of each session.
    by_session: HashMap<Text, usize>,
    /// Traces that a part resumes before they were seen: a clock that is off turns the order around.
    resumed_later: HashMap<TraceId, usize>,
}

impl Groups {
    /// Groups that a part says it belongs to.
    fn told(&self, part: &Part) -> Vec<usize> {
        let by_stated = part.stated.as_ref().and_then(|stated| self.by_stated.get(stated));
        let by_resume = part
            .resumes
            .iter()
            .filter_map(|trace_id| self.by_trace.get(trace_id));
        let by_later = self.resumed_later.get(&part.trace_id);
        let mut groups: Vec<usize> = by_stated
            .into_iter()
            .chain(by_resume)
            .chain(by_later)
            .copied()
            .collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// The newest group of the session, if it ended waiting and this part may be its answer.
    fn asked(&self, part: &Part, settings: &Settings) -> Option<usize> {
        let index = *self.by_session.get(part.session.as_ref()?)?;
        let group = self.parts.get(index)?;
        let last = group.last()?;
        let states_another = part.stated.is_some() && part.stated != last.stated;
        if states_another || !part.work.may_answer(&last.work) {
            return None;
        }
        let records: Vec<_> = group
            .iter()
            .flat_map(|part| part.records.iter().cloned())
            .collect();
        let assembled = assemble::assemble(&records, &[], settings)?;
        let run = &assembled.derived.run;
        let has_ended = assembled.has_ended
            && run
                .duration_nanos
                .is_some_and(|nanos| run.start.plus_nanos(nanos) <= part.start);
        (has_ended && run.outcome == Outcome::Waiting).then_some(index)
    }

    fn put(&mut self, part: Part, joined: &[usize]) {
        let index = match joined.split_first() {
            None => {
                self.parts.push(Vec::new());
                self.parts.len() - 1
            }
            Some((first, others)) => {
                for other in others {
                    let moved = self.parts.get_mut(*other).map(std::mem::take).unwrap_or_default();
                    for part in moved {
                        self.place(part, *first);
                    }
                }
                *first
            }
        };
        self.place(part, index);
    }

    fn place(&mut self, part: Part, index: usize) {
        self.by_trace.insert(part.trace_id, index);
        if let Some(stated) = &part.stated {
            self.by_stated.insert(stated.clone(), index);
        }
        if let Some(session) = &part.session {
            self.by_session.insert(session.clone(), index);
        }
        for trace_id in &part.resumes {
            self.resumed_later.insert(*trace_id, index);
        }
        if let Some(group) = self.parts.get_mut(index) {
            group.push(part);
            group.sort_by_key(|part| (part.start, part.trace_id));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::sample::{SpanBuilder, span};
    use trace::{Kind, Status};

    /// Groups as text: trace numbers, runs apart.
    fn check(spans: Vec<SpanBuilder>, expected: &str) {
        let mut by_trace: HashMap<TraceId, Vec<Arc<LoggedSpan>>> = HashMap::new();
        for (sequence, span) in (1..).zip(spans) {
            let record = span.logged(sequence);
            by_trace.entry(record.span.trace_id).or_default().push(record);
        }
        let parts = by_trace
            .into_iter()
            .filter_map(|(trace_id, records)| Part::of(trace_id, records));
        let groups = join(parts.collect(), &Settings::default());
        let number = |part: &Part| part.trace_id.as_bytes()[15].to_string();
        let line = |group: &Vec<Part>| group.iter().map(number).collect::<Vec<_>>().join("+");
        assert_eq!(groups.iter().map(line).collect::<Vec<_>>().join(" "), expected);
    }

    fn root(trace: u64, from: i64) -> SpanBuilder {
        span(trace, 1)
            .kind(Kind::Agent)
            .name("agent")
            .millis(from, from + 10)
    }

    #[test]
    fn a_trace_is_a_run_of_its_own_even_in_one_session() {
        check(
            vec![
                root(1, 0).fact(Field::SessionId, "s"),
                root(2, 100).fact(Field::SessionId, "s"),
            ],
            "1 2",
        );
    }

    #[test]
    fn the_topmost_span_states_the_run() {
        let stating = |trace, from| root(trace, from).fact(Field::StatedRunId, "r");
        check(vec![stating(1, 0), stating(2, 100), root(3, 50)], "1+2 3");
        let inner = |trace: u64| span(trace, 2).below(1).fact(Field::StatedRunId, "r");
        check(vec![root(1, 0), inner(1), root(2, 100), inner(2)], "1 2");
    }

    #[test]
    fn an_explicit_resume_joins() {
        check(vec![root(1, 0), root(2, 100).resumes(1, 1)], "1+2");
        check(vec![root(1, 200), root(2, 100).resumes(1, 1)], "2+1");
    }

    #[test]
    fn an_answer_joins_the_run_that_waits_for_it() {
        let waiting = |trace, from| {
            root(trace, from)
                .fact(Field::SessionId, "s")
                .status(Status::Paused)
        };
        let answer = |trace, from| root(trace, from).fact(Field::SessionId, "s");
        check(vec![waiting(1, 0), answer(2, 100), answer(3, 200)], "1+2 3");
        check(vec![waiting(1, 0), waiting(2, 100), answer(3, 200)], "1+2+3");
        check(vec![waiting(1, 0), answer(2, 5)], "1 2");
        check(vec![waiting(1, 0), answer(2, 100).name("another agent")], "1 2");
        check(
            vec![waiting(1, 0), answer(2, 100).fact(Field::StatedRunId, "r")],
            "1 2",
        );
        check(
            vec![waiting(1, 0), root(2, 100).fact(Field::SessionId, "another")],
            "1 2",
        );
    }
}
