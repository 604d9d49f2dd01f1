//! For tests: runs told in a few lines, through the gate, so that they have shapes and tokens.

use testkit::MemoryStore;
use testkit::sample::{self, SpanBuilder};
use trace::{CaptureLevel, Field, Kind, Role, RunId, Status};

use super::Subject;
use crate::assemble::{Assembled, Settings};
use crate::view;

/// A run in the making: a root agent, and steps of 10 ms each.
pub(crate) struct Story {
    trace: u64,
    spans: Vec<SpanBuilder>,
}

impl Story {
    /// A run of a task that ended so.
    pub(crate) fn new(trace: u64, outcome: &str) -> Self {
        let root = sample::span(trace, 1)
            .kind(Kind::Agent)
            .name("agent")
            .millis(0, 100_000)
            .fact(Field::AgentName, "agent")
            .fact(Field::StatedOutcome, outcome)
            .fact(Field::TaskId, "task");
        Self {
            trace,
            spans: vec![root],
        }
    }

    fn next(&self) -> SpanBuilder {
        let number = u64::try_from(self.spans.len()).unwrap() + 1;
        let from = i64::try_from(number).unwrap() * 10;
        sample::span(self.trace, number).below(1).millis(from, from + 9)
    }

    /// Any step.
    pub(crate) fn then(mut self, change: impl FnOnce(SpanBuilder) -> SpanBuilder) -> Self {
        let span = change(self.next());
        self.spans.push(span);
        self
    }

    /// A message of the person.
    pub(crate) fn says(self, text: &str) -> Self {
        self.then(|span| span.name("message").body(Role::OutputMessage, text))
    }

    /// A model call that asks for a tool, and the execution of it.
    pub(crate) fn calls(self, tool: &str, arguments: &str, result: &str) -> Self {
        self.asks(tool).then(|span| {
            span.tool(tool)
                .status(Status::Ok)
                .body(Role::Arguments, arguments)
                .body(Role::Result, result)
        })
    }

    /// The same, and the execution fails.
    pub(crate) fn fails(self, tool: &str, arguments: &str) -> Self {
        self.asks(tool).then(|span| {
            span.tool(tool)
                .status(Status::Error)
                .body(Role::Arguments, arguments)
        })
    }

    fn asks(self, tool: &str) -> Self {
        self.then(|span| {
            span.model("model", 10, 5)
                .name("chat")
                .list(Field::CalledToolNames, &[tool])
        })
    }

    /// A model call that answers.
    pub(crate) fn answers(self, text: &str) -> Self {
        self.then(|span| {
            span.model("model", 10, 5)
                .name("chat")
                .body(Role::OutputMessage, text)
        })
    }

    /// The run, assembled.
    pub(crate) fn assembled(self, level: CaptureLevel) -> Assembled {
        let store = MemoryStore::new();
        let trace = sample::trace_id(self.trace);
        store.put(sample::gate(level).clear(sample::decoded(self.spans, Vec::new())));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let assembled = runtime.block_on(async {
            let settings = Settings::default();
            view::run(&store, &sample::workspace(), &RunId::from(trace), &settings).await
        });
        assembled.unwrap().unwrap()
    }

    /// The run, ready to be explained.
    pub(crate) fn told(self) -> Subject {
        Subject::of(&self.assembled(CaptureLevel::Metadata))
    }
}
