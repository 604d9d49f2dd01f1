//! One word against one column: the word becomes an operand of the column's type, or an error that says what
//! would do.

use trace::field::ValueType;
use trace::query::{Column, Filter, Operand, Operator, Unit};
use trace::{Kind, Outcome, OutcomeSource, Status};

use super::lexer::{Symbol, Word};
use super::shape::all_of;
use super::time::{Moment, parse_moment};
use super::{Error, nearest, number};

/// Most wildcards in one pattern, so that matching it stays cheap.
const WILDCARDS_MAX: usize = 16;

/// The condition `column symbol word`. A `!=` is read as equal here; the caller turns it round.
pub(super) fn condition(
    input: &str,
    column: &'static Column,
    symbol: Symbol,
    word: &Word,
) -> Result<Filter, Error> {
    let operator = match symbol {
        Symbol::Equal | Symbol::NotEqual => Operator::Equal,
        Symbol::Less => Operator::Less,
        Symbol::LessOrEqual => Operator::LessOrEqual,
        Symbol::Greater => Operator::Greater,
        Symbol::GreaterOrEqual => Operator::GreaterOrEqual,
    };
    let question = Question {
        input,
        column,
        operator,
        word,
    };
    let is_any = word.wildcards > 0 && word.literal_stars == 0 && word.text.bytes().all(|byte| byte == b'*');
    if is_any && operator == Operator::Equal {
        return Ok(question.compare(Operand::Known));
    }
    match (column.value_type, column.unit) {
        (ValueType::Text | ValueType::TextList, _) => question.text(),
        (ValueType::Bool, _) => question.flag(),
        (ValueType::Int | ValueType::Double, Unit::Time) => question.time(),
        (ValueType::Int | ValueType::Double, _) => question.number(),
    }
}

/// Free text: some searchable column contains it.
pub(super) fn free_text(input: &str, word: &Word) -> Result<Filter, Error> {
    if word.wildcards == 0 {
        if word.text.is_empty() {
            return Err(Error::new(
                input,
                word.at.clone(),
                "there is no text between these quotes",
            ));
        }
        return Ok(Filter::Contains(word.text.clone()));
    }
    let text = word.text.trim_matches('*');
    if text.is_empty() {
        return Ok(Filter::All);
    }
    if text.contains('*') || word.literal_stars > 0 {
        return Err(
            Error::new(input, word.at.clone(), "free text has no `*` in the middle").with_hint(
                "free text is found anywhere in a name; wildcards go with a field, such as `name:refund*order`",
            ),
        );
    }
    Ok(Filter::Contains(text.to_owned()))
}

/// What a condition on this column looks like.
pub(super) fn example(column: &Column) -> String {
    let name = column.aliases.first().unwrap_or(&column.name);
    match (closed_words(column), column.value_type) {
        (Some(words), _) => format!("one of: {}", words.join(", ")),
        (None, ValueType::Text | ValueType::TextList) => {
            format!("write a text as in `{name}:word`, `{name}:wor*` or `{name}:\"two words\"`")
        }
        (None, ValueType::Bool) => "write `true` or `false`".to_owned(),
        (None, value_type) => {
            format!(
                "write it as {}",
                number::examples(column.unit, value_type == ValueType::Int)
            )
        }
    }
}

/// The words of a column with a closed vocabulary.
pub(super) fn closed_words(column: &Column) -> Option<Vec<&'static str>> {
    Some(match column.name {
        "outcome" => Outcome::ALL.iter().map(|word| word.as_str()).collect(),
        "outcome_source" => OutcomeSource::ALL.iter().map(|word| word.as_str()).collect(),
        "kind" => Kind::ALL.iter().map(|word| word.as_str()).collect(),
        "status" => Status::ALL.iter().map(|word| word.as_str()).collect(),
        _ => return None,
    })
}

struct Question<'a> {
    input: &'a str,
    column: &'static Column,
    operator: Operator,
    word: &'a Word,
}

impl Question<'_> {
    const fn compare(&self, operand: Operand) -> Filter {
        Filter::Compare(self.column, self.operator, operand)
    }

    fn error(&self, message: impl Into<String>) -> Error {
        Error::new(self.input, self.word.at.clone(), message)
    }

    fn text(&self) -> Result<Filter, Error> {
        self.needs_equality("text, which is not larger or smaller")?;
        if let Some(words) = closed_words(self.column) {
            return self.closed(&words);
        }
        if self.word.wildcards == 0 {
            if self.word.text.is_empty() {
                return Err(self
                    .error("there is no text between these quotes")
                    .with_hint(format!("for runs without it, write `-{}:*`", self.column.name)));
            }
            return Ok(self.compare(Operand::Text(self.word.text.clone())));
        }
        Ok(self.compare(Operand::Pattern(self.pattern()?)))
    }

    fn closed(&self, words: &[&'static str]) -> Result<Filter, Error> {
        let lower = self.word.text.to_lowercase();
        if self.word.wildcards > 0 {
            let pattern = self.pattern()?.to_lowercase();
            if words.iter().any(|word| is_match(&pattern, word)) {
                return Ok(self.compare(Operand::Pattern(pattern)));
            }
        } else if words.contains(&lower.as_str()) {
            return Ok(self.compare(Operand::Text(lower)));
        }
        let list = format!("the words are: {}", words.join(", "));
        let hint = match nearest::did_you_mean(&lower, words.iter().copied()) {
            Some(near) => format!("{near} {list}"),
            None => list,
        };
        let name = self.column.name;
        Err(self.error(format!("this is no word of `{name}`")).with_hint(hint))
    }

    fn flag(&self) -> Result<Filter, Error> {
        self.needs_equality("true or false")?;
        let flag = match self.word.text.to_ascii_lowercase().as_str() {
            "true" | "yes" => true,
            "false" | "no" => false,
            _ => {
                return Err(self
                    .error(format!("`{}` is true or false", self.column.name))
                    .with_hint("write `true` or `false`"));
            }
        };
        Ok(self.compare(Operand::Bool(flag)))
    }

    fn time(&self) -> Result<Filter, Error> {
        let Some((low, high)) = self.range() else {
            return Ok(self.moment(self.operator, self.read_time(&self.word.text)?));
        };
        let low = low.map(|text| self.read_time(text)).transpose()?;
        let high = high.map(|text| self.read_time(text)).transpose()?;
        self.in_order(low.zip(high).is_none_or(|(low, high)| low.start <= high.start))?;
        let low = low.map(|moment| self.moment(Operator::GreaterOrEqual, moment));
        let high = high.map(|moment| self.moment(Operator::LessOrEqual, moment));
        Ok(all_of(low.into_iter().chain(high).collect()))
    }

    fn read_time(&self, text: &str) -> Result<Moment, Error> {
        parse_moment(text).ok_or_else(|| {
            self.error(format!("`{}` is a time", self.column.name))
                .with_hint(example(self.column))
        })
    }

    /// A comparison with a stretch of time: after a day begins where the day ends.
    fn moment(&self, operator: Operator, moment: Moment) -> Filter {
        let compare = |operator, nanos| Filter::Compare(self.column, operator, Operand::Int(nanos));
        let start = moment.start.0;
        match (operator, moment.end) {
            (operator, None) => compare(operator, start),
            (Operator::Equal, Some(end)) => Filter::And(vec![
                compare(Operator::GreaterOrEqual, start),
                compare(Operator::Less, end.0),
            ]),
            (Operator::Less, Some(_)) => compare(Operator::Less, start),
            (Operator::LessOrEqual, Some(end)) => compare(Operator::Less, end.0),
            (Operator::Greater, Some(end)) => compare(Operator::GreaterOrEqual, end.0),
            (Operator::GreaterOrEqual, Some(_)) => compare(Operator::GreaterOrEqual, start),
        }
    }

    fn number(&self) -> Result<Filter, Error> {
        let Some((low, high)) = self.range() else {
            return Ok(self.compare(self.read_number(&self.word.text)?));
        };
        let low = low.map(|text| self.read_number(text)).transpose()?;
        let high = high.map(|text| self.read_number(text)).transpose()?;
        let is_in_order = match (&low, &high) {
            (Some(Operand::Int(low)), Some(Operand::Int(high))) => low <= high,
            (Some(Operand::Double(low)), Some(Operand::Double(high))) => low <= high,
            _ => true,
        };
        self.in_order(is_in_order)?;
        let compare = |operator| move |operand| Filter::Compare(self.column, operator, operand);
        let low = low.map(compare(Operator::GreaterOrEqual));
        let high = high.map(compare(Operator::LessOrEqual));
        Ok(all_of(low.into_iter().chain(high).collect()))
    }

    fn read_number(&self, text: &str) -> Result<Operand, Error> {
        let column = self.column;
        let operand = if column.value_type == ValueType::Int {
            number::parse_whole(text).map(Operand::Int)
        } else {
            number::parse_number(text, column.unit).map(Operand::Double)
        };
        operand.ok_or_else(|| {
            let what = match (column.unit, column.value_type) {
                (Unit::Millis, _) => "a duration",
                (Unit::Dollars, _) => "an amount in US dollars",
                (_, ValueType::Int) => "a whole number",
                _ => "a number",
            };
            self.error(format!("`{}` is {what}", column.name))
                .with_hint(example(column))
        })
    }

    /// The two ends of `low..high`; one may be left out.
    fn range(&self) -> Option<(Option<&str>, Option<&str>)> {
        if self.operator != Operator::Equal || self.word.is_quoted {
            return None;
        }
        let (low, high) = self.word.text.split_once("..")?;
        let part = |text| Some(text).filter(|text: &&str| !text.is_empty());
        let (low, high) = (part(low), part(high));
        if low.is_none() && high.is_none() {
            None
        } else {
            Some((low, high))
        }
    }

    fn in_order(&self, is_in_order: bool) -> Result<(), Error> {
        if is_in_order {
            return Ok(());
        }
        Err(self
            .error("this range ends before it begins")
            .with_hint("write the smaller value first"))
    }

    fn needs_equality(&self, what: &str) -> Result<(), Error> {
        if self.operator == Operator::Equal {
            return Ok(());
        }
        let name = self.column.name;
        Err(self
            .error(format!("`{name}` is {what}"))
            .with_hint(format!("write `{name}:value`")))
    }

    /// The word as a pattern: a star where one or more stood.
    fn pattern(&self) -> Result<String, Error> {
        if self.word.literal_stars > 0 {
            return Err(self
                .error("a `*` inside quotes stands for itself and cannot stand beside a wildcard")
                .with_hint("take the wildcard away, or put another `*` in place of the quoted one"));
        }
        let mut pattern = self.word.text.clone();
        let mut was_star = false;
        pattern.retain(|letter| {
            let is_repeated = letter == '*' && was_star;
            was_star = letter == '*';
            !is_repeated
        });
        if pattern.matches('*').count() > WILDCARDS_MAX {
            return Err(self.error(format!("a pattern has at most {WILDCARDS_MAX} `*`")));
        }
        Ok(pattern)
    }
}

/// Whether a pattern matches a word of a closed vocabulary.
fn is_match(pattern: &str, word: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = word.strip_prefix(first) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some(found) = rest.find(piece) else {
            return false;
        };
        rest = rest.get(found + piece.len()..).unwrap_or_default();
    }
    rest.is_empty()
}
