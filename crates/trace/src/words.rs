//! The closed vocabularies: each is an enum whose text form is the one word used in SQL, JSON, the UI and docs.

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
        }

        impl $name {
            /// All of them, in the order they are documented.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word used everywhere outside Rust.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The variant of this word, exactly as [`Self::as_str`] writes it.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What a span does.
    Kind {
        /// An agent at work: a run, or a part of one that an agent owns.
        Agent = "agent",
        /// One request to a language model.
        Model = "model",
        /// One execution of a tool.
        Tool = "tool",
        /// A search for context.
        Retrieval = "retrieval",
        /// Text turned into vectors.
        Embedding = "embedding",
        /// Found documents put in order.
        Reranker = "reranker",
        /// A guardrail or rule that judged something.
        Policy = "policy",
        /// A person asked to allow something.
        Approval = "approval",
        /// Work passed from one agent to another.
        Handoff = "handoff",
        /// A change of state.
        State = "state",
        /// A judgement of quality.
        Evaluator = "evaluator",
        /// Reading or writing long-term memory.
        Memory = "memory",
        /// A step that only holds others: workflow, prompt rendering, parsing.
        Chain = "chain",
        /// A message of the Model Context Protocol.
        Mcp = "mcp",
        /// Anything else. Kept, as it may be the parent of what matters.
        Other = "other",
    }
}

words! {
    /// How one span ended.
    Status {
        /// It did what it was to do.
        Ok = "ok",
        /// It failed.
        Error = "error",
        /// Somebody stopped it.
        Cancelled = "cancelled",
        /// It waits for a person.
        Paused = "paused",
        /// The sender did not say.
        Unknown = "unknown",
    }
}

words! {
    /// How a whole run ended.
    Outcome {
        /// The goal was met.
        Success = "success",
        /// A part of the goal was met.
        Partial = "partial",
        /// The goal was not met.
        Failure = "failure",
        /// A person took over.
        Escalated = "escalated",
        /// The user left before the end.
        Abandoned = "abandoned",
        /// A policy or a person forbade it.
        Denied = "denied",
        /// A budget ran out.
        BudgetExhausted = "budget_exhausted",
        /// Time ran out.
        TimedOut = "timed_out",
        /// Somebody stopped it.
        Cancelled = "cancelled",
        /// It waits for a person.
        Waiting = "waiting",
        /// It has not ended.
        Running = "running",
        /// Nothing says how it ended.
        Unknown = "unknown",
    }
}

words! {
    /// Who says how a run ended.
    OutcomeSource {
        /// The sender wrote it on the run.
        Stated = "stated",
        /// A score that the configuration names says it.
        Score = "score",
        /// Everyframe read it from the spans.
        Inferred = "inferred",
    }
}

words! {
    /// Which record of a span this is.
    Record {
        /// It has begun and has not been seen to end.
        Started = "started",
        /// It is complete.
        Finished = "finished",
        /// Built from log records, as no span came.
        Log = "log",
        /// Facts and content of a log record that belong to a span told of elsewhere.
        Supplement = "supplement",
    }
}

words! {
    /// Whether a span's usage is its own or repeats that of spans below it. Only `own` is ever summed.
    UsageScope {
        /// Used by this span itself.
        Own = "own",
        /// A sum over spans below.
        Aggregate = "aggregate",
    }
}

words! {
    /// What happened to a field on its way to disk.
    Clearance {
        /// Stored as sent.
        Kept = "kept",
        /// Parts were cut out and marked.
        Redacted = "redacted",
        /// Replaced by a keyed token: equal values stay equal within a tenant.
        Tokenized = "tokenized",
        /// The policy does not allow the field.
        Dropped = "dropped",
        /// It was over a limit and cut.
        Cut = "cut",
    }
}

words! {
    /// What a body is to the span that refers to it.
    Role {
        /// A message the model was given.
        InputMessage = "input_message",
        /// A message the model produced.
        OutputMessage = "output_message",
        /// System instructions given apart from the messages.
        Instructions = "instructions",
        /// The tools the model could choose from.
        ToolDefinitions = "tool_definitions",
        /// Arguments of a tool.
        Arguments = "arguments",
        /// Result of a tool.
        Result = "result",
        /// What any other span was given.
        Input = "input",
        /// What any other span produced.
        Output = "output",
        /// A retrieved document.
        Document = "document",
        /// A search query.
        Query = "query",
        /// The goal of the run, in words.
        Goal = "goal",
        /// Why something was done or refused.
        Reason = "reason",
        /// One sentence on what was decided.
        DecisionSummary = "decision_summary",
        /// What else could have been decided.
        DecisionAlternatives = "decision_alternatives",
        /// Which keys of the state changed, and to what.
        StateDelta = "state_delta",
        /// A prompt template or its variables.
        Prompt = "prompt",
        /// The message of an error or a status.
        ErrorMessage = "error_message",
        /// The stack trace of an error.
        StackTrace = "stack_trace",
        /// Explanation or comment of a score.
        Explanation = "explanation",
        /// Any other text, named by the sender's key.
        Attribute = "attribute",
    }
}

words! {
    /// Who wrote a message.
    Author {
        /// The developer's instructions.
        System = "system",
        /// The person, or the program in their place.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// A tool that answered.
        Tool = "tool",
    }
}

words! {
    /// The form of a body's text.
    Media {
        /// A JSON value.
        Json = "json",
        /// Plain text.
        Text = "text",
    }
}

words! {
    /// How much of what arrives is kept.
    CaptureLevel {
        /// Nothing is stored.
        Off = "off",
        /// Facts and shapes, no content.
        Metadata = "metadata",
        /// Content too, after redaction.
        Redacted = "redacted",
        /// Content with the personal data in it, without secrets; needs a justification and an end date.
        Full = "full",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        assert!(
            Kind::ALL
                .iter()
                .all(|kind| Kind::parse(kind.as_str()) == Some(*kind))
        );
        assert!(
            Outcome::ALL
                .iter()
                .all(|outcome| Outcome::parse(outcome.as_str()) == Some(*outcome))
        );
        assert!(
            Role::ALL
                .iter()
                .all(|role| Role::parse(role.as_str()) == Some(*role))
        );
    }

    #[test]
    fn a_word_is_exact() {
        assert_eq!(Kind::parse("Agent"), None);
    }
}
