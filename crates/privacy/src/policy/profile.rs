//! Policies to begin with.

/// A policy to begin with, as a file that says what each line is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Profile {
    /// One person looking at their own agents: content after redaction.
    Local,
    /// Agents at work for customers: no content, but where a scope turns it on.
    Production,
    /// Where a law says what may be held: less than `production`.
    Regulated,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Local, Self::Production, Self::Regulated];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Production => "production",
            Self::Regulated => "regulated",
        }
    }

    /// The file.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Local => include_str!("profiles/local.toml"),
            Self::Production => include_str!("profiles/production.toml"),
            Self::Regulated => include_str!("profiles/regulated.toml"),
        }
    }
}
