//! JSON: one's own listings.

use api::attribute::Attribute;
use api::listing::{
    GalleryEdit, Listing, ListingDraft, ListingEdit, ListingStatus, ListingSummary,
};
use api::page::PageRequest;
use api::{Id, Page};
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;

use crate::error::Error;
use crate::state::AppState;
use crate::web::if_match::IfMatch;
use crate::web::people::Artisan;
use crate::web::place::Path;

/// `/api/v1/listings` and what hangs below it.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/attributes", get(attributes))
        .route("/api/v1/listings", get(list).post(draft))
        .route("/api/v1/listings/{id}", get(show).patch(edit))
        .route("/api/v1/listings/{id}/publish", post(publish))
        .route("/api/v1/listings/{id}/pause", post(pause))
        .route("/api/v1/listings/{id}/archive", post(archive))
        .route("/api/v1/listings/{id}/duplicate", post(duplicate))
        .route("/api/v1/listings/{id}/images", put(set_gallery))
        .merge(super::history::routes::routes())
}

/// What can be said of the pieces of each shelf.
async fn attributes(_: Artisan) -> Json<&'static [Attribute]> {
    Json(Attribute::all())
}

/// A listing with its version as `ETag`.
pub(super) fn tagged(listing: Listing) -> impl IntoResponse {
    (AppendHeaders([(header::ETAG, format!("\"{}\"", listing.version))]), Json(listing))
}

#[derive(Deserialize)]
struct ListQuery {
    limit: Option<u32>,
    after: Option<String>,
    status: Option<ListingStatus>,
}

async fn list(
    State(state): State<AppState>,
    artisan: Artisan,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<ListingSummary>>, Error> {
    let request = PageRequest { limit: query.limit, after: query.after };
    Ok(Json(super::list(&state, artisan.shop.id, query.status, &request).await?))
}

async fn draft(
    State(state): State<AppState>,
    artisan: Artisan,
    Json(draft): Json<ListingDraft>,
) -> Result<impl IntoResponse, Error> {
    let listing = super::draft(&state, &artisan, &draft).await?;
    Ok((StatusCode::CREATED, tagged(listing)))
}

async fn show(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<Listing>>,
) -> Result<impl IntoResponse, Error> {
    Ok(tagged(super::find(&state, artisan.shop.id, id).await?))
}

async fn edit(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<Listing>>,
    IfMatch(version): IfMatch,
    Json(edit): Json<ListingEdit>,
) -> Result<impl IntoResponse, Error> {
    Ok(tagged(super::edit(&state, &artisan, id, &edit, version).await?))
}

async fn publish(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<Listing>>,
    IfMatch(version): IfMatch,
) -> Result<impl IntoResponse, Error> {
    Ok(tagged(super::publish(&state, &artisan, id, version).await?))
}

async fn pause(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<Listing>>,
    IfMatch(version): IfMatch,
) -> Result<impl IntoResponse, Error> {
    Ok(tagged(super::pause(&state, &artisan, id, version).await?))
}

async fn archive(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<Listing>>,
    IfMatch(version): IfMatch,
) -> Result<impl IntoResponse, Error> {
    Ok(tagged(super::archive(&state, &artisan, id, version).await?))
}

async fn duplicate(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<Listing>>,
) -> Result<impl IntoResponse, Error> {
    let listing = super::duplicate(&state, &artisan, id).await?;
    Ok((StatusCode::CREATED, tagged(listing)))
}

async fn set_gallery(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(id): Path<Id<Listing>>,
    IfMatch(version): IfMatch,
    Json(edit): Json<GalleryEdit>,
) -> Result<impl IntoResponse, Error> {
    Ok(tagged(super::set_gallery(&state, &artisan, id, &edit, version).await?))
}
