//! Small facts in SQLite: the ledger, import progress, leases.
