//! The policy file while the server runs: read anew when it changes, so that an opt-out holds within seconds.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use privacy::{Gate, Policy};

use crate::policy;

/// How often the file is looked at. An opt-out holds after this long at the latest.
const INTERVAL: Duration = Duration::from_secs(5);

/// Applies each new version of a policy file until told to stop. A file that cannot be read, or is no policy, changes
/// nothing and is warned of once.
pub(super) async fn watch(file: Option<PathBuf>, gate: Arc<Gate>, stopped: impl Future<Output = ()>) {
    let Some(file) = file else {
        return;
    };
    let mut stopped = std::pin::pin!(stopped);
    let mut last_problem = String::new();
    loop {
        tokio::select! {
            () = &mut stopped => return,
            () = tokio::time::sleep(INTERVAL) => {}
        }
        let path = file.clone();
        let read = tokio::task::spawn_blocking(move || policy::read(&path)).await;
        match read {
            Ok(Ok(policy)) => {
                last_problem.clear();
                apply(&gate, policy);
            }
            Ok(Err(failure)) => {
                let problem = failure.to_string();
                if problem != last_problem {
                    tracing::warn!(%problem, "the policy file changed and cannot be applied; the one before stays in force");
                    last_problem = problem;
                }
            }
            Err(_) => return,
        }
    }
}

fn apply(gate: &Gate, policy: Policy) {
    let before = gate.policy();
    if before.version() == policy.version() {
        return;
    }
    tracing::info!(before = %before.version(), policy = %policy.version(), "another policy is in force");
    gate.set_policy(policy);
}
