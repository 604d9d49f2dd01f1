//! What is known of one span while its attributes are read, each once and in any order.
//!
//! Several dialects may speak on one span. Each value comes with the [`Rank`] of the dialect that said it, and the
//! lowest rank wins whatever the order of the attributes. Content is only pointed at while reading: it is parsed
//! when all is known, and only the form that won.

use serde_json::Value as Json;
use trace::content::{Body, Sensitive};
use trace::field::ValueType;
use trace::span::Event;
use trace::{Author, Facts, Field, Kind, Media, Role, Status, Text, UnixNanos, Value};

use super::message::Message;
use super::score::Judgement;
use crate::dialect::Sender;
use crate::otlp::AnyValue;
use crate::value::{as_attribute, as_bool, as_f64, as_i64, as_str_list, as_text, plain_json};

/// Precedence of who said something; lower wins. The order is that of the reference on dialects, section 2.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Rank(u8);

impl Rank {
    pub(crate) const EVERYFRAME: Self = Self(0);
    pub(crate) const OPENINFERENCE: Self = Self(10);
    pub(crate) const LANGFUSE: Self = Self(20);
    pub(crate) const MLFLOW: Self = Self(30);
    pub(crate) const LANGSMITH: Self = Self(40);
    pub(crate) const VERCEL: Self = Self(50);
    pub(crate) const CLAUDE_CODE: Self = Self(60);
    pub(crate) const LOGFIRE: Self = Self(65);
    pub(crate) const GEN_AI: Self = Self(70);
    pub(crate) const MCP: Self = Self(80);
    pub(crate) const TRACELOOP: Self = Self(90);
    pub(crate) const NAME: Self = Self(100);
    pub(crate) const GENERIC: Self = Self(110);
    const UNSAID: Self = Self(u8::MAX);

    /// A weaker word of the same dialect: an older spelling, a derived value.
    pub(crate) const fn weaker(self, steps: u8) -> Self {
        Self(self.0.saturating_add(steps))
    }

    /// The dialect's own name.
    pub(crate) const fn dialect(self) -> Option<&'static str> {
        Some(match self.0 / 10 * 10 {
            0 => "everyframe",
            10 => "openinference",
            20 => "langfuse",
            30 => "mlflow",
            40 => "langsmith",
            50 => "vercel",
            60 if self.0 < 65 => "claude_code",
            60 => "logfire",
            70 => "otel_genai",
            80 => "mcp",
            90 => "openllmetry",
            _ => return None,
        })
    }
}

/// Content that several dialects may tell of; one of them is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Slot {
    InputMessages,
    OutputMessages,
    Instructions,
    ToolDefinitions,
    Arguments,
    Result,
    Input,
    Output,
    Query,
    Documents,
}

const SLOT_COUNT: usize = 10;

/// Where a slot's content stands.
#[derive(Debug)]
pub(crate) struct Candidate<'a> {
    rank: Rank,
    /// The sender's key.
    pub(crate) key: &'a str,
    /// The value, not yet parsed.
    pub(crate) source: Source<'a>,
}

/// A value as it lies in the request, or one taken out of another value.
#[derive(Debug)]
pub(crate) enum Source<'a> {
    Value(&'a AnyValue<'a>),
    Json(Json),
}

impl Source<'_> {
    /// As JSON; a text that holds JSON is read.
    pub(crate) fn into_json(self) -> Json {
        match self {
            Self::Value(value) => crate::value::as_json(value),
            Self::Json(value) => value,
        }
    }
}

/// Families of keys that carry an index: `llm.input_messages.3.message.role`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Family {
    InputMessage,
    OutputMessage,
    Tool,
    PromptText,
    Choice,
    Document,
    RerankedInput,
    RerankedOutput,
    EmbeddedText,
    OldPrompt,
    OldCompletion,
    OldFunction,
    Annotation,
    Evaluation,
    TraceAnnotation,
    TraceEvaluation,
}

/// One key of such a family.
#[derive(Debug)]
pub(crate) struct Indexed<'a> {
    pub(crate) family: Family,
    pub(crate) index: u32,
    /// What follows the index.
    pub(crate) rest: &'a str,
    pub(crate) value: &'a AnyValue<'a>,
}

/// How a dialect counts input tokens.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum InputCount {
    /// By the general rule: inclusive, unless the cached ones alone are more.
    #[default]
    General,
    /// Cached and cache-written tokens are left out.
    Exclusive,
    /// The dialect has made the count inclusive itself.
    MadeInclusive,
}

/// The state of reading one span.
pub(crate) struct Draft<'a> {
    pub(crate) sender: &'a Sender,
    pub(crate) facts: Facts,
    ranks: [Rank; RANKS],
    kind: (Rank, Kind),
    slots: [Option<Candidate<'a>>; SLOT_COUNT],
    pub(crate) indexed: Vec<Indexed<'a>>,
    /// Messages that came as events, in order.
    pub(crate) input_events: Vec<Message>,
    /// The same for what the model produced.
    pub(crate) output_events: Vec<Message>,
    pub(crate) bodies: Vec<Body>,
    pub(crate) attributes: Vec<(Text, Value)>,
    pub(crate) events: Vec<Event>,
    pub(crate) input_count: InputCount,
    pub(crate) total_tokens: Option<i64>,
    /// The dialect says that the usage repeats that of spans below.
    pub(crate) is_aggregate: bool,
    /// Status the dialect states in its own words, beside the one of OpenTelemetry.
    pub(crate) stated_status: Option<Status>,
    /// Class of an exception event.
    pub(crate) exception: Option<Text>,
    /// Set where an event or error says that the work waits for a person.
    pub(crate) is_interrupt: bool,
    /// A key of OpenLLMetry was read: the conventions it follows are told in its way.
    pub(crate) is_traceloop: bool,
    /// The record adds to a span told of elsewhere.
    pub(crate) is_supplement: bool,
    /// The sender's own status is an error.
    pub(crate) is_error: bool,
    /// When the first token came.
    pub(crate) first_token_at: Option<UnixNanos>,
    /// Values a dialect looks at again when all is read, by their keys.
    notes: Vec<(&'a str, &'a AnyValue<'a>)>,
    /// Judgements that stand among the attributes or events.
    pub(crate) scores: Vec<Judgement>,
}

/// More than any field's number; a field beyond it would lose its rank, not its value.
const RANKS: usize = 192;

impl<'a> Draft<'a> {
    /// Nothing known yet.
    pub(crate) const fn new(sender: &'a Sender) -> Self {
        Self {
            sender,
            facts: Facts::new(),
            ranks: [Rank::UNSAID; RANKS],
            kind: (Rank::UNSAID, Kind::Other),
            slots: [const { None }; SLOT_COUNT],
            indexed: Vec::new(),
            input_events: Vec::new(),
            output_events: Vec::new(),
            bodies: Vec::new(),
            attributes: Vec::new(),
            events: Vec::new(),
            input_count: InputCount::General,
            total_tokens: None,
            is_aggregate: false,
            stated_status: None,
            exception: None,
            is_interrupt: false,
            is_traceloop: false,
            is_supplement: false,
            is_error: false,
            first_token_at: None,
            notes: Vec::new(),
            scores: Vec::new(),
        }
    }

    /// What the span does, says a dialect.
    pub(crate) fn kind(&mut self, rank: Rank, kind: Kind) {
        if rank < self.kind.0 {
            self.kind = (rank, kind);
        }
    }

    /// The kind known so far.
    pub(crate) const fn current_kind(&self) -> Kind {
        self.kind.1
    }

    /// Who decided the kind.
    pub(crate) const fn kind_rank(&self) -> Rank {
        self.kind.0
    }

    /// Another kind, decided by the same dialect.
    pub(crate) const fn set_kind(&mut self, kind: Kind) {
        self.kind.1 = kind;
    }

    /// Sets a field unless a dialect of lower rank already has.
    pub(crate) fn set(&mut self, rank: Rank, field: Field, value: impl Into<Value>) {
        let index = usize::from(field as u16);
        let known = self.ranks.get(index).copied().unwrap_or(Rank::UNSAID);
        if rank >= known {
            return;
        }
        let value = value.into();
        let is_empty = match &value {
            Value::Text(text) => text.is_empty(),
            Value::TextList(list) => list.is_empty(),
            _ => false,
        };
        if is_empty {
            return;
        }
        self.facts.set(field, value);
        if let Some(slot) = self.ranks.get_mut(index) {
            *slot = rank;
        }
    }

    /// Sets a field from a value of whatever type, read as the field's own type.
    pub(crate) fn read(&mut self, rank: Rank, field: Field, value: &AnyValue<'_>) {
        match field.definition().value_type {
            ValueType::Text => {
                if let Some(text) = as_text(value) {
                    self.set(rank, field, Text::from(text));
                }
            }
            ValueType::TextList => self.set(rank, field, as_str_list(value)),
            ValueType::Int => {
                if let Some(number) = as_i64(value) {
                    self.set(rank, field, number);
                }
            }
            ValueType::Double => {
                if let Some(number) = as_f64(value) {
                    self.set(rank, field, number);
                }
            }
            ValueType::Bool => {
                if let Some(flag) = as_bool(value) {
                    self.set(rank, field, flag);
                }
            }
        }
    }

    /// Sets a number field from a value in another unit.
    pub(crate) fn read_scaled(&mut self, rank: Rank, field: Field, value: &AnyValue<'_>, factor: f64) {
        if let Some(number) = as_f64(value) {
            self.set(rank, field, number * factor);
        }
    }

    /// Sets a field and marks it as inferred.
    pub(crate) fn infer(&mut self, rank: Rank, field: Field, value: impl Into<Value>) {
        let index = usize::from(field as u16);
        if self.ranks.get(index).is_some_and(|known| rank < *known) {
            self.set(rank, field, value);
            self.facts.mark_inferred(field);
        }
    }

    /// Points at content.
    pub(crate) fn point(&mut self, rank: Rank, slot: Slot, key: &'a str, value: &'a AnyValue<'a>) {
        self.offer(rank, slot, key, Source::Value(value));
    }

    /// Offers content taken out of another value.
    pub(crate) fn offer(&mut self, rank: Rank, slot: Slot, key: &'a str, source: Source<'a>) {
        if let Some(known) = self.slots.get_mut(slot as usize)
            && known.as_ref().is_none_or(|known| rank < known.rank)
        {
            *known = Some(Candidate { rank, key, source });
        }
    }

    /// Takes content out.
    pub(crate) fn take(&mut self, slot: Slot) -> Option<Candidate<'a>> {
        self.slots.get_mut(slot as usize)?.take()
    }

    /// Whether content was pointed at.
    pub(crate) fn has(&self, slot: Slot) -> bool {
        self.slots.get(slot as usize).is_some_and(Option::is_some)
    }

    /// The content pointed at, left where it is.
    pub(crate) fn peek(&self, slot: Slot) -> Option<&Source<'a>> {
        self.slots
            .get(slot as usize)?
            .as_ref()
            .map(|candidate| &candidate.source)
    }

    /// Puts a value aside for when all is read.
    pub(crate) fn note(&mut self, key: &'a str, value: &'a AnyValue<'a>) {
        self.notes.push((key, value));
    }

    /// A value put aside.
    pub(crate) fn noted(&self, key: &str) -> Option<&'a AnyValue<'a>> {
        self.notes
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| *value)
    }

    /// Notes a key that carries an index; `false` if there is none.
    pub(crate) fn index(&mut self, family: Family, path: &'a str, value: &'a AnyValue<'a>) -> bool {
        let (index, rest) = path.split_once('.').unwrap_or((path, ""));
        let Ok(index) = index.parse() else {
            return false;
        };
        self.indexed.push(Indexed {
            family,
            index,
            rest,
            value,
        });
        true
    }

    /// Adds a body of text at the next place of its role.
    pub(crate) fn body(&mut self, role: Role, key: &str, media: Media, text: String) {
        self.authored_body(role, None, key, media, text);
    }

    /// Adds a body with its author.
    pub(crate) fn authored_body(
        &mut self,
        role: Role,
        author: Option<Author>,
        key: &str,
        media: Media,
        text: String,
    ) {
        if text.is_empty() {
            return;
        }
        let position = self.bodies.iter().filter(|body| body.role == role).count();
        self.bodies.push(Body {
            role,
            position: u32::try_from(position).unwrap_or(u32::MAX),
            author,
            key: key.into(),
            media,
            text: Sensitive::new(text),
        });
    }

    /// Adds a body from a value: text as it is, anything else as JSON.
    pub(crate) fn body_of(&mut self, role: Role, key: &str, value: &AnyValue<'_>) {
        match value {
            AnyValue::List(_) | AnyValue::Map(_) => {
                self.body(role, key, Media::Json, plain_json(value, 0).to_string());
            }
            other => {
                if let Some(text) = as_text(other) {
                    self.body(role, key, Media::Text, text.into_owned());
                }
            }
        }
    }

    /// Keeps an attribute that no dialect knows: as an attribute if it is short, else as content.
    pub(crate) fn keep(&mut self, key: &str, value: &AnyValue<'_>) {
        match as_attribute(value) {
            Some(value) => self.attributes.push((key.into(), value)),
            None => self.body_of(Role::Attribute, key, value),
        }
    }
}
