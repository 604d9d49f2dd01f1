//! Walking JSON objects and arrays with the request's counts at hand.

use crate::json::{Fault, Reader};
use crate::otlp::tally::Tally;
use crate::otlp::{Error, Limits};

/// A walk through one body.
pub(super) struct Walk<'a, 'l> {
    /// Where it is.
    pub(super) reader: Reader<'a>,
    /// What it has counted.
    pub(super) tally: Tally<'l>,
    /// The object it is in, for errors.
    message: &'static str,
}

impl<'a, 'l> Walk<'a, 'l> {
    /// At the start of a body.
    pub(super) fn new(body: &'a [u8], limits: &'l Limits) -> Self {
        Self {
            reader: Reader::new(body),
            tally: Tally::new(limits),
            message: "the request",
        }
    }

    /// Says in which object a fault of the reader's was met.
    pub(super) fn place<T>(&self, result: Result<T, Fault>) -> Result<T, Error> {
        result.map_err(|fault| Error::Json {
            problem: fault.problem,
            message: self.message,
            offset: fault.offset,
        })
    }

    /// An error at this place.
    pub(super) const fn error(&self, problem: &'static str) -> Error {
        self.error_at(problem, self.reader.offset())
    }

    /// An error at another place.
    pub(super) const fn error_at(&self, problem: &'static str, offset: usize) -> Error {
        Error::Json {
            problem,
            message: self.message,
            offset,
        }
    }

    /// Reads an object: `member` is called for each key and has to read or skip its value. `null` has none.
    pub(super) fn object(
        &mut self,
        message: &'static str,
        mut member: impl FnMut(&mut Self, &str) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.is_null()? {
            return Ok(());
        }
        let outer = std::mem::replace(&mut self.message, message);
        let begun = self.reader.begin_object();
        self.place(begun)?;
        let mut is_first = true;
        loop {
            let key = self.reader.next_key(&mut is_first);
            let Some(key) = self.place(key)? else { break };
            member(self, &key)?;
        }
        self.message = outer;
        Ok(())
    }

    /// Reads an array: `element` is called for each element and has to read or skip it. `null` has none.
    pub(super) fn array(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.is_null()? {
            return Ok(());
        }
        let begun = self.reader.begin_array();
        self.place(begun)?;
        let mut is_first = true;
        loop {
            let has_next = self.reader.next_element(&mut is_first);
            if !self.place(has_next)? {
                return Ok(());
            }
            element(self)?;
        }
    }

    /// Reads `null` if it comes next.
    pub(super) fn is_null(&mut self) -> Result<bool, Error> {
        let is_null = self.reader.is_null();
        self.place(is_null)
    }

    /// Checks the next value and leaves it.
    pub(super) fn skip(&mut self) -> Result<(), Error> {
        let skipped = self.reader.skip();
        self.place(skipped)
    }
}
