//! JSON: one's own profile.

use api::profile::{Profile, ProfileEdit};
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::{get, put};
use axum::{Json, Router};
use bytes::Bytes;

use crate::error::Error;
use crate::images;
use crate::state::AppState;
use crate::web::if_match::IfMatch;
use crate::web::limits;
use crate::web::people::Customer;

/// `/api/v1/profile`, what hangs below it, and the pages to change it.
pub(in crate::accounts) fn routes() -> Router<AppState> {
    let avatar = put(set_avatar).delete(remove_avatar).layer(limits::body(limits::IMAGE));
    Router::new()
        .route("/api/v1/profile", get(show).patch(edit))
        .route("/api/v1/profile/avatar", avatar)
        .merge(super::pages::routes())
}

/// A profile with its version as `ETag`.
fn tagged(profile: Profile) -> impl IntoResponse {
    (AppendHeaders([(header::ETAG, format!("\"{}\"", profile.version))]), Json(profile))
}

async fn show(
    State(state): State<AppState>,
    customer: Customer,
) -> Result<impl IntoResponse, Error> {
    Ok(tagged(super::find(&state, &customer.account).await?))
}

async fn edit(
    State(state): State<AppState>,
    customer: Customer,
    IfMatch(version): IfMatch,
    Json(edit): Json<ProfileEdit>,
) -> Result<impl IntoResponse, Error> {
    Ok(tagged(super::edit(&state, &customer.account, &edit, version).await?))
}

async fn set_avatar(
    State(state): State<AppState>,
    customer: Customer,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Error> {
    let bytes = images::routes::whole(body)?;
    Ok(tagged(super::set_avatar(&state, &customer.account, bytes).await?))
}

async fn remove_avatar(
    State(state): State<AppState>,
    customer: Customer,
) -> Result<impl IntoResponse, Error> {
    Ok(tagged(super::remove_avatar(&state, &customer.account).await?))
}
