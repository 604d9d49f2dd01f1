//! Documents a search found: the text of each is content, their ids, versions and scores are facts.

use serde_json::{Map, Value as Json};
use trace::{Field, Media, Role, Text};

use super::draft::{Draft, Family, Indexed, Rank};
use crate::value::{as_f64, as_json, as_text, json_f64, json_text};

/// One document found.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Document {
    id: Option<Text>,
    version: Option<Text>,
    score: Option<f64>,
    content: Option<String>,
}

/// Reads documents out of a value: a list of them, or an object that holds one.
pub(crate) fn read_documents(value: &Json) -> Vec<Document> {
    match value {
        Json::Array(items) => items.iter().filter_map(document_of).collect(),
        Json::Object(entries) => {
            let holders = ["documents", "docs", "results", "matches", "nodes", "source_nodes"];
            let list = holders
                .iter()
                .find_map(|key| entries.get(*key).and_then(Json::as_array));
            list.map_or_else(Vec::new, |items| items.iter().filter_map(document_of).collect())
        }
        _ => Vec::new(),
    }
}

fn document_of(value: &Json) -> Option<Document> {
    let entries = value.as_object()?;
    let mut document = Document::default();
    document.learn(entries);
    for inner in ["document", "node", "metadata"] {
        if let Some(Json::Object(inner)) = entries.get(inner) {
            document.learn(inner);
        }
    }
    let is_document = document.content.is_some() || document.id.is_some();
    is_document.then_some(document)
}

impl Document {
    /// Takes what is not yet known.
    fn learn(&mut self, entries: &Map<String, Json>) {
        let text = |keys: &[&str]| {
            let value = keys
                .iter()
                .find_map(|key| entries.get(*key).and_then(json_text))?;
            Some(value).filter(|text| !text.is_empty())
        };
        let number = |keys: &[&str]| keys.iter().find_map(|key| entries.get(*key).and_then(json_f64));
        let ids = [
            "id",
            "document_id",
            "doc_id",
            "id_",
            "node_id",
            "doc_uri",
            "source",
        ];
        self.id = self.id.take().or_else(|| text(&ids).map(Text::from));
        let versions = ["version", "doc_version", "document_version", "revision"];
        self.version = self.version.take().or_else(|| text(&versions).map(Text::from));
        self.score = self
            .score
            .or_else(|| number(&["score", "relevance_score", "similarity"]));
        let contents = ["page_content", "content", "text"];
        self.content = self.content.take().or_else(|| text(&contents).map(Into::into));
    }
}

/// Reads flattened documents.
pub(crate) fn read_flattened(indexed: &[Indexed<'_>], family: Family) -> Vec<Document> {
    let entries: Vec<&Indexed<'_>> = indexed.iter().filter(|entry| entry.family == family).collect();
    let groups = entries.chunk_by(|one, other| one.index == other.index);
    groups.map(document_of_group).collect()
}

fn document_of_group(group: &[&Indexed<'_>]) -> Document {
    let mut document = Document::default();
    for entry in group {
        match entry.rest.strip_prefix("document.").unwrap_or(entry.rest) {
            "id" => document.id = as_text(entry.value).map(Text::from),
            "score" => document.score = as_f64(entry.value),
            "content" => document.content = as_text(entry.value).map(Into::into),
            _ => {}
        }
    }
    for entry in group {
        if entry.rest.ends_with("metadata")
            && let Json::Object(entries) = as_json(entry.value)
        {
            document.learn(&entries);
        }
    }
    document
}

/// Writes documents to the draft.
pub(crate) fn write_documents(draft: &mut Draft<'_>, rank: Rank, key: &str, documents: Vec<Document>) {
    if documents.is_empty() {
        return;
    }
    let list = |get: fn(&Document) -> Option<&Text>| -> Vec<Text> {
        documents
            .iter()
            .map(|document| get(document).cloned().unwrap_or_default())
            .collect()
    };
    if documents.iter().any(|document| document.id.is_some()) {
        draft.set(rank, Field::DocumentIds, list(|document| document.id.as_ref()));
    }
    if documents.iter().any(|document| document.version.is_some()) {
        draft.set(
            rank,
            Field::DocumentVersions,
            list(|document| document.version.as_ref()),
        );
    }
    if documents.iter().any(|document| document.score.is_some()) {
        let scores: Vec<Json> = documents
            .iter()
            .map(|document| Json::from(document.score))
            .collect();
        draft.set(
            rank,
            Field::DocumentScores,
            Text::from(Json::Array(scores).to_string()),
        );
    }
    for document in documents {
        if let Some(content) = document.content {
            draft.body(Role::Document, key, Media::Text, content);
        }
    }
}
