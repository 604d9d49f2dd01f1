//! Reading lines.

use super::{Error, Event, Phase, time};
use crate::json::{Fault, Next, Reader};
use crate::otlp::json::parse_number;
use crate::otlp::tally::{Marks, Tally};
use crate::otlp::{self, AnyValue, Attribute, Limits};

use std::borrow::Cow;

const HINT_EVENT: &str = r#"write "event":"span_started" or "event":"span_finished""#;
const HINT_ID: &str = "write a text that is not empty; the same in every line of the run or span";
const HINT_ID_LENGTH: &str = "write an id of at most 1,024 bytes, or a hash of it";
const HINT_TEXT: &str = "write a text in quotes";
const HINT_METADATA: &str = r#"write an object, as "metadata":{"gen_ai.request.model":"..."}"#;
const HINT_LATENCY: &str = "write milliseconds as a number from 0";
const HINT_TIME: &str = "write RFC 3339, as 2026-01-31T12:00:00.5Z, or seconds, milliseconds, microseconds or \
                         nanoseconds since 1970";

/// Reads the lines of a body, numbered from 1; empty lines are skipped.
///
/// Values are counted over all lines, as all of them may be held at once. How many lines a body may have is for the
/// caller to say, who sees each.
pub fn read_lines<'a, 'l>(body: &'a str, limits: &'l Limits) -> Lines<'a, 'l> {
    Lines {
        lines: body.lines().enumerate(),
        tally: Tally::new(limits),
    }
}

/// The lines of a body. See [`read_lines`].
pub struct Lines<'a, 'l> {
    lines: std::iter::Enumerate<std::str::Lines<'a>>,
    tally: Tally<'l>,
}

impl<'a> Iterator for Lines<'a, '_> {
    type Item = Result<Event<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let (index, line) = self.lines.by_ref().find(|(_, line)| !line.trim().is_empty())?;
        Some(read(line, &mut self.tally).map_err(|error| error.at_line(index + 1)))
    }
}

/// Reads one line. Its errors say line 1; [`read_lines`] counts.
///
/// # Errors
/// [`Error`] names the place, the rule and what to write.
pub fn read_line<'a>(line: &'a str, limits: &Limits) -> Result<Event<'a>, Error> {
    read(line, &mut Tally::new(limits))
}

fn read<'a>(line: &'a str, tally: &mut Tally<'_>) -> Result<Event<'a>, Error> {
    let mut line = Line {
        reader: Reader::new(line.as_bytes()),
        tally,
        marks: Marks::default(),
        draft: Draft::default(),
    };
    line.members()?;
    line.finish()
}

struct Line<'a, 't, 'l> {
    reader: Reader<'a>,
    tally: &'t mut Tally<'l>,
    marks: Marks<'a>,
    draft: Draft<'a>,
}

/// An event before it is known to be whole.
#[derive(Default)]
struct Draft<'a> {
    phase: Option<Phase>,
    run_id: Option<Cow<'a, str>>,
    span_id: Option<Cow<'a, str>>,
    parent_id: Option<Cow<'a, str>>,
    name: Option<Cow<'a, str>>,
    kind: Option<Cow<'a, str>>,
    status: Option<Cow<'a, str>>,
    latency_millis: Option<f64>,
    time_unix_nanos: Option<u64>,
    error: AnyValue<'a>,
    input: AnyValue<'a>,
    output: AnyValue<'a>,
    metadata: Vec<Attribute<'a>>,
}

impl<'a> Line<'a, '_, '_> {
    fn members(&mut self) -> Result<(), Error> {
        self.reader.begin_object().map_err(syntax)?;
        let mut is_first = true;
        while let Some(key) = self.reader.next_key(&mut is_first).map_err(syntax)? {
            self.member(key)?;
        }
        self.reader.end().map_err(syntax)
    }

    fn member(&mut self, key: Cow<'a, str>) -> Result<(), Error> {
        match key.as_ref() {
            "event" => self.draft.phase = self.phase()?,
            "run_id" => self.draft.run_id = self.id("run_id")?,
            "span_id" => self.draft.span_id = self.id("span_id")?,
            "parent_id" => self.draft.parent_id = self.id("parent_id")?.filter(|id| !id.is_empty()),
            "name" => self.draft.name = self.name("name")?,
            "kind" => self.draft.kind = self.name("kind")?,
            "status" => self.draft.status = self.name("status")?,
            "latency_ms" => self.draft.latency_millis = self.latency()?,
            "time" | "timestamp" => self.draft.time_unix_nanos = self.time()?,
            "error" => self.draft.error = self.content("error")?,
            "input" => self.draft.input = self.content("input")?,
            "output" => self.draft.output = self.content("output")?,
            "metadata" => self.metadata()?,
            _ => self.attribute(key)?,
        }
        Ok(())
    }

    fn finish(self) -> Result<Event<'a>, Error> {
        let missing = |field, hint| Error::Field {
            line: 1,
            column: 1,
            field,
            problem: "is missing",
            hint,
        };
        let draft = self.draft;
        let phase = draft.phase.ok_or_else(|| missing("event", HINT_EVENT))?;
        let given = |id: Option<Cow<'a, str>>, field| {
            id.filter(|id| !id.is_empty())
                .ok_or_else(|| missing(field, HINT_ID))
        };
        let (dropped_count, cut_fields) = self.marks.into_parts();
        Ok(Event {
            phase,
            run_id: given(draft.run_id, "run_id")?,
            span_id: given(draft.span_id, "span_id")?,
            parent_id: draft.parent_id,
            name: match (draft.name, phase) {
                (Some(name), _) => name,
                (None, Phase::Finished) => Cow::Borrowed(""),
                (None, Phase::Started) => return Err(missing("name", HINT_TEXT)),
            },
            kind: draft.kind,
            status: draft.status,
            latency_millis: draft.latency_millis,
            time_unix_nanos: draft.time_unix_nanos,
            error: draft.error,
            input: draft.input,
            output: draft.output,
            metadata: draft.metadata,
            dropped_count,
            cut_fields,
        })
    }

    fn phase(&mut self) -> Result<Option<Phase>, Error> {
        let column = self.column()?;
        match self.text("event", HINT_EVENT)?.as_deref() {
            None => Ok(None),
            Some("span_started") => Ok(Some(Phase::Started)),
            Some("span_finished") => Ok(Some(Phase::Finished)),
            Some(_) => Err(misfit("event", column, "is no event of this format", HINT_EVENT)),
        }
    }

    /// A text, or a number as it is written; counters are ids too.
    fn id(&mut self, field: &'static str) -> Result<Option<Cow<'a, str>>, Error> {
        if self.next()? == Next::Number {
            let written = self.reader.number().map_err(syntax)?;
            return Ok(Some(Cow::Borrowed(written)));
        }
        let column = self.column()?;
        let id = self.text(field, HINT_ID)?;
        let size_bytes_max = self.tally.limits.name_size_bytes_max;
        if id.as_ref().is_some_and(|id| id.len() > size_bytes_max) {
            // Cut, it would be another id.
            return Err(misfit(field, column, "is too long", HINT_ID_LENGTH));
        }
        Ok(id)
    }

    fn name(&mut self, field: &'static str) -> Result<Option<Cow<'a, str>>, Error> {
        let text = self.text(field, HINT_TEXT)?;
        Ok(text.map(|text| self.tally.name(text, field, &mut self.marks)))
    }

    fn text(&mut self, field: &'static str, hint: &'static str) -> Result<Option<Cow<'a, str>>, Error> {
        let column = self.column()?;
        match self.next()? {
            Next::Null => self.reader.skip().map(|()| None).map_err(syntax),
            Next::Text => self.reader.text().map(Some).map_err(syntax),
            _ => Err(misfit(field, column, "is no text", hint)),
        }
    }

    fn latency(&mut self) -> Result<Option<f64>, Error> {
        let column = self.column()?;
        let value = self.value(1)?;
        self.marks.finish_value("latency_ms");
        let millis = match value {
            AnyValue::Empty => return Ok(None),
            AnyValue::Double(millis) => millis,
            AnyValue::Int(millis) => time::lossy(millis),
            AnyValue::Text(text) => text.parse().unwrap_or(-1.0),
            _ => -1.0,
        };
        if !(0.0..=f64::MAX).contains(&millis) {
            return Err(misfit("latency_ms", column, "is no duration", HINT_LATENCY));
        }
        Ok(Some(millis))
    }

    fn time(&mut self) -> Result<Option<u64>, Error> {
        let column = self.column()?;
        let written = match self.next()? {
            Next::Null => return self.reader.skip().map(|()| None).map_err(syntax),
            Next::Number => Cow::Borrowed(self.reader.number().map_err(syntax)?),
            Next::Text => self.reader.text().map_err(syntax)?,
            _ => return Err(misfit("time", column, "is no time", HINT_TIME)),
        };
        match time::parse(&written) {
            Some(nanos) => Ok(Some(nanos)),
            None => Err(misfit("time", column, "is no time", HINT_TIME)),
        }
    }

    fn content(&mut self, field: &'static str) -> Result<AnyValue<'a>, Error> {
        let value = self.value(1)?;
        self.marks.finish_value(field);
        Ok(value)
    }

    fn metadata(&mut self) -> Result<(), Error> {
        let column = self.column()?;
        match self.next()? {
            Next::Null => return self.reader.skip().map_err(syntax),
            Next::Object => {}
            _ => return Err(misfit("metadata", column, "is no object", HINT_METADATA)),
        }
        self.reader.begin_object().map_err(syntax)?;
        let mut is_first = true;
        while let Some(key) = self.reader.next_key(&mut is_first).map_err(syntax)? {
            self.attribute(key)?;
        }
        Ok(())
    }

    fn attribute(&mut self, key: Cow<'a, str>) -> Result<(), Error> {
        if self.draft.metadata.len() >= self.tally.limits.attributes_max {
            self.marks.drop_one();
            return self.reader.skip().map_err(syntax);
        }
        self.count_value()?;
        let value = self.value(1)?;
        let attribute = Attribute { key, value };
        self.tally
            .keep_attribute(&mut self.draft.metadata, attribute, &mut self.marks);
        Ok(())
    }

    /// Any JSON value, the `level`-th within its attribute. Recurses no deeper than the nesting limit; what lies
    /// below is skipped without recursion.
    fn value(&mut self, level: usize) -> Result<AnyValue<'a>, Error> {
        Ok(match self.next()? {
            Next::Null => {
                self.reader.skip().map_err(syntax)?;
                AnyValue::Empty
            }
            Next::Bool => AnyValue::Bool(self.reader.bool().map_err(syntax)?),
            Next::Number => {
                let written = self.reader.number().map_err(syntax)?;
                parse_number(written).unwrap_or_default()
            }
            Next::Text => {
                let text = self.reader.text().map_err(syntax)?;
                self.tally.text_value(text, &mut self.marks)
            }
            Next::Array | Next::Object if level >= self.tally.limits.nesting_max => {
                self.reader.skip().map_err(syntax)?;
                self.marks.cut_value();
                AnyValue::Empty
            }
            Next::Array => AnyValue::List(self.list(level)?),
            Next::Object => AnyValue::Map(self.map(level)?),
        })
    }

    fn list(&mut self, level: usize) -> Result<Vec<AnyValue<'a>>, Error> {
        let mut list = Vec::new();
        self.reader.begin_array().map_err(syntax)?;
        let mut is_first = true;
        while self.reader.next_element(&mut is_first).map_err(syntax)? {
            self.count_value()?;
            list.push(self.value(level + 1)?);
        }
        Ok(list)
    }

    fn map(&mut self, level: usize) -> Result<Vec<Attribute<'a>>, Error> {
        let mut map = Vec::new();
        self.reader.begin_object().map_err(syntax)?;
        let mut is_first = true;
        while let Some(key) = self.reader.next_key(&mut is_first).map_err(syntax)? {
            self.count_value()?;
            let value = self.value(level + 1)?;
            self.tally
                .keep_entry(&mut map, Attribute { key, value }, &mut self.marks);
        }
        Ok(map)
    }

    fn count_value(&mut self) -> Result<(), Error> {
        let limit = self.tally.limits.values_max;
        self.tally
            .count_value()
            .map_err(|_: otlp::Error| Error::TooManyValues { line: 1, limit })
    }

    fn next(&mut self) -> Result<Next, Error> {
        self.reader.peek().map_err(syntax)
    }

    /// Column of the next value.
    fn column(&mut self) -> Result<usize, Error> {
        self.next()?;
        Ok(self.reader.offset() + 1)
    }
}

const fn syntax(fault: Fault) -> Error {
    Error::Json {
        line: 1,
        column: fault.offset + 1,
        problem: fault.problem,
    }
}

const fn misfit(field: &'static str, column: usize, problem: &'static str, hint: &'static str) -> Error {
    Error::Field {
        line: 1,
        column,
        field,
        problem,
        hint,
    }
}
