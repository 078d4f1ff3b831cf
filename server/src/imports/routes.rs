//! JSON: imports.

use api::import::{ApplyRequest, BatchPlan, Import, ImportBatch, NewImport};
use api::page::PageRequest;
use api::{Id, Page};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};

use crate::error::Error;
use crate::state::AppState;
use crate::web::limits;
use crate::web::people::Artisan;
use crate::web::place::Path;

/// `/api/v1/imports` and what hangs below it.
pub(crate) fn routes() -> Router<AppState> {
    let rows = post(plan).layer(limits::body(limits::IMPORT_ROWS));
    Router::new()
        .route("/api/v1/imports", get(list).post(open))
        .route("/api/v1/imports/{id}", get(show).delete(drop_plan))
        .route("/api/v1/imports/{id}/rows", rows)
        .route("/api/v1/imports/{id}/apply", post(apply))
}

async fn open(
    State(state): State<AppState>,
    artisan: Artisan,
    Json(new): Json<NewImport>,
) -> Result<(StatusCode, Json<Import>), Error> {
    Ok((StatusCode::CREATED, Json(super::open(&state, &artisan, &new).await?)))
}

async fn list(
    State(state): State<AppState>,
    artisan: Artisan,
    Query(request): Query<PageRequest>,
) -> Result<Json<Page<Import>>, Error> {
    Ok(Json(super::list(&state, artisan.shop.id, &request).await?))
}

async fn show(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<Import>>,
) -> Result<Json<Import>, Error> {
    Ok(Json(super::find(&state, artisan.shop.id, id).await?))
}

async fn plan(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<Import>>,
    Json(batch): Json<ImportBatch>,
) -> Result<Json<BatchPlan>, Error> {
    Ok(Json(super::plan(&state, &artisan, id, &batch).await?))
}

async fn apply(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<Import>>,
    Json(request): Json<ApplyRequest>,
) -> Result<Json<Import>, Error> {
    Ok(Json(super::apply(&state, &artisan, id, &request).await?))
}

async fn drop_plan(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<Import>>,
) -> Result<StatusCode, Error> {
    super::drop_plan(&state, artisan.shop.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
