//! The policy: what may be kept, in one value with a version of its own.
//!
//! The version is made from the content, so that equal policies have equal versions on every node and a span
//! says exactly which rules acted on it.

use compact_str::format_compact;

use trace::field::PrivacyClass;
use trace::{CaptureLevel, Field, Text};

use crate::attributes;
use crate::rules;

/// Most bytes of one field or body that are scanned and kept; the rest is cut and marked.
pub const FIELD_SIZE_BYTES_MAX: usize = 1024 * 1024;
/// Most bytes of bodies of one span that are scanned and kept; the rest is withheld and marked.
pub const SPAN_SIZE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Version of the gate's own logic. Raise it whenever the gate treats the same input in another way.
const GATE_VERSION: u32 = 2;
/// Retention class of bodies where the policy names no other.
const RETENTION_CLASS_DEFAULT: &str = "content";

/// What the gate may let through.
#[derive(Clone, PartialEq, Debug)]
pub struct Policy {
    version: Text,
    capture: CaptureLevel,
    retention_class: Text,
    shapes: bool,
}

impl Policy {
    /// The default policy at a capture level: facts of the registry, the documented attributes, shapes; content
    /// only from `redacted` on. `full` needs a justification and an end date, which this has not: it acts as
    /// `redacted`.
    #[must_use]
    pub fn with_capture(capture: CaptureLevel) -> Self {
        let capture = match capture {
            CaptureLevel::Full => CaptureLevel::Redacted,
            level => level,
        };
        let mut policy = Self {
            version: Text::default(),
            capture,
            retention_class: Text::const_new(RETENTION_CLASS_DEFAULT),
            shapes: true,
        };
        policy.version = policy.content_version();
        policy
    }

    /// The version: capture level and a fingerprint of everything that decides.
    #[must_use]
    pub const fn version(&self) -> &Text {
        &self.version
    }

    /// How much is kept.
    #[must_use]
    pub const fn capture(&self) -> CaptureLevel {
        self.capture
    }

    /// Retention class that bodies are stored in.
    #[must_use]
    pub const fn retention_class(&self) -> &Text {
        &self.retention_class
    }

    /// Whether shapes of arguments and results are made.
    #[must_use]
    pub const fn shapes(&self) -> bool {
        self.shapes
    }

    /// What is done with a field of the registry.
    #[must_use]
    pub const fn class(&self, field: Field) -> PrivacyClass {
        field.definition().class
    }

    fn content_version(&self) -> Text {
        let mut hasher = blake3::Hasher::new();
        let mut line = |text: &str| {
            hasher.update(text.as_bytes()).update(b"\n");
        };
        line(&format_compact!("gate {GATE_VERSION} rules {}", rules::VERSION));
        line(self.capture.as_str());
        line(&self.retention_class);
        line(&format_compact!("shapes {}", self.shapes));
        for field in Field::ALL {
            line(&format_compact!(
                "{} {:?}",
                field.definition().name,
                self.class(*field)
            ));
        }
        for (key, form) in attributes::ALLOWED {
            line(&format_compact!("{key} {form:?}"));
        }
        let digest = hasher.finalize().to_hex();
        format_compact!("{}-{}", self.capture, digest.get(..12).unwrap_or_default())
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::with_capture(CaptureLevel::Metadata)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_policies_have_equal_versions_and_others_do_not() {
        let version = |level| Policy::with_capture(level).version().clone();
        assert_eq!(version(CaptureLevel::Metadata), *Policy::default().version());
        assert_ne!(version(CaptureLevel::Metadata), version(CaptureLevel::Redacted));
        assert_eq!(version(CaptureLevel::Full), version(CaptureLevel::Redacted));
    }
}
