//! What the routes answer when something is wrong.

use insta::assert_snapshot;

use super::fake::{Fake, Mood};
use super::sample::full;
use super::*;

/// Every route, with ids that exist.
const ROUTES: [&str; 10] = [
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/v1/stats",
    "/api/v1/runs",
    "/api/v1/runs/order%204412%2F%C3%BC%3F",
    "/api/v1/runs/order%204412%2F%C3%BC%3F/spans",
    "/api/v1/runs/order%204412%2F%C3%BC%3F/scores",
    "/api/v1/spans/abababababababababababababababab/0000000000000002",
    "/api/v1/ledger",
];

#[tokio::test]
async fn each_refusal_says_what_is_wrong_and_what_to_do() {
    let long_cursor = format!("/api/v1/runs?cursor={}", "c".repeat(5_000));
    let long_id = format!("/api/v1/runs/{}", "r".repeat(300));
    let targets = [
        "/api",
        "/api/",
        "/api/v2/runs",
        "/api/v1/run",
        "/api/v1/runs/",
        "/api/v1/runs//spans",
        "/api/v1/runs/nothing",
        "/api/v1/runs/nothing/spans",
        "/api/v1/runs/%FF%FE",
        "/api/v1/runs/..%2F..%2Fetc%2Fpasswd",
        &long_id,
        "/api/v1/runs/a/b/c",
        "/api/v1/spans/abababababababababababababababab/0000000000000009",
        "/api/v1/spans/abababababababababababababababab/00",
        "/api/v1/spans/zz/%00",
        "/api/v1/spans/00000000000000000000000000000000/0000000000000000",
        "/api/v1/stats?runs=1",
        "/api/v1/runs?filter=x",
        "/api/v1/runs?limit=0",
        "/api/v1/runs?limit=1001",
        "/api/v1/runs?limit=-1",
        "/api/v1/runs?limit=ten",
        "/api/v1/runs?limit=1&limit=2",
        "/api/v1/runs?from=yesterday",
        "/api/v1/runs?from=2026-02-01&to=2026-01-01",
        "/api/v1/runs?q=outcom:failure",
        "/api/v1/runs?q=status:error",
        "/api/v1/runs?q=(",
        "/api/v1/runs?q=%FF",
        "/api/v1/runs?sort=tools",
        "/api/v1/runs?sort=-costs",
        &long_cursor,
        "/api/v1/ledger?from=2020-01-01&to=2026-01-01",
        "/api/v1/ledger?from=2026-02-01&to=2026-01-01",
        "/api/v1/ledger?to=x",
    ];
    let mut page = String::new();
    for target in targets {
        let answer = get(full(), target).await;
        assert_eq!(
            answer.headers[header::CONTENT_TYPE],
            "application/problem+json",
            "{target}"
        );
        let json = answer.json();
        let target: String = target.chars().take(80).collect();
        page.push_str(&format!(
            "GET {target}\n{} {}: {}\n",
            answer.status.as_u16(),
            json["code"].as_str().unwrap(),
            json["detail"].as_str().unwrap()
        ));
        if let Some(hint) = json["hint"].as_str() {
            page.push_str(&format!("hint: {hint}\n"));
        }
        page.push('\n');
    }
    assert_snapshot!(page);
}

#[tokio::test]
async fn a_bad_filter_shows_the_place() {
    let answer = get(full(), "/api/v1/runs?q=errors%3E0+outcome:failed").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_snapshot!(serde_json::to_string_pretty(&answer.json()).unwrap());
}

#[tokio::test]
async fn every_route_is_only_read() {
    for target in ROUTES.iter().chain(&["/api/v1/openapi.json"]) {
        for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            let mut request = request(target);
            *request.method_mut() = method.parse().unwrap();
            let answer = send(full(), request).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {target}");
            assert_eq!(answer.json()["code"], "method_not_allowed");
            assert!(answer.headers[header::ALLOW].to_str().unwrap().contains("GET"));
        }
        let mut request = request(target);
        *request.method_mut() = http::Method::HEAD;
        let answer = send(full(), request).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (StatusCode::OK, ""),
            "HEAD {target}"
        );
    }
}

#[tokio::test]
async fn every_route_of_the_api_names_its_parameters_to_who_gives_another() {
    for target in ROUTES.iter().filter(|target| target.starts_with("/api")) {
        let answer = get(full(), &format!("{target}?nonsense=%3Cscript%3E")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{target}");
        assert_eq!(answer.json()["code"], "unknown_parameter");
    }
}

#[tokio::test]
async fn every_route_refuses_foreign_hosts_and_pages_of_other_sites() {
    for target in ROUTES {
        for host in ["evil.example", "192.168.1.7:4318", "localhost.evil.example", ""] {
            let mut request = request(target);
            request.headers_mut().insert(header::HOST, host.parse().unwrap());
            let answer = send(full(), request).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host} {target}");
        }
        let mut nameless = request(target);
        nameless.headers_mut().remove(header::HOST);
        assert_eq!(
            send(full(), nameless).await.status,
            StatusCode::MISDIRECTED_REQUEST
        );
        for origin in [
            "https://evil.example",
            "null",
            "http://localhost:3000",
            "http://localhost:4318.evil.example",
        ] {
            let mut request = request(target);
            request
                .headers_mut()
                .insert(header::ORIGIN, origin.parse().unwrap());
            let answer = send(full(), request).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin} {target}");
        }
        let mut own = request(target);
        own.headers_mut()
            .insert(header::ORIGIN, "http://localhost:4318".parse().unwrap());
        assert_eq!(send(full(), own).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_store_that_cannot_answer_is_told_of_without_its_words() {
    let cases = [
        (Mood::Unavailable, 503, "unavailable"),
        (Mood::Invalid, 400, "invalid_query"),
        (Mood::Limit, 422, "limit_reached"),
        (Mood::Stuck, 504, "timed_out"),
    ];
    for (mood, status, code) in cases {
        for target in ROUTES
            .iter()
            .filter(|target| target.starts_with("/api") && !target.ends_with("ledger"))
        {
            let fake = Fake { mood, ..full() };
            let answer = get(fake, target).await;
            assert_eq!(answer.status.as_u16(), status, "{target}");
            assert_eq!(answer.json()["code"], code);
            assert!(!answer.body.contains("secret-path"));
            assert_eq!(answer.headers.contains_key(header::RETRY_AFTER), status == 503);
        }
    }
}

#[tokio::test]
async fn a_target_that_is_too_long_is_refused() {
    let answer = get(full(), &format!("/api/v1/runs?q={}", "a".repeat(20_000))).await;
    assert_eq!(answer.status, StatusCode::URI_TOO_LONG);
    let answer = get(full(), &format!("/api/v1/runs?q={}", "a".repeat(5_000))).await;
    assert_eq!(answer.json()["code"], "invalid_filter");
}

#[tokio::test]
async fn more_requests_than_allowed_are_told_to_come_back() {
    let mut api = Fake {
        mood: Mood::Stuck,
        ..full()
    }
    .api();
    api.options.requests_max = 1;
    let router = api.router(Router::new());
    let (first, second, health) = tokio::join!(
        router.clone().oneshot(request("/api/v1/stats")),
        router.clone().oneshot(request("/api/v1/stats")),
        router.clone().oneshot(request("/healthz")),
    );
    assert_eq!(first.unwrap().status(), StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(second.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(health.unwrap().status(), StatusCode::OK);
}
