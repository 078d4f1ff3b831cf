//! JSON: the history of a listing.

use api::history::{ListingVersion, RestoreRequest, VersionDetail};
use api::listing::Listing;
use api::page::PageRequest;
use api::{Id, Page};
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};

use crate::error::Error;
use crate::listings::routes::tagged;
use crate::state::AppState;
use crate::web::if_match::IfMatch;
use crate::web::people::Artisan;
use crate::web::place::Path;

/// What hangs below `/api/v1/listings/{id}` and is of the past.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/listings/{id}/history", get(list))
        .route("/api/v1/listings/{id}/history/{version}", get(show))
        .route("/api/v1/listings/{id}/restore", post(restore))
}

async fn list(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<Listing>>,
    Query(request): Query<PageRequest>,
) -> Result<Json<Page<ListingVersion>>, Error> {
    Ok(Json(super::list(&state, &artisan, id, &request).await?))
}

async fn show(
    State(state): State<AppState>,
    artisan: Artisan,
    Path((id, version)): Path<(Id<Listing>, i64)>,
) -> Result<Json<VersionDetail>, Error> {
    Ok(Json(super::show(&state, &artisan, id, version).await?))
}

async fn restore(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<Listing>>,
    IfMatch(looked_at): IfMatch,
    Json(request): Json<RestoreRequest>,
) -> Result<impl IntoResponse, Error> {
    Ok(tagged(super::restore(&state, &artisan, id, request.version, looked_at).await?))
}
