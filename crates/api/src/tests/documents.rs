//! Committed documents are those this code makes. `UPDATE=1 cargo test -p everyframe-api` writes them anew.

use std::path::Path;

use super::*;
use crate::{Code, openapi};

const REFERENCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference");

#[test]
fn the_committed_openapi_document_is_up_to_date() {
    let path = Path::new(REFERENCE).join("openapi.json");
    let document = openapi::document();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &document).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == document,
        "docs/reference/openapi.json is stale: run `UPDATE=1 cargo test -p everyframe-api`"
    );
}

#[tokio::test]
async fn the_openapi_document_is_served() {
    let answer = get(Fake::default(), "/api/v1/openapi.json").await;
    assert_eq!(answer.body, openapi::document());
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
}

#[tokio::test]
async fn every_path_of_the_openapi_document_is_a_route() {
    let document: Json = serde_json::from_str(&openapi::document()).unwrap();
    for path in document["paths"].as_object().unwrap().keys() {
        let target = path.replace(['{', '}'], "");
        let answer = get(sample::full(), &target).await;
        let is_unknown_route = answer.body.contains("no such route");
        assert!(!is_unknown_route, "{path}");
    }
}

#[test]
fn every_code_has_a_page() {
    for code in Code::ALL {
        let path = Path::new(REFERENCE).join(format!("errors/{}.md", code.as_str()));
        let page = std::fs::read_to_string(&path).unwrap_or_default();
        let heading = format!("# `{}`: {}\n", code.as_str(), code.title());
        assert!(
            page.starts_with(&heading),
            "{} must begin with {heading}",
            path.display()
        );
        assert!(
            page.contains(&format!("HTTP status {}", code.status().as_u16())),
            "{}",
            path.display()
        );
    }
}
