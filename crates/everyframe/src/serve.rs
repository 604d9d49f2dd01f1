//! `everyframe serve`: all rooms wired into one server on one directory.
//!
//! A server starts whole or not at all: it takes its ports, its directory and its key before it says that it is
//! ready, and ends in the opposite order, so that whatever it acknowledged is on disk.

mod address;
mod imports;
mod keys;
mod logging;
mod policies;
mod prices;
mod rooms;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::ProgressBar;
use serde_json::json;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use self::rooms::Rooms;
use crate::cli::{self, Capture};
use crate::failure::{Failure, Result};
use crate::policy::Kept;
use crate::terminal::print;

/// What a server is to be.
pub(crate) struct Plan {
    /// Directory of all data.
    pub(crate) data: PathBuf,
    /// Where to listen for HTTP.
    pub(crate) http: SocketAddr,
    /// Where to listen for gRPC.
    pub(crate) grpc: SocketAddr,
    /// How much is kept.
    pub(crate) kept: Kept,
    /// Everything else.
    pub(crate) settings: cli::Settings,
}

/// Runs a server until it is told to stop.
pub(crate) fn run(arguments: &cli::Serve) -> Result<()> {
    let plan = Plan {
        data: arguments.data.clone(),
        http: arguments.listen.http,
        grpc: arguments.listen.grpc,
        kept: Kept::from_arguments(arguments.policy.as_deref(), arguments.capture),
        settings: arguments.settings.clone(),
    };
    runtime()?.block_on(async {
        let stop = stop_signal()?;
        let server = Server::start(&plan).await?;
        server.say_ready();
        stop.await;
        server.stop().await;
        Ok(())
    })
}

/// The runtime everything runs on.
pub(crate) fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("everyframe")
        .build()
        .map_err(|error| Failure::new("no_runtime", "cannot start threads").because(&error))
}

/// Done when the process is asked to stop, by SIGTERM or Ctrl-C.
pub(crate) fn stop_signal() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(|error| Failure::new("no_signals", "cannot listen for SIGTERM").because(&error))?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// A server that runs.
pub(crate) struct Server {
    http: SocketAddr,
    grpc: SocketAddr,
    rooms: Rooms,
    is_ready: Arc<AtomicBool>,
    listeners_stop: watch::Sender<bool>,
    listeners: Vec<JoinHandle<()>>,
}

impl Server {
    /// Starts a server. It takes requests when this returns.
    pub(crate) async fn start(plan: &Plan) -> Result<Self> {
        logging::start()?;
        let http = address::listen(plan.http, "--http").await?;
        let grpc = address::listen(plan.grpc, "--grpc").await?;
        let addresses = http.local_addr().and_then(|http| Ok((http, grpc.local_addr()?)));
        let (http_address, grpc_address) = addresses
            .map_err(|error| Failure::new("cannot_listen", "a listener has no address").because(&error))?;
        let is_ready = Arc::new(AtomicBool::new(false));
        let rooms = Rooms::open(plan).await?;
        let router = rooms.router(&is_ready);
        let (listeners_stop, stopped) = watch::channel(false);
        let limits = ingest::ConnectionLimits::default();
        let listeners = vec![
            tokio::spawn(ingest::http::serve(
                http,
                router,
                limits.clone(),
                until(stopped.clone()),
            )),
            tokio::spawn(ingest::grpc::serve(grpc, rooms.ingest(), limits, until(stopped))),
        ];
        is_ready.store(true, Ordering::Release);
        tracing::info!(http = %http_address, grpc = %grpc_address, "ready");
        Ok(Self {
            http: http_address,
            grpc: grpc_address,
            rooms,
            is_ready,
            listeners_stop,
            listeners,
        })
    }

    /// Address of the API, as a client takes it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.http)
    }

    /// Says on standard output, in one line, that it takes requests and where.
    pub(crate) fn say_ready(&self) {
        let mut stdout = std::io::stdout().lock();
        let _ = writeln!(stdout, "ready http={} grpc={}", self.http, self.grpc);
        let _ = stdout.flush();
    }

    /// Ends: no new requests, those under way are answered, everything goes to its tables.
    pub(crate) async fn stop(self) {
        tracing::info!("stopping");
        self.is_ready.store(false, Ordering::Release);
        self.listeners_stop.send_replace(true);
        for listener in self.listeners {
            let _ = listener.await;
        }
        self.rooms.close().await;
        tracing::info!("stopped");
    }
}

/// Done when the watched value is true, or nobody can set it any more.
async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|is_stopped| *is_stopped).await;
}

/// Makes the rows of all runs of a directory anew.
pub(crate) fn rebuild(arguments: &cli::Rebuild) -> Result<()> {
    let plan = Plan {
        data: arguments.data.clone(),
        http: SocketAddr::from(([127, 0, 0, 1], 0)),
        grpc: SocketAddr::from(([127, 0, 0, 1], 0)),
        kept: Kept::Level(Capture::Metadata),
        settings: arguments.settings.clone(),
    };
    if !plan.data.is_dir() {
        return Err(Failure::new(
            "no_data",
            format!("there is no directory {}", plan.data.display()),
        )
        .hint("name the directory of a server with --data"));
    }
    let bar = ProgressBar::new(0);
    let (traces, failed) = runtime()?.block_on(async {
        logging::start()?;
        let rooms = Rooms::open(&plan).await?;
        let rebuilt = rooms
            .rebuild(|done, total| {
                bar.set_length(u64::try_from(total).unwrap_or(u64::MAX));
                bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
            })
            .await;
        rooms.close().await;
        rebuilt
    })?;
    bar.finish_and_clear();
    print(&match arguments.json {
        true => format!("{}\n", json!({"traces": traces, "failed": failed})),
        false => format!("rebuilt the runs of {traces} traces; {failed} could not be read\n"),
    });
    match failed {
        0 => Ok(()),
        failed => Err(
            Failure::new("rebuild_incomplete", format!("{failed} traces could not be read"))
                .hint("their older rows stand; the log above says why"),
        ),
    }
}
