//! JSON: what one's own shop tells.

use api::shop_profile::{Pause, ShopProfile, ShopProfileEdit};
use axum::extract::State;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::{get, post};
use axum::{Json, Router};

use crate::error::Error;
use crate::shops::{self, suspensions};
use crate::state::AppState;
use crate::web::if_match::IfMatch;
use crate::web::people::{Artisan, Customer};

/// `/api/v1/shop/profile`, holidays, and the pages to change them.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/shop/profile", get(show).patch(edit))
        .route("/api/v1/shop/pause", post(pause))
        .route("/api/v1/shop/resume", post(resume))
        .merge(super::pages::routes())
}

/// A profile with its version as `ETag`.
fn tagged(profile: ShopProfile) -> impl IntoResponse {
    (AppendHeaders([(header::ETAG, format!("\"{}\"", profile.version))]), Json(profile))
}

/// Like the shop itself, it is not found before there is one.
async fn show(
    State(state): State<AppState>,
    customer: Customer,
) -> Result<impl IntoResponse, Error> {
    let shop = shops::find_for_account(&state, customer.account.id).await?;
    let shop = shop.ok_or(Error::NotFound)?;
    let suspension = suspensions::in_force(&state, shop.id).await?;
    Ok(tagged(ShopProfile { suspension, ..super::find(&state, shop).await? }))
}

async fn edit(
    State(state): State<AppState>,
    artisan: Artisan,
    IfMatch(version): IfMatch,
    Json(edit): Json<ShopProfileEdit>,
) -> Result<impl IntoResponse, Error> {
    Ok(tagged(super::edit(&state, artisan.shop.id, &edit, version).await?))
}

async fn pause(
    State(state): State<AppState>,
    artisan: Artisan,
    IfMatch(version): IfMatch,
    Json(asked): Json<Pause>,
) -> Result<impl IntoResponse, Error> {
    Ok(tagged(super::pause(&state, artisan.shop.id, &asked, version).await?))
}

async fn resume(
    State(state): State<AppState>,
    artisan: Artisan,
    IfMatch(version): IfMatch,
) -> Result<impl IntoResponse, Error> {
    Ok(tagged(super::resume(&state, artisan.shop.id, version).await?))
}
