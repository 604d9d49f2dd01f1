//! What a command answers when it cannot do what was asked: a stable code, a sentence, and what to do next.

use std::fmt;

/// Why a command ended without having done its work.
#[derive(Debug)]
pub(crate) struct Failure {
    code: &'static str,
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
}

/// The result of a command.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// A failure with its code, which never changes, and a sentence in lower case without a full stop.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            causes: Vec::new(),
            hint: None,
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the chain of causes, outermost first.
    #[must_use]
    pub(crate) fn because(mut self, error: &dyn std::error::Error) -> Self {
        self.causes.push(error.to_string());
        let mut source = error.source();
        while let Some(inner) = source {
            self.causes.push(inner.to_string());
            source = inner.source();
        }
        self
    }

    /// Its stable code.
    #[cfg(test)]
    pub(crate) const fn code(&self) -> &'static str {
        self.code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "error[{}]: {}", self.code, self.message)?;
        for cause in &self.causes {
            write!(formatter, ": {cause}")?;
        }
        if let Some(hint) = &self.hint {
            write!(formatter, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_code_causes_and_hint() {
        let inner = std::io::Error::new(std::io::ErrorKind::AddrInUse, "address in use");
        let failure = Failure::new("port_in_use", "cannot listen on 127.0.0.1:4318")
            .because(&inner)
            .hint("stop the other program, or choose another port with --http");
        assert_eq!(
            failure.to_string(),
            "error[port_in_use]: cannot listen on 127.0.0.1:4318: address in use\n\
             hint: stop the other program, or choose another port with --http"
        );
    }
}
