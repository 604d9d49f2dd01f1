//! Content: text that people, models and tools wrote. It is never inside a span or run row: rows hold
//! references, bodies are stored once, apart, with their own retention and access right.

use crate::ids::{ContentId, Text};
use crate::words::{Author, Clearance, Media, Role};

/// A value that must not reach a log, an error or a debug print. Getting at it is one greppable method.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Whoever calls this must not print it.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, owned.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> std::fmt::Debug for Sensitive<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("▨")
    }
}

impl<T> std::fmt::Display for Sensitive<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("▨")
    }
}

/// One body as a dialect read it, before the gate.
#[derive(Clone, PartialEq, Debug)]
pub struct Body {
    /// What it is to its span.
    pub role: Role,
    /// Its place among the bodies of the same role, from 0.
    pub position: u32,
    /// Who wrote it, for messages.
    pub author: Option<Author>,
    /// The sender's key it came under; key rules look at it.
    pub key: Text,
    /// Its form.
    pub media: Media,
    /// The text. Messages are JSON: `{"role":…,"parts":[…]}` as in the OpenTelemetry conventions.
    pub text: Sensitive<String>,
}

/// A span's reference to a stored body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContentRef {
    /// What the body is to the span.
    pub role: Role,
    /// Its place among the bodies of the same role, from 0.
    pub position: u32,
    /// The body; `None` where the policy withheld it.
    pub content_id: Option<ContentId>,
    /// Length of what arrived, in bytes of UTF-8.
    pub size_bytes: u64,
    /// What the gate did with it.
    pub clearance: Clearance,
    /// What was taken out of it, by rule; never what it was.
    pub removals: Vec<Removal>,
}

/// What one rule took out of one value. Says that and how often, never what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Removal {
    /// The rule that acted.
    pub rule: Text,
    /// What was done.
    pub clearance: Clearance,
    /// How many places.
    pub count: u32,
    /// Bytes taken out in all.
    pub size_bytes: u64,
}

/// One stored body, after the gate.
#[derive(Clone, PartialEq, Debug)]
pub struct Content {
    /// Its id: equal cleared text in one scope has one id.
    pub content_id: ContentId,
    /// Who wrote it, for messages.
    pub author: Option<Author>,
    /// Its form.
    pub media: Media,
    /// The cleared text.
    pub text: Sensitive<String>,
    /// Tenant whose policy cleared it; retention and erasure act per tenant.
    pub tenant_id: Option<Text>,
    /// Session, or else trace, that the body was stored for.
    pub scope: Text,
    /// Retention class.
    pub retention_class: Text,
    /// Version of the policy that cleared it.
    pub policy_version: Text,
    /// Data key that seals the body, or empty where it is stored in the clear.
    pub key_id: Text,
}
