//! The port for derived rows over memory.

use trace::ports::{DerivedPort, Error, Pending};
use trace::run::Derived;
use trace::{RunId, Sequence, WorkspaceId};

use super::MemoryStore;

impl DerivedPort for MemoryStore {
    fn put_derived(&self, rows: Vec<Derived>) -> Pending<'_, Result<(), Error>> {
        Box::pin(async move {
            let mut state = self.state();
            for derived in rows {
                let key = (derived.run.workspace_id.clone(), derived.run.run_id.clone());
                let known = state.runs.get(&key).map(|known| known.run.version);
                if known.is_none_or(|known| known < derived.run.version) {
                    state.runs.insert(key, derived);
                }
            }
            Ok(())
        })
    }

    fn retract(&self, workspace_id: WorkspaceId, run_ids: Vec<RunId>) -> Pending<'_, Result<(), Error>> {
        Box::pin(async move {
            let mut state = self.state();
            for run_id in run_ids {
                state.runs.remove(&(workspace_id.clone(), run_id));
            }
            Ok(())
        })
    }

    fn settled_up_to(&self, sequence: Sequence) -> Pending<'_, Result<(), Error>> {
        Box::pin(async move {
            let mut state = self.state();
            state.settled = state.settled.max(sequence);
            Ok(())
        })
    }

    fn settled_position(&self) -> Pending<'_, Result<Sequence, Error>> {
        Box::pin(async move { Ok(self.state().settled) })
    }
}
