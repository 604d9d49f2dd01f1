//! The command line: every command, argument and help text. The reference page is generated from it.

#[cfg(feature = "server")]
mod server;

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

#[cfg(feature = "server")]
pub(crate) use self::server::{
    Capture, Demo, Policy, PolicyCommand, PolicyDiff, PolicyDryRun, PolicyFile, PolicyInit, Profile, Rebuild,
    Serve, Settings,
};
use crate::terminal::ColorChoice;

/// The server that commands talk to unless said otherwise.
pub(crate) const URL_DEFAULT: &str = "http://127.0.0.1:4318";

/// Observability for AI agents: keeps every frame of a run, and says which one went wrong first.
#[derive(Debug, Parser)]
#[command(
    name = "everyframe",
    version,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    /// When to use colour on standard output
    #[arg(long, global = true, value_enum, default_value = "auto")]
    pub(crate) color: ColorChoice,

    /// What to do
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server
    #[cfg(feature = "server")]
    Serve(Serve),
    /// Run the server on an empty directory and load a small library of sample runs
    #[cfg(feature = "server")]
    Demo(Demo),
    /// Load files of telemetry: OTLP as JSON lines or protobuf, or JSON lines of events
    Import(Import),
    /// List runs, newest first
    Runs(Runs),
    /// Show one run as a tree
    Show(Show),
    /// Say which decision of a run was wrong first, with the evidence
    Explain(Explain),
    /// Say what a run or a span was about: goal, context, decision and what is missing
    Why(Why),
    /// Set two runs side by side and say where they part
    Compare(Compare),
    /// Say whether a step was the first wrong decision, or give a run any other score
    Score(Score),
    /// Say what agents are worth: success, cost, latency, safety
    Metrics(Metrics),
    /// Check that runs can be explained, and end with a failure if not: for an agent's own CI
    Check(Check),
    /// Ask in SQL over runs, calls, scores and spans; nothing can be changed
    Sql(Sql),
    /// Check a server, wait for its first span, and say what its telemetry lacks
    Doctor(Doctor),
    /// Compute every run anew from its spans, as after a change of rules or prices
    #[cfg(feature = "server")]
    Rebuild(Rebuild),
    /// Make, check and compare policies: what the gate lets through before anything is stored
    #[cfg(feature = "server")]
    Policy(Policy),
    /// Print a script that completes commands and options in your shell
    Completions(Completions),
}

/// Which server a command talks to.
#[derive(Clone, Debug, Args)]
pub(crate) struct Server {
    /// Address of the server
    #[arg(long, value_name = "URL", default_value = URL_DEFAULT, env = "EVERYFRAME_URL", hide_env_values = true)]
    pub(crate) url: String,
}

/// Load files of telemetry.
#[derive(Clone, Debug, Args)]
pub(crate) struct Import {
    /// Files to load, also compressed with gzip or zstd; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Read the sender's own attribute as one of ours, such as `bench.task.id=everyframe.run.task.id`
    #[arg(long = "map", value_name = "SENDER.KEY=everyframe.KEY")]
    pub(crate) maps: Vec<String>,
    #[command(flatten)]
    pub(crate) server: Server,
    /// Load into this directory instead, with a server that runs only for the import
    #[cfg(feature = "server")]
    #[arg(long, value_name = "DIR", conflicts_with = "url")]
    pub(crate) data: Option<PathBuf>,
    /// How much of what arrives is kept, with --data
    #[cfg(feature = "server")]
    #[arg(long, value_enum, default_value = "metadata", requires = "data")]
    pub(crate) capture: Capture,
    /// Policy that says what is kept, with --data
    #[cfg(feature = "server")]
    #[arg(long, value_name = "FILE", requires = "data", conflicts_with = "capture")]
    pub(crate) policy: Option<PathBuf>,
    #[cfg(feature = "server")]
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// Requests under way at once
    #[arg(long, value_name = "COUNT", default_value = "4", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) concurrency: u8,
    /// How long to try again while the server is away or busy, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    pub(crate) retry_for: u32,
    /// Send everything again, also what an earlier import of the same file got in
    #[arg(long)]
    pub(crate) restart: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which runs a command is about.
#[derive(Clone, Debug, Args)]
pub(crate) struct Which {
    /// Which runs, such as `outcome:failure tool:refund* cost>0.10`
    #[arg(value_name = "FILTER")]
    filter: Vec<String>,
    /// Only runs of this project
    #[arg(long, value_name = "NAME")]
    project: Option<String>,
    /// Only runs that began at or after this time
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Only runs that began before this time
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
}

impl Which {
    /// The filter, empty where every run is meant.
    pub(crate) fn filter(&self) -> String {
        self.filter.join(" ")
    }

    /// The rest of it as parameters of the API.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let named = [("project", &self.project), ("from", &self.from), ("to", &self.to)];
        named
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }
}

/// List runs.
#[derive(Clone, Debug, Args)]
pub(crate) struct Runs {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Most runs to list
    #[arg(long, value_name = "COUNT", default_value = "50", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,
    /// Column to sort by; a leading `-` sorts the largest first
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    pub(crate) sort: Option<String>,
    /// Continue after the page that ended with this cursor
    #[arg(long, value_name = "CURSOR")]
    pub(crate) cursor: Option<String>,
    #[command(flatten)]
    pub(crate) server: Server,
    /// Print the API's JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Show one run.
#[derive(Clone, Debug, Args)]
pub(crate) struct Show {
    /// Id of the run, or the start of one that only one recent run has
    #[arg(value_name = "RUN", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) run: String,
    #[command(flatten)]
    pub(crate) server: Server,
    /// Print the API's JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Say which decision was wrong first.
#[derive(Clone, Debug, Args)]
pub(crate) struct Explain {
    /// Id of the run, or the start of one that only one recent run has
    #[arg(value_name = "RUN", value_parser = NonEmptyStringValueParser::new(), required_unless_present = "all")]
    pub(crate) run: Option<String>,
    /// Explain every run, oldest first
    #[arg(long, conflicts_with = "run")]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) server: Server,
    /// Print the API's JSON, with --all one line a run
    #[arg(long)]
    pub(crate) json: bool,
}

/// Say what a run was about.
#[derive(Clone, Debug, Args)]
pub(crate) struct Why {
    /// Id of the run, or the start of one that only one recent run has
    #[arg(value_name = "RUN", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) run: String,
    /// Only this span of it
    #[arg(long, value_name = "SPAN")]
    pub(crate) span: Option<String>,
    #[command(flatten)]
    pub(crate) server: Server,
    /// Print the API's JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Set two runs side by side.
#[derive(Clone, Debug, Args)]
pub(crate) struct Compare {
    /// Id of one run, or the start of it
    #[arg(value_name = "RUN", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) a: String,
    /// Id of the other run, or the start of it
    #[arg(value_name = "RUN", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) b: String,
    #[command(flatten)]
    pub(crate) server: Server,
    /// Print the API's JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Judge a run or a step of it.
#[derive(Clone, Debug, Args)]
pub(crate) struct Score {
    /// Id of the run, or the start of one that only one recent run has
    #[arg(value_name = "RUN", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) run: String,
    /// What to say of its first wrong decision; without --step or --span, of the one that `explain` suggests
    #[arg(long, value_enum, required_unless_present = "name", conflicts_with_all = ["name", "label", "value"])]
    pub(crate) verdict: Option<Verdict>,
    /// Step that is judged, as `show` and `explain` count them
    #[arg(long, value_name = "NUMBER", conflicts_with = "span")]
    pub(crate) step: Option<u32>,
    /// Span that is judged, as 16 hex digits
    #[arg(long, value_name = "SPAN")]
    pub(crate) span: Option<String>,
    /// Name of another score, such as `user_feedback`
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Its number
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub(crate) value: Option<f64>,
    /// Its word, such as `pass`
    #[arg(long, value_name = "WORD")]
    pub(crate) label: Option<String>,
    /// What kind of judge gives it
    #[arg(long, value_enum, default_value = "human", conflicts_with = "verdict")]
    pub(crate) source: Source,
    /// Who gives it: a name that has the form of an id is kept, any other becomes a token
    #[arg(long, value_name = "WHO")]
    pub(crate) reviewer: Option<String>,
    /// What to remember about it; content, so it is not kept at capture level `metadata`
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    #[command(flatten)]
    pub(crate) server: Server,
    /// Print the API's JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a person says of a first wrong decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Verdict {
    /// This step is it
    Confirm,
    /// This step is not
    Dispute,
    /// No decision was wrong
    Nothing,
    /// Take back all I said of this run
    Withdraw,
}

impl Verdict {
    /// The label of the score.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Dispute => "dispute",
            Self::Nothing => "nothing",
            Self::Withdraw => "withdraw",
        }
    }

    /// Whether it is about one step.
    pub(crate) const fn is_about_step(self) -> bool {
        matches!(self, Self::Confirm | Self::Dispute)
    }
}

/// What kind of judge gives a score.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Source {
    /// A person
    Human,
    /// A model
    Model,
    /// A program
    Code,
}

impl Source {
    /// The word in the API.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Model => "model",
            Self::Code => "code",
        }
    }
}

/// Say what agents are worth.
#[derive(Clone, Debug, Args)]
pub(crate) struct Metrics {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Column by whose values the figures are given apart
    #[arg(long, value_name = "COLUMN")]
    pub(crate) by: Option<String>,
    #[command(flatten)]
    pub(crate) server: Server,
    /// Print the API's JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Check that runs can be explained.
#[derive(Clone, Debug, Args)]
pub(crate) struct Check {
    /// Which runs, such as `service:support start>2026-01-01`; the newest of them are checked
    #[arg(value_name = "FILTER")]
    pub(crate) filter: Vec<String>,
    /// Least share of the needed evidence that each run must have, 0 to 1
    #[arg(long, value_name = "SHARE", default_value = "0.8", value_parser = share)]
    pub(crate) threshold: f64,
    /// Signal that no run may show, such as `loop`; may be given several times
    #[arg(long, value_name = "SIGNAL")]
    pub(crate) forbid: Vec<String>,
    /// Most runs to check
    #[arg(long, value_name = "COUNT", default_value = "50", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) server: Server,
    /// Print what was found as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Ask in SQL.
#[derive(Clone, Debug, Args)]
pub(crate) struct Sql {
    /// The question, such as `SELECT agent_name, count(*) FROM runs GROUP BY 1`; `-` reads it from standard input
    #[arg(value_name = "QUERY", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) query: String,
    /// Most rows to print
    #[arg(long, value_name = "COUNT", default_value = "100", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) server: Server,
    /// Print the API's JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A number from 0 to 1.
fn share(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok();
    number
        .filter(|number| (0.0..=1.0).contains(number))
        .ok_or_else(|| "a share is a number from 0 to 1".to_owned())
}

/// Check a server and its telemetry.
#[derive(Clone, Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) server: Server,
    /// How long to wait for the first span, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    pub(crate) wait: u32,
    /// Print what was found as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Print a completion script.
#[derive(Clone, Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: Shell,
}
