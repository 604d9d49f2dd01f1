//! Counts added, flushed, lost and found.

use super::*;

fn line(day: i64, counter: Counter, reason: &str) -> Line {
    Line {
        workspace_id: WorkspaceId::new("default"),
        day: Day(day),
        key_name: KEY_LOCAL.into(),
        signal: Signal::Traces,
        counter,
        reason: reason.into(),
    }
}

fn days(from: i64, to: i64) -> Query {
    Query {
        workspace_id: WorkspaceId::new("default"),
        from: Day(from),
        to: Day(to),
        key_name: None,
    }
}

#[tokio::test]
async fn counts_add_up_over_flushes() {
    let catalog = Catalog::in_memory().await.unwrap();
    for _ in 0..3 {
        catalog.tally().add(line(1, Counter::Stored, ""), 2);
        catalog.flush().await.unwrap();
    }
    catalog.tally().add(line(1, Counter::Stored, ""), 1);
    let entries = catalog.entries(&days(1, 1)).await.unwrap();
    assert_eq!(
        entries,
        [Entry {
            line: line(1, Counter::Stored, ""),
            count: 7
        }]
    );
}

#[tokio::test]
async fn only_the_days_keys_and_workspace_asked_for_are_answered() {
    let catalog = Catalog::in_memory().await.unwrap();
    let elsewhere = Line {
        workspace_id: WorkspaceId::new("other"),
        ..line(2, Counter::Stored, "")
    };
    let other_key = Line {
        key_name: "bench".into(),
        ..line(2, Counter::Stored, "")
    };
    for line in [
        line(1, Counter::Stored, ""),
        line(3, Counter::Stored, ""),
        elsewhere,
        other_key.clone(),
    ] {
        catalog.tally().add(line, 1);
    }
    let mut query = days(2, 3);
    assert_eq!(catalog.entries(&query).await.unwrap().len(), 2);
    query.key_name = Some("bench".into());
    let entries = catalog.entries(&query).await.unwrap();
    assert_eq!(
        entries,
        [Entry {
            line: other_key,
            count: 1
        }]
    );
}

#[tokio::test]
async fn a_flush_that_fails_keeps_the_counts() {
    let catalog = Catalog::in_memory().await.unwrap();
    catalog.tally().add(line(1, Counter::Refused, "a reason"), 4);
    let held = catalog.clone();
    catalog.pool.close().await;
    assert!(held.flush().await.is_err());
    assert_eq!(
        held.tally.take(),
        [Entry {
            line: line(1, Counter::Refused, "a reason"),
            count: 4
        }]
    );
}

#[tokio::test]
async fn counts_outlive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(crate::FILE_NAME);
    let catalog = Catalog::open(&path).await.unwrap();
    catalog.tally().add(line(1, Counter::Duplicate, ""), 5);
    catalog.close().await.unwrap();
    let catalog = Catalog::open(&path).await.unwrap();
    let entries = catalog.entries(&days(0, 9)).await.unwrap();
    assert_eq!(
        entries,
        [Entry {
            line: line(1, Counter::Duplicate, ""),
            count: 5
        }]
    );
}

#[test]
fn too_many_lines_are_counted_together() {
    let tally = Tally::default();
    for number in 0..LINES_MAX + 10 {
        tally.add(line(1, Counter::Refused, &number.to_string()), 1);
    }
    let entries = tally.take();
    assert_eq!(entries.len(), LINES_MAX + 1);
    let total: u64 = entries.iter().map(|entry| entry.count).sum();
    assert_eq!(total, LINES_MAX as u64 + 10);
}

#[tokio::test]
async fn counts_are_flushed_at_shutdown() {
    let catalog = Catalog::in_memory().await.unwrap();
    catalog.tally().add(line(1, Counter::Stored, ""), 1);
    catalog.run(std::future::ready(())).await;
    assert_eq!(catalog.stored_entries(&days(1, 1)).await.unwrap().len(), 1);
}
