//! JSON: one's own address book.

use api::address::{AddressFields, SavedAddress};
use api::{Id, Page};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::{get, post};
use axum::{Json, Router};

use crate::error::Error;
use crate::state::AppState;
use crate::web::if_match::IfMatch;
use crate::web::people::Customer;
use crate::web::place::Path;

/// `/api/v1/addresses`, what hangs below it, and the pages.
pub(in crate::accounts) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/addresses", get(list).post(add))
        .route("/api/v1/addresses/{id}", get(show).put(replace).delete(delete))
        .route("/api/v1/addresses/{id}/default", post(prefer))
        .merge(super::pages::routes())
}

/// An address with its version as `ETag`.
fn tagged(address: SavedAddress) -> impl IntoResponse {
    (AppendHeaders([(header::ETAG, format!("\"{}\"", address.version))]), Json(address))
}

async fn list(
    State(state): State<AppState>,
    customer: Customer,
) -> Result<Json<Page<SavedAddress>>, Error> {
    let items = super::list(&state, customer.account.id).await?;
    Ok(Json(Page { items, next: None }))
}

async fn add(
    State(state): State<AppState>,
    customer: Customer,
    Json(fields): Json<AddressFields>,
) -> Result<impl IntoResponse, Error> {
    let added = super::add(&state, customer.account.id, &fields).await?;
    Ok((StatusCode::CREATED, tagged(added)))
}

async fn show(
    State(state): State<AppState>,
    customer: Customer,
    Path(id): Path<Id<SavedAddress>>,
) -> Result<impl IntoResponse, Error> {
    Ok(tagged(super::find(&state, customer.account.id, id).await?))
}

async fn replace(
    State(state): State<AppState>,
    customer: Customer,
    Path(id): Path<Id<SavedAddress>>,
    IfMatch(version): IfMatch,
    Json(fields): Json<AddressFields>,
) -> Result<impl IntoResponse, Error> {
    let account = customer.account.id;
    Ok(tagged(super::replace(&state, account, id, &fields, version).await?))
}

async fn delete(
    State(state): State<AppState>,
    customer: Customer,
    Path(id): Path<Id<SavedAddress>>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Error> {
    super::delete(&state, customer.account.id, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn prefer(
    State(state): State<AppState>,
    customer: Customer,
    Path(id): Path<Id<SavedAddress>>,
) -> Result<impl IntoResponse, Error> {
    Ok(tagged(super::prefer(&state, customer.account.id, id).await?))
}
