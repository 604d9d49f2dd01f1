//! The grammar, by recursive descent of bounded depth:
//!
//! ```text
//! either  = all { "OR" all }
//! all     = one { [ "AND" ] one }
//! one     = ( "NOT" | "-" ) one | "(" either ")" | has | field | text
//! has     = "has(" either [ "after" either ] ")"
//! field   = name symbol ( value { "," value } | "(" values ")" )
//! ```

use trace::query::{Column, FILTER_DEPTH_MAX, FILTER_TERMS_MAX, Filter, Has};

use super::about::About;
use super::lexer::{Lexer, Stop, Symbol};
use super::shape::{all_of, any_of, depth};
use super::{Error, FILTER_SIZE_BYTES_MAX, value};

/// What stands where a term may stand.
#[derive(Clone, Copy)]
enum Scope {
    /// Terms of any kind.
    Terms,
    /// Values of one field: `field:(a OR b)`.
    Values(&'static Column),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keyword {
    And,
    Or,
    Not,
    After,
}

pub(super) fn parse(text: &str) -> Result<Filter, Error> {
    if text.len() > FILTER_SIZE_BYTES_MAX {
        let message = format!(
            "a filter has at most {FILTER_SIZE_BYTES_MAX} bytes, this one has {}",
            text.len()
        );
        return Err(Error::new(
            text,
            FILTER_SIZE_BYTES_MAX..FILTER_SIZE_BYTES_MAX + 1,
            message,
        ));
    }
    let mut parser = Parser {
        lexer: Lexer::new(text),
        about: About::Runs,
        terms: 0,
        depth: 0,
    };
    parser.lexer.skip_space();
    if parser.lexer.peek().is_none() {
        return Ok(Filter::All);
    }
    let filter = parser.either(Scope::Terms)?;
    parser.lexer.skip_space();
    let position = parser.lexer.position();
    if position < text.len() {
        return Err(Error::new(
            text,
            position..position + 1,
            "there is nothing for this `)` to close",
        ));
    }
    if depth(&filter) > FILTER_DEPTH_MAX {
        return Err(Error::new(text, 0..text.len(), too_deep()));
    }
    Ok(filter)
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    about: About,
    terms: usize,
    depth: usize,
}

impl Parser<'_> {
    fn either(&mut self, scope: Scope) -> Result<Filter, Error> {
        let mut items = vec![self.all(scope)?];
        while self.peek_keyword() == Some(Keyword::Or) {
            self.take_keyword();
            items.push(self.all(scope)?);
        }
        Ok(any_of(items))
    }

    fn all(&mut self, scope: Scope) -> Result<Filter, Error> {
        let mut items = vec![self.one(scope)?];
        loop {
            self.lexer.skip_space();
            if matches!(self.lexer.peek(), None | Some(')')) {
                break;
            }
            match (self.peek_keyword(), scope) {
                (Some(Keyword::Or | Keyword::After), _) => break,
                (Some(Keyword::And), _) => self.take_keyword(),
                (_, Scope::Terms) => {}
                (_, Scope::Values(_)) => {
                    return Err(self.expected_here("`OR`, `AND` or `)` between the values of a field"));
                }
            }
            items.push(self.one(scope)?);
        }
        Ok(all_of(items))
    }

    fn one(&mut self, scope: Scope) -> Result<Filter, Error> {
        self.lexer.skip_space();
        let start = self.lexer.position();
        if self.peek_keyword() == Some(Keyword::Not) {
            self.take_keyword();
            return self.deeper(start, |parser| Ok(Filter::Not(Box::new(parser.one(scope)?))));
        }
        match (self.lexer.peek(), scope) {
            (Some('('), _) => {
                self.lexer.take('(');
                self.deeper(start, |parser| {
                    let inner = parser.either(scope)?;
                    parser.close(start)?;
                    Ok(inner)
                })
            }
            (Some('-'), Scope::Terms) => {
                self.lexer.take('-');
                if self.lexer.peek().is_none_or(char::is_whitespace) {
                    return Err(self
                        .error(start, "`-` stands right before what it takes out")
                        .with_hint("write `-outcome:success`, or quote a dash to search for it: `\"-\"`"));
                }
                self.deeper(start, |parser| Ok(Filter::Not(Box::new(parser.one(scope)?))))
            }
            (_, Scope::Terms) => self.term(),
            (_, Scope::Values(column)) => self.value(column, Symbol::Equal),
        }
    }

    fn deeper(
        &mut self,
        start: usize,
        inner: impl FnOnce(&mut Self) -> Result<Filter, Error>,
    ) -> Result<Filter, Error> {
        self.depth += 1;
        if self.depth > FILTER_DEPTH_MAX {
            return Err(self.error(start, too_deep()));
        }
        let filter = inner(self);
        self.depth -= 1;
        filter
    }

    fn term(&mut self) -> Result<Filter, Error> {
        let start = self.lexer.position();
        if matches!(
            self.peek_keyword(),
            Some(Keyword::And | Keyword::Or | Keyword::After)
        ) {
            return Err(self
                .expected_here("a term before this word")
                .with_hint("to search for the word itself, quote it"));
        }
        let name = self.lexer.take_name();
        let name_end = self.lexer.position();
        if name.eq_ignore_ascii_case("has") && self.lexer.take('(') {
            return self.deeper(start, |parser| parser.has(start));
        }
        self.lexer.skip_space();
        if let Some(symbol) = self.lexer.take_symbol() {
            if name.is_empty() {
                return Err(self
                    .error(start, "there is no field name before this")
                    .with_hint("write `field:value`, or quote the text to search for it"));
            }
            let column = self.about.column(self.lexer.input(), name, start..name_end)?;
            return self.values(column, symbol);
        }
        self.lexer.go_back(start);
        self.free_text()
    }

    fn has(&mut self, start: usize) -> Result<Filter, Error> {
        if self.about == About::Calls {
            return Err(self
                .error(start, "`has(` cannot stand inside another `has(`")
                .with_hint(
                    "use `after`, as in `has(tool:pay after policy:limits)`, or two `has(…)` side by side",
                ));
        }
        self.about = About::Calls;
        self.lexer.skip_space();
        if self.lexer.peek() == Some(')') {
            return Err(self.expected_here("a condition, such as `has(tool:search status:error)`"));
        }
        let condition = self.either(Scope::Terms)?;
        let mut after = None;
        if self.peek_keyword() == Some(Keyword::After) {
            self.take_keyword();
            after = Some(self.either(Scope::Terms)?);
        }
        if self.peek_keyword() == Some(Keyword::After) {
            return Err(self.expected_here("one `after` at most"));
        }
        self.close(start)?;
        self.about = About::Runs;
        Ok(Filter::Has(Box::new(Has { condition, after })))
    }

    fn values(&mut self, column: &'static Column, symbol: Symbol) -> Result<Filter, Error> {
        self.lexer.skip_space();
        let start = self.lexer.position();
        let is_equality = matches!(symbol, Symbol::Equal | Symbol::NotEqual);
        let filter = if self.lexer.peek() == Some('(') {
            if !is_equality {
                return Err(self.expected_here("one value after this comparison"));
            }
            self.lexer.take('(');
            self.deeper(start, |parser| {
                let inner = parser.either(Scope::Values(column))?;
                parser.close(start)?;
                Ok(inner)
            })?
        } else {
            let mut items = vec![self.value(column, symbol)?];
            while self.lexer.take(',') {
                if !is_equality {
                    return Err(self.expected_here("one value after this comparison"));
                }
                items.push(self.value(column, symbol)?);
            }
            any_of(items)
        };
        Ok(if symbol == Symbol::NotEqual {
            Filter::Not(Box::new(filter))
        } else {
            filter
        })
    }

    fn value(&mut self, column: &'static Column, symbol: Symbol) -> Result<Filter, Error> {
        let word = self.lexer.take_word(Stop::Value)?;
        if word.at.is_empty() {
            return Err(self
                .expected_here(&format!("a value for `{}`", column.name))
                .with_hint(value::example(column)));
        }
        let filter = value::condition(self.lexer.input(), column, symbol, &word)?;
        self.count_terms(word.at.start, &filter)?;
        Ok(filter)
    }

    fn free_text(&mut self) -> Result<Filter, Error> {
        let word = self.lexer.take_word(Stop::Text)?;
        if word.at.is_empty() {
            return Err(self.expected_here("a term"));
        }
        let filter = value::free_text(self.lexer.input(), &word)?;
        self.count_terms(word.at.start, &filter)?;
        Ok(filter)
    }

    /// A range or a day is two terms of the plan.
    fn count_terms(&mut self, start: usize, filter: &Filter) -> Result<(), Error> {
        self.terms += match filter {
            Filter::And(ends) => ends.len(),
            _ => 1,
        };
        if self.terms > FILTER_TERMS_MAX {
            return Err(self.error(start, format!("a filter has at most {FILTER_TERMS_MAX} terms")));
        }
        Ok(())
    }

    fn close(&mut self, opened_at: usize) -> Result<(), Error> {
        self.lexer.skip_space();
        if self.lexer.take(')') {
            return Ok(());
        }
        match self.lexer.peek() {
            None => Err(self.error(opened_at, "this parenthesis is never closed")),
            Some(_) => Err(self.expected_here("`)`")),
        }
    }

    fn peek_keyword(&mut self) -> Option<Keyword> {
        self.lexer.skip_space();
        let word = self.lexer.peek_bare_word()?;
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword);
        if is("and") {
            Some(Keyword::And)
        } else if is("or") {
            Some(Keyword::Or)
        } else if is("not") {
            Some(Keyword::Not)
        } else if is("after") && self.about == About::Calls {
            Some(Keyword::After)
        } else {
            None
        }
    }

    fn take_keyword(&mut self) {
        let size = self.lexer.peek_bare_word().unwrap_or_default().len();
        self.lexer.advance(size);
    }

    fn error(&self, start: usize, message: impl Into<String>) -> Error {
        let end = self.lexer.position().max(start + 1);
        Error::new(self.lexer.input(), start..end, message)
    }

    /// The error for something else than `what` at the present place.
    fn expected_here(&mut self, what: &str) -> Error {
        self.lexer.skip_space();
        let start = self.lexer.position();
        let size = self
            .lexer
            .peek_bare_word()
            .map(str::len)
            .or_else(|| self.lexer.peek().map(char::len_utf8))
            .unwrap_or(0);
        Error::new(
            self.lexer.input(),
            start..start + size,
            format!("expected {what}"),
        )
    }
}

fn too_deep() -> String {
    format!("a filter is nested at most {FILTER_DEPTH_MAX} deep")
}
