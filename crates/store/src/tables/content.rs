//! The table `content`: cleared bodies, each once in its scope, with retention and access of their own.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use trace::content::{Content, Sensitive};
use trace::{ContentId, Media, ProjectId, Sequence, UnixNanos, WorkspaceId};

use crate::columns::{Column, Reader, Writer, signed};

/// A body with where and when it came.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) workspace_id: WorkspaceId,
    pub(crate) project_id: ProjectId,
    pub(crate) sequence: Sequence,
    pub(crate) received_at: UnixNanos,
    pub(crate) content: Arc<Content>,
}

pub(crate) fn columns() -> Vec<Column> {
    vec![
        Column::text("workspace_id"),
        Column::text("project_id"),
        Column::int("sequence"),
        Column::int("received_at_unix_nanos"),
        Column::id("content_id").with_bloom_filter(),
        Column::text("tenant_id"),
        Column::text("scope"),
        Column::text("retention_class"),
        Column::text("policy_version"),
        Column::text("key_id"),
        Column::text("author"),
        Column::text("media"),
        Column::int("size_bytes"),
        Column::text("body"),
    ]
}

pub(crate) fn write(rows: &[Row]) -> Result<RecordBatch, ArrowError> {
    let contents = || rows.iter().map(|row| row.content.as_ref());
    let mut writer = Writer::new(Arc::clone(&super::CONTENT.schema), rows.len());
    writer.text(rows.iter().map(|row| Some(row.workspace_id.as_str())));
    writer.text(rows.iter().map(|row| Some(row.project_id.as_str())));
    writer.int(rows.iter().map(|row| Some(signed(row.sequence.0))));
    writer.int(rows.iter().map(|row| Some(row.received_at.0)));
    writer.id(contents().map(|content| Some(&content.content_id.as_bytes()[..])));
    writer.text(contents().map(|content| content.tenant_id.as_deref()));
    writer.text(contents().map(|content| Some(content.scope.as_str())));
    writer.text(contents().map(|content| Some(content.retention_class.as_str())));
    writer.text(contents().map(|content| Some(content.policy_version.as_str())));
    writer.text(contents().map(|content| Some(content.key_id.as_str())));
    writer.text(contents().map(|content| content.author.map(trace::Author::as_str)));
    writer.text(contents().map(|content| Some(content.media.as_str())));
    writer.int(contents().map(|content| i64::try_from(content.text.expose().len()).ok()));
    writer.text(contents().map(|content| Some(content.text.expose().as_str())));
    writer.finish()
}

/// Reads the bodies of a batch, each with the workspace it belongs to.
pub(crate) fn read(batch: &RecordBatch) -> Vec<(String, Content)> {
    let workspace = Reader::of(batch, "workspace_id");
    let [id, tenant, scope, class, policy, key, author, media, body] = [
        "content_id",
        "tenant_id",
        "scope",
        "retention_class",
        "policy_version",
        "key_id",
        "author",
        "media",
        "body",
    ]
    .map(|name| Reader::of(batch, name));
    let read_row = |row: usize| -> Option<(String, Content)> {
        let content = Content {
            content_id: ContentId::from_slice(id.bytes(row)?).ok()?,
            author: author.text(row).and_then(trace::Author::parse),
            media: Media::parse(media.text(row)?)?,
            text: Sensitive::new(body.text(row)?.to_owned()),
            tenant_id: tenant.text(row).map(Into::into),
            scope: scope.text(row).unwrap_or_default().into(),
            retention_class: class.text(row).unwrap_or_default().into(),
            policy_version: policy.text(row).unwrap_or_default().into(),
            key_id: key.text(row).unwrap_or_default().into(),
        };
        Some((workspace.text(row)?.to_owned(), content))
    };
    (0..batch.num_rows()).filter_map(read_row).collect()
}
