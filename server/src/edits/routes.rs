//! JSON: bulk edits.

use api::bulk_edit::{BulkEdit, BulkRow, NewBulkEdit};
use api::import::PlannedAction;
use api::page::PageRequest;
use api::{Id, Page};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;

use crate::error::Error;
use crate::state::AppState;
use crate::web::people::Artisan;
use crate::web::place::Path;

/// `/api/v1/edits` and what hangs below it.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/edits", get(list).post(open))
        .route("/api/v1/edits/{id}", get(show).delete(drop_plan))
        .route("/api/v1/edits/{id}/plan", post(plan))
        .route("/api/v1/edits/{id}/rows", get(rows))
        .route("/api/v1/edits/{id}/apply", post(apply))
        .route("/api/v1/edits/{id}/undo", post(undo))
}

async fn open(
    State(state): State<AppState>,
    artisan: Artisan,
    Json(new): Json<NewBulkEdit>,
) -> Result<(StatusCode, Json<BulkEdit>), Error> {
    Ok((StatusCode::CREATED, Json(super::open(&state, &artisan, &new).await?)))
}

async fn list(
    State(state): State<AppState>,
    artisan: Artisan,
    Query(request): Query<PageRequest>,
) -> Result<Json<Page<BulkEdit>>, Error> {
    Ok(Json(super::list(&state, artisan.shop.id, &request).await?))
}

async fn show(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<BulkEdit>>,
) -> Result<Json<BulkEdit>, Error> {
    Ok(Json(super::find(&state, artisan.shop.id, id).await?))
}

async fn plan(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<BulkEdit>>,
) -> Result<Json<BulkEdit>, Error> {
    Ok(Json(super::plan(&state, &artisan, id).await?))
}

#[derive(Deserialize)]
struct RowsQuery {
    limit: Option<u32>,
    after: Option<String>,
    action: Option<PlannedAction>,
}

async fn rows(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<BulkEdit>>,
    Query(query): Query<RowsQuery>,
) -> Result<Json<Page<BulkRow>>, Error> {
    let request = PageRequest { limit: query.limit, after: query.after };
    Ok(Json(super::rows(&state, artisan.shop.id, id, query.action, &request).await?))
}

async fn apply(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<BulkEdit>>,
) -> Result<Json<BulkEdit>, Error> {
    Ok(Json(super::apply(&state, &artisan, id).await?))
}

async fn undo(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<BulkEdit>>,
) -> Result<Json<BulkEdit>, Error> {
    Ok(Json(super::undo(&state, &artisan, id).await?))
}

async fn drop_plan(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<BulkEdit>>,
) -> Result<StatusCode, Error> {
    super::drop_plan(&state, artisan.shop.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
