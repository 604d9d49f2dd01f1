//! Every catalog ever written must open, and what stands in it must be found.

#[cfg(test)]
mod versions {
    use std::path::Path;

    use catalog::ledger::{Counter, Ledger, Query, Signal};
    use catalog::{Catalog, Error};
    use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
    use trace::WorkspaceId;
    use trace::time::Day;

    const VERSION_1: &str = include_str!("fixtures/v1.sql");

    async fn write(path: &Path, dump: &'static str) {
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
        let pool = SqlitePool::connect_with(options).await.unwrap();
        sqlx::raw_sql(dump).execute(&pool).await.unwrap();
        pool.close().await;
    }

    #[tokio::test]
    async fn a_catalog_of_version_1_opens_and_holds_what_it_held() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(catalog::FILE_NAME);
        write(&path, VERSION_1).await;

        let catalog = Catalog::open(&path).await.unwrap();
        let query = Query {
            workspace_id: WorkspaceId::new("default"),
            from: Day(20_000),
            to: Day(20_000),
            key_name: None,
        };
        let entries = catalog.entries(&query).await.unwrap();
        let found: Vec<_> = entries
            .iter()
            .map(|entry| (entry.line.signal, entry.line.counter, entry.count))
            .collect();
        assert_eq!(
            found,
            [
                (Signal::Metrics, Counter::NotKept, 3),
                (Signal::Traces, Counter::Stored, 42)
            ]
        );
        let progress = catalog.import_progress("file", "options").await.unwrap().unwrap();
        assert_eq!(
            (progress.byte_offset, progress.line, progress.is_finished),
            (1000, 11, false)
        );
        let prices = catalog.price_overrides().await.unwrap();
        assert_eq!(
            (prices.len(), prices[0].cache_read, prices[0].cache_write),
            (1, Some(0.075), None)
        );
        assert_eq!(
            catalog.setting("capture_level").await.unwrap().as_deref(),
            Some("metadata")
        );
    }

    #[tokio::test]
    async fn a_catalog_of_a_newer_version_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(catalog::FILE_NAME);
        write(&path, VERSION_1).await;
        let newer =
            "INSERT INTO _sqlx_migrations VALUES (9999, 'of tomorrow', '2030-01-01 00:00:00', 1, x'00', 1)";
        write(&path, newer).await;
        assert!(matches!(Catalog::open(&path).await, Err(Error::Migrate(_))));
    }

    #[tokio::test]
    async fn what_is_no_catalog_is_refused_and_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(catalog::FILE_NAME);
        let text = "this is no database, but long enough to be looked at as if it were one".repeat(50);
        std::fs::write(&path, &text).unwrap();
        assert!(Catalog::open(&path).await.is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        assert!(matches!(
            Catalog::open(&directory.path().join("missing").join("file")).await,
            Err(Error::Open(_))
        ));
    }
}
