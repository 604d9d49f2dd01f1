//! The commands that run a server in this very program.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Where OTLP over HTTP, the API and the UI are served unless said otherwise.
const HTTP_ADDRESS_DEFAULT: &str = "127.0.0.1:4318";
/// Where OTLP over gRPC is served unless said otherwise.
const GRPC_ADDRESS_DEFAULT: &str = "127.0.0.1:4317";

/// Make, check and compare policies.
#[derive(Clone, Debug, Args)]
pub(crate) struct Policy {
    /// What to do
    #[command(subcommand)]
    pub(crate) command: PolicyCommand,
}

/// What to do with policies.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Print a policy to begin with, or write it to a file
    Init(PolicyInit),
    /// Check a policy file: every rule of the format, and the examples of its own rules
    Check(PolicyFile),
    /// Show what a policy file says, and the versions that spans carry under it
    Show(PolicyFile),
    /// Say what differs between two policy files, and whether more or less would be kept
    Diff(PolicyDiff),
    /// Say what a policy would withhold or let through of telemetry in files, by agent and field
    DryRun(PolicyDryRun),
    /// Say of texts on standard input what the detectors of the default policy take out
    Scan(PolicyScan),
}

/// A policy to begin with.
#[derive(Clone, Debug, Args)]
pub(crate) struct PolicyInit {
    /// Where to write it; without it, it is printed. A file that is there already is left as it is
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// What it is for
    #[arg(long, value_enum, default_value = "production")]
    pub(crate) profile: Profile,
}

/// What a policy is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Profile {
    /// One person looking at their own agents: content after redaction
    Local,
    /// Agents at work for customers: no content, but where a scope turns it on
    Production,
    /// Where a law says what may be held: no shapes of arguments, no users
    Regulated,
}

/// One policy file.
#[derive(Clone, Debug, Args)]
pub(crate) struct PolicyFile {
    /// The policy file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A policy to try.
#[derive(Clone, Debug, Args)]
pub(crate) struct PolicyDryRun {
    /// The policy file to try
    #[arg(value_name = "POLICY")]
    pub(crate) policy: PathBuf,
    /// Files of telemetry, as `everyframe import` takes them; nothing of them is stored
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The policy file it would replace; without it, the one of --capture metadata
    #[arg(long, value_name = "POLICY")]
    pub(crate) before: Option<PathBuf>,
    /// Print the answer as JSON, with the rows in which nothing differs
    #[arg(long)]
    pub(crate) json: bool,
}

/// Two policy files.
#[derive(Clone, Debug, Args)]
pub(crate) struct PolicyDiff {
    /// The policy file before
    #[arg(value_name = "BEFORE")]
    pub(crate) before: PathBuf,
    /// The policy file after
    #[arg(value_name = "AFTER")]
    pub(crate) after: PathBuf,
    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Scan texts.
#[derive(Clone, Debug, Args)]
pub(crate) struct PolicyScan {
    /// Read lines `{"id","text","surface"?,"key"?,"chunks"?}`, and print `{"id","found":[[start,end,"type","rule"]]}`
    /// for each, with places in bytes
    #[arg(long, required = true)]
    pub(crate) json: bool,
}

/// Run the server.
#[derive(Clone, Debug, Args)]
pub(crate) struct Serve {
    /// Directory that holds all data; made if it is missing
    #[arg(long, value_name = "DIR", env = "EVERYFRAME_DATA", hide_env_values = true)]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) listen: Listen,
    /// How much of what arrives is kept, without a policy file
    #[arg(
        long,
        value_enum,
        default_value = "metadata",
        env = "EVERYFRAME_CAPTURE",
        hide_env_values = true
    )]
    pub(crate) capture: Capture,
    /// Policy that says what is kept, read anew when it changes; `everyframe policy init` writes one
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "capture",
        env = "EVERYFRAME_POLICY",
        hide_env_values = true
    )]
    pub(crate) policy: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// Where a server listens.
#[derive(Clone, Debug, Args)]
pub(crate) struct Listen {
    /// Address for OTLP over HTTP and the API; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = HTTP_ADDRESS_DEFAULT, env = "EVERYFRAME_HTTP", hide_env_values = true)]
    pub(crate) http: SocketAddr,
    /// Address for OTLP over gRPC; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = GRPC_ADDRESS_DEFAULT, env = "EVERYFRAME_GRPC", hide_env_values = true)]
    pub(crate) grpc: SocketAddr,
}

/// What a server needs besides its directory and addresses.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Settings {
    /// File of the root key; made if it is missing and nothing was stored yet.
    ///
    /// It lies outside the data directory: `everyframe/root.key` in `$XDG_CONFIG_HOME`, or else in `~/.config`.
    #[arg(
        long,
        value_name = "FILE",
        env = "EVERYFRAME_KEY_FILE",
        hide_env_values = true
    )]
    pub(crate) key_file: Option<PathBuf>,
    /// Price table that takes the place of the built-in one
    #[arg(long, value_name = "FILE", env = "EVERYFRAME_PRICES", hide_env_values = true)]
    pub(crate) prices: Option<PathBuf>,
    /// How long a run must have been quiet before its totals are written for good, in seconds
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "10",
        env = "EVERYFRAME_SETTLE_AFTER",
        hide_env_values = true
    )]
    pub(crate) settle_after: u32,
    /// Days after which everything that was received goes, counted from receipt; kept for good unless given
    #[arg(long, value_name = "DAYS", env = "EVERYFRAME_KEEP_DAYS", hide_env_values = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) keep_days: Option<u32>,
    /// The same for content alone, where it is to go earlier
    #[arg(long, value_name = "DAYS", env = "EVERYFRAME_KEEP_CONTENT_DAYS", hide_env_values = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) keep_content_days: Option<u32>,
}

/// How much of what arrives is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Capture {
    /// Facts and the shape of arguments and results; no content
    Metadata,
    /// Content too, after redaction
    Redacted,
}

/// Run the server with sample runs.
#[derive(Clone, Debug, Args)]
pub(crate) struct Demo {
    /// Directory to use, which must be empty or missing; without it a temporary one that is removed at the end
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) listen: Listen,
    /// Load the runs, print what to try, and stop
    #[arg(long)]
    pub(crate) once: bool,
}

/// Compute every run anew.
#[derive(Clone, Debug, Args)]
pub(crate) struct Rebuild {
    /// Directory that holds all data; no server may be using it
    #[arg(long, value_name = "DIR", env = "EVERYFRAME_DATA", hide_env_values = true)]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// Print the summary as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
