//! A run as a page that needs no script: to print, to keep, to send.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::IntoResponse;
use http::header;
use insight::{explain, view, why};
use trace::RunId;

use super::run::not_found;
use super::why::bodies_of_rows;
use crate::error::Error;
use crate::parameters::Parameters;
use crate::reading::work;
use crate::report::{self, Report};
use crate::server::Api;
use crate::wire;

/// What the page may do: be read. Its style stands in it, so that the file is whole.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

pub(crate) async fn report(
    State(api): State<Arc<Api>>,
    path: Result<Path<(String, String)>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<impl IntoResponse, Error> {
    Parameters::read(query.as_deref(), &[])?;
    let Path((_project, run_id)) = path.map_err(|_| not_found())?;
    if run_id.is_empty() || run_id.len() > super::ID_SIZE_BYTES_MAX {
        return Err(not_found());
    }
    let run_id = RunId::new(run_id);
    let page = work(api, move |api| async move {
        let workspace_id = &api.options.workspace_id;
        let Some(assembled) = view::run(&*api.read, workspace_id, &run_id, &api.settings).await? else {
            return Ok(None);
        };
        let why = why::of(&assembled, None);
        let bodies = bodies_of_rows(&api, &why).await?;
        let settings = explain::Settings::default();
        let explained =
            explain::live::run(&*api.read, workspace_id, &run_id, &api.settings, &settings).await?;
        let run = wire::run::Run::from(&assembled.derived.run);
        Ok(Some(report::write(&Report {
            run: &run,
            why: &wire::why::Why::new(&run_id, &why, &bodies),
            explanation: explained
                .as_ref()
                .map(|explained| wire::explanation::Explanation::new(&run_id, explained))
                .as_ref(),
            tree: &assembled.tree,
            written: api.clock.now(),
        })))
    });
    let page = page.await?.ok_or_else(not_found)?;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    ];
    Ok((headers, page))
}
