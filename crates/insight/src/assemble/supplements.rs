//! What log records add to the span they speak of: facts it does not state itself, its messages, and the tools
//! they tell of. Each message may have come as a record of its own, so lists grow by it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use trace::content::ContentRef;
use trace::ports::LoggedSpan;
use trace::span::Span;
use trace::{Facts, Field, Kind, Role, Status, Text, Value};

/// Adds log records, in the order of the log, to their span. One that came twice is one.
pub(super) fn add(span: &mut Span, supplements: &[&Arc<LoggedSpan>]) {
    let mut bodies = Bodies::of(&span.content);
    let mut answered = ToolLists::of(&span.facts, &ANSWERED);
    let mut called = ToolLists::of(&span.facts, &CALLED);
    let mut keys = HashSet::new();
    for supplement in supplements {
        let supplement = &supplement.span;
        if !keys.insert(supplement.supplement) {
            continue;
        }
        answered.add(&supplement.facts);
        called.add(&supplement.facts);
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
        bodies.add(&mut span.content, &supplement.content);
    }
    answered.set(&mut span.facts);
    called.set(&mut span.facts);
}

/// Bodies of a role that the span has itself are the same bodies as those of its log records.
struct Bodies {
    own: HashSet<Role>,
    added: HashMap<Role, u32>,
}

impl Bodies {
    fn of(content: &[ContentRef]) -> Self {
        Self {
            own: content.iter().map(|reference| reference.role).collect(),
            added: HashMap::new(),
        }
    }

    fn add(&mut self, content: &mut Vec<ContentRef>, more: &[ContentRef]) {
        for reference in more
            .iter()
            .filter(|reference| !self.own.contains(&reference.role))
        {
            let position = self.added.entry(reference.role).or_default();
            content.push(ContentRef {
                position: *position,
                ..reference.clone()
            });
            *position = position.saturating_add(1);
        }
    }
}

/// Fields that say one thing each about the same tool calls: ids, names, and statuses where there are any.
struct Fields {
    ids: Field,
    names: Field,
    statuses: Option<Field>,
}

const ANSWERED: Fields = Fields {
    ids: Field::AnsweredToolIds,
    names: Field::AnsweredToolNames,
    statuses: Some(Field::AnsweredToolStatuses),
};
const CALLED: Fields = Fields {
    ids: Field::CalledToolIds,
    names: Field::CalledToolNames,
    statuses: None,
};

/// Such lists, while they grow.
struct ToolLists {
    fields: &'static Fields,
    has_own: bool,
    has_grown: bool,
    seen: HashSet<Text>,
    /// Id, name and status of each.
    entries: Vec<[Text; 3]>,
}

impl ToolLists {
    fn of(facts: &Facts, fields: &'static Fields) -> Self {
        let entries = entries(facts, fields);
        Self {
            fields,
            has_own: !entries.is_empty(),
            has_grown: false,
            seen: entries.iter().map(|[id, ..]| id.clone()).collect(),
            entries,
        }
    }

    /// An entry without an id is only taken where the span has no list itself: nothing would tell it apart.
    fn add(&mut self, facts: &Facts) {
        for entry in entries(facts, self.fields) {
            let [id, ..] = &entry;
            let is_new = if id.is_empty() {
                !self.has_own
            } else {
                self.seen.insert(id.clone())
            };
            if is_new {
                self.entries.push(entry);
                self.has_grown = true;
            }
        }
    }

    fn set(self, facts: &mut Facts) {
        if !self.has_grown {
            return;
        }
        let mut lists = [const { Vec::new() }; 3];
        for entry in self.entries {
            for (list, text) in lists.iter_mut().zip(entry) {
                list.push(text);
            }
        }
        let [ids, names, statuses] = lists;
        facts.set(self.fields.ids, Value::TextList(ids));
        facts.set(self.fields.names, Value::TextList(names));
        if let Some(field) = self.fields.statuses
            && statuses.iter().any(|status| !status.is_empty())
        {
            facts.set(field, Value::TextList(statuses));
        }
    }
}

fn entries(facts: &Facts, fields: &Fields) -> Vec<[Text; 3]> {
    let lists = [Some(fields.ids), Some(fields.names), fields.statuses]
        .map(|field| field.map_or(&[][..], |field| facts.list(field)));
    let [ids, names, _] = lists;
    (0..ids.len().max(names.len()))
        .map(|index| lists.map(|list| list.get(index).cloned().unwrap_or_default()))
        .collect()
}
