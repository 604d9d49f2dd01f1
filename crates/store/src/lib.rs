//! The log and the tables. The only crate that names Arrow, Parquet, Delta, DataFusion or object_store.
