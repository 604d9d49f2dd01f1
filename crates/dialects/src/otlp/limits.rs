//! How much one request may hold: row I2 of the threat model.
//!
//! I2 counts 256 attributes of a span after decoding; OpenInference flattens whole conversations into
//! attributes, so 4,096 are allowed on the wire and the count of 256 is the mapping's to keep. Limits cut
//! visibly: what was left out is counted in `dropped_count`, what was cut is named in `cut_fields`. Only the
//! limits on the request as a whole refuse it, as a batch that large can be sent as two.

/// Most bytes [`Limits::field_size_bytes_max`] may be set to.
pub const FIELD_SIZE_BYTES_CEILING: usize = 20 * 1024 * 1024;

/// Limits on one request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Spans or log records in a request. Over it, the request is refused.
    pub records_max: usize,
    /// Attributes, events, links and elements of lists and maps in a request, counted together: bounds the
    /// memory that a body of many empty values takes (2 bytes on the wire, up to 60 here). Over it, the request
    /// is refused.
    pub values_max: usize,
    /// Attributes of a span, log record, event, link, scope or resource. The rest is dropped and counted.
    pub attributes_max: usize,
    /// Events of a span. The rest is dropped and counted.
    pub events_max: usize,
    /// Links of a span. The rest is dropped and counted.
    pub links_max: usize,
    /// Bytes of an attribute's key. An attribute with a longer key is dropped and counted: a cut key would be
    /// another key.
    pub key_size_bytes_max: usize,
    /// Bytes of a name (span, event, scope) or version. A longer one is cut at a character.
    pub name_size_bytes_max: usize,
    /// Lists and maps within one another, the attribute's own value being the first level. A deeper value is
    /// read as empty and its attribute counts as cut.
    pub nesting_max: usize,
    /// Bytes of one text or byte value. A longer text is cut at a character.
    pub field_size_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            records_max: 10_000,
            values_max: 1_000_000,
            attributes_max: 4_096,
            events_max: 128,
            links_max: 128,
            key_size_bytes_max: 256,
            name_size_bytes_max: 1_024,
            nesting_max: 32,
            field_size_bytes_max: 1024 * 1024,
        }
    }
}

impl Limits {
    /// The same limits with another field size, held at [`FIELD_SIZE_BYTES_CEILING`].
    #[must_use]
    pub fn with_field_size_bytes_max(mut self, size_bytes: usize) -> Self {
        self.field_size_bytes_max = size_bytes.min(FIELD_SIZE_BYTES_CEILING);
        self
    }
}
