//! What both readers do alike: counting against the limits, cutting, and judging whether a record stands.

use super::{AnyValue, Attribute, Error, Limits, Link, LogRecord, Rejected, Resource, Scope, Span};

use std::borrow::Cow;

const TRACE_ID_SIZE_BYTES: usize = 16;
const SPAN_ID_SIZE_BYTES: usize = 8;

/// Most attributes that room is made for ahead: what a body of small records can be made to waste is bounded.
const ATTRIBUTES_EXPECTED_MAX: usize = 64;

const REASON_TRACE_ID: &str = "trace id is not 16 bytes (in JSON 32 hex digits) other than all zeros";
const REASON_SPAN_ID: &str = "span id is not 8 bytes (in JSON 16 hex digits) other than all zeros";
const REASON_PARENT_ID: &str = "parent span id is neither empty nor 8 bytes (in JSON 16 hex digits)";

/// Counts of one request.
pub(crate) struct Tally<'l> {
    /// The limits they are held against.
    pub(crate) limits: &'l Limits,
    records: usize,
    values: usize,
    rejected: Vec<Rejected>,
    attributes_expected: usize,
}

/// What was left out of one record, resource or scope.
#[derive(Default)]
pub(crate) struct Marks<'a> {
    dropped_count: u32,
    cut_fields: Vec<Cow<'a, str>>,
    is_value_cut: bool,
}

impl<'l> Tally<'l> {
    /// Nothing counted yet.
    pub(crate) const fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            records: 0,
            values: 0,
            rejected: Vec::new(),
            attributes_expected: 0,
        }
    }

    /// Counts a record, whether or not it will stand.
    pub(crate) const fn count_record(&mut self) -> Result<(), Error> {
        self.records += 1;
        if self.records > self.limits.records_max {
            return Err(Error::TooManyRecords {
                limit: self.limits.records_max,
            });
        }
        Ok(())
    }

    /// Counts anything else that takes memory of its own.
    pub(crate) const fn count_value(&mut self) -> Result<(), Error> {
        self.values += 1;
        if self.values > self.limits.values_max {
            return Err(Error::TooManyValues {
                limit: self.limits.values_max,
            });
        }
        Ok(())
    }

    /// The records left out so far.
    pub(crate) fn into_rejected(self) -> Vec<Rejected> {
        self.rejected
    }

    fn reject(&mut self, reason: &'static str) {
        match self.rejected.iter_mut().find(|known| known.reason == reason) {
            Some(known) => known.count += 1,
            None => self.rejected.push(Rejected { reason, count: 1 }),
        }
    }

    /// The text, cut to a size.
    fn fit_text<'a>(text: Cow<'a, str>, size_bytes_max: usize) -> (Cow<'a, str>, bool) {
        if text.len() <= size_bytes_max {
            return (text, false);
        }
        let end = text.floor_char_boundary(size_bytes_max);
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(..end).unwrap_or_default()),
            Cow::Owned(mut text) => {
                text.truncate(end);
                Cow::Owned(text)
            }
        };
        (text, true)
    }

    /// A name, cut to its limit; `field` is what a cut is called.
    pub(crate) fn name<'a>(
        &self,
        text: Cow<'a, str>,
        field: &'static str,
        marks: &mut Marks<'a>,
    ) -> Cow<'a, str> {
        let (text, is_cut) = Self::fit_text(text, self.limits.name_size_bytes_max);
        if is_cut {
            marks.cut(field);
        }
        text
    }

    /// A free text that is no attribute, cut to its limit; `field` is what a cut is called.
    pub(crate) fn text<'a>(
        &self,
        text: Cow<'a, str>,
        field: &'static str,
        marks: &mut Marks<'a>,
    ) -> Cow<'a, str> {
        let (text, is_cut) = Self::fit_text(text, self.limits.field_size_bytes_max);
        if is_cut {
            marks.cut(field);
        }
        text
    }

    /// A text within an attribute or body, cut to its limit.
    pub(crate) fn text_value<'a>(&self, text: Cow<'a, str>, marks: &mut Marks<'a>) -> AnyValue<'a> {
        let (text, is_cut) = Self::fit_text(text, self.limits.field_size_bytes_max);
        marks.is_value_cut |= is_cut;
        AnyValue::Text(text)
    }

    /// Bytes within an attribute or body, cut to their limit.
    pub(crate) fn bytes_value<'a>(&self, bytes: Cow<'a, [u8]>, marks: &mut Marks<'a>) -> AnyValue<'a> {
        let size_bytes_max = self.limits.field_size_bytes_max;
        if bytes.len() <= size_bytes_max {
            return AnyValue::Bytes(bytes);
        }
        marks.is_value_cut = true;
        AnyValue::Bytes(match bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(bytes.get(..size_bytes_max).unwrap_or_default()),
            Cow::Owned(mut bytes) => {
                bytes.truncate(size_bytes_max);
                Cow::Owned(bytes)
            }
        })
    }

    /// Makes room for the attributes of a record that has none yet: as many as the record before it had. Lists
    /// that grow step by step are copied three times for a usual span.
    pub(crate) fn reserve_attributes(&self, list: &mut Vec<Attribute<'_>>) {
        if list.is_empty() {
            list.reserve_exact(self.attributes_expected);
        }
    }

    /// Takes an attribute whose value was just read into the list, unless its key is too long.
    pub(crate) fn keep_attribute<'a>(
        &self,
        list: &mut Vec<Attribute<'a>>,
        attribute: Attribute<'a>,
        marks: &mut Marks<'a>,
    ) {
        let is_value_cut = std::mem::take(&mut marks.is_value_cut);
        if attribute.key.len() > self.limits.key_size_bytes_max {
            marks.drop_one();
            return;
        }
        if is_value_cut {
            marks.cut_fields.push(attribute.key.clone());
        }
        list.push(attribute);
    }

    /// Takes an entry of a map within a value, unless its key is too long: then the value counts as cut.
    pub(crate) fn keep_entry<'a>(
        &self,
        map: &mut Vec<Attribute<'a>>,
        entry: Attribute<'a>,
        marks: &mut Marks<'a>,
    ) {
        if entry.key.len() > self.limits.key_size_bytes_max {
            marks.cut_value();
        } else {
            map.push(entry);
        }
    }

    /// Judges a span that was read: `None` if it breaks a rule and was left out.
    pub(crate) fn finish_span<'a>(&mut self, mut span: Span<'a>, marks: Marks<'a>) -> Option<Span<'a>> {
        if !is_id(&span.trace_id, TRACE_ID_SIZE_BYTES) {
            self.reject(REASON_TRACE_ID);
            return None;
        }
        if !is_id(&span.span_id, SPAN_ID_SIZE_BYTES) {
            self.reject(REASON_SPAN_ID);
            return None;
        }
        if is_zeros(&span.parent_span_id) {
            span.parent_span_id = Cow::Borrowed(&[]);
        } else if span.parent_span_id.len() != SPAN_ID_SIZE_BYTES {
            self.reject(REASON_PARENT_ID);
            return None;
        }
        self.attributes_expected = span.attributes.len().min(ATTRIBUTES_EXPECTED_MAX);
        span.dropped_count = span.dropped_count.saturating_add(marks.dropped_count);
        span.cut_fields = marks.cut_fields;
        Some(span)
    }

    /// Takes a link into the list, unless it points nowhere.
    pub(crate) fn keep_link<'a>(list: &mut Vec<Link<'a>>, link: Link<'a>, marks: &mut Marks<'a>) {
        if is_id(&link.trace_id, TRACE_ID_SIZE_BYTES) && is_id(&link.span_id, SPAN_ID_SIZE_BYTES) {
            list.push(link);
        } else {
            marks.drop_one();
        }
    }

    /// Makes a log record that was read whole. Ids that are none are read as absent, as the specification says.
    pub(crate) fn finish_log_record<'a>(
        &mut self,
        mut record: LogRecord<'a>,
        marks: Marks<'a>,
    ) -> LogRecord<'a> {
        if !is_id(&record.trace_id, TRACE_ID_SIZE_BYTES) {
            record.trace_id = Cow::Borrowed(&[]);
        }
        if !is_id(&record.span_id, SPAN_ID_SIZE_BYTES) || record.trace_id.is_empty() {
            record.span_id = Cow::Borrowed(&[]);
        }
        self.attributes_expected = record.attributes.len().min(ATTRIBUTES_EXPECTED_MAX);
        record.dropped_count = record.dropped_count.saturating_add(marks.dropped_count);
        record.cut_fields = marks.cut_fields;
        record
    }

    /// Notes on a resource what was left out of it.
    pub(crate) fn finish_resource(resource: &mut Resource<'_>, marks: &Marks<'_>) {
        resource.dropped_count = resource.dropped_count.saturating_add(marks.count());
    }

    /// Notes on a scope what was left out of it.
    pub(crate) fn finish_scope(scope: &mut Scope<'_>, marks: &Marks<'_>) {
        scope.dropped_count = scope.dropped_count.saturating_add(marks.count());
    }
}

impl<'a> Marks<'a> {
    /// Something was left out.
    pub(crate) const fn drop_one(&mut self) {
        self.dropped_count = self.dropped_count.saturating_add(1);
    }

    /// The sender left something out.
    pub(crate) const fn drop_many(&mut self, count: u32) {
        self.dropped_count = self.dropped_count.saturating_add(count);
    }

    /// A field was cut.
    pub(crate) fn cut(&mut self, field: &'static str) {
        if self.cut_fields.iter().all(|known| known != field) {
            self.cut_fields.push(Cow::Borrowed(field));
        }
    }

    /// The value being read was cut, or a part of it left out.
    pub(crate) const fn cut_value(&mut self) {
        self.is_value_cut = true;
    }

    /// A value that is no attribute was read: if it was cut, `field` is what the cut is called.
    pub(crate) fn finish_value(&mut self, field: &'static str) {
        if std::mem::take(&mut self.is_value_cut) {
            self.cut(field);
        }
    }

    /// What was left out and what was cut, as attributes of [`Self::into_parts`].
    pub(crate) fn into_parts(self) -> (u32, Vec<Cow<'a, str>>) {
        (self.dropped_count, self.cut_fields)
    }

    fn count(&self) -> u32 {
        let cut_count = u32::try_from(self.cut_fields.len()).unwrap_or(u32::MAX);
        self.dropped_count.saturating_add(cut_count)
    }
}

fn is_id(bytes: &[u8], size_bytes: usize) -> bool {
    bytes.len() == size_bytes && !is_zeros(bytes)
}

fn is_zeros(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}
