//! JSON: shops as staff look after them, and the pages for the same.

use api::page::PageRequest;
use api::shop::Shop;
use api::staff::{NewSuspension, StaffShop, StaffShopDetail};
use api::{Id, Page};
use axum::extract::{Query, State};
use axum::routing::{MethodRouter, any};
use axum::{Json, Router};
use serde::Deserialize;

use super::pages;
use crate::error::Error;
use crate::state::AppState;
use crate::web::people::{ProvedStaff, Staff};
use crate::web::place::Path;

/// Everything of staff.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/staff/shops", absent().get(list))
        .route("/api/v1/staff/shops/{shop}", absent().get(show))
        .route("/api/v1/staff/shops/{shop}/suspend", absent().post(suspend))
        .route("/api/v1/staff/shops/{shop}/lift", absent().post(lift))
        .merge(pages::routes())
}

/// Answers to every method that nothing is here, not even which methods there are: whoever is not
/// staff shall not learn it. Methods that are added come first.
pub(super) fn absent() -> MethodRouter<AppState> {
    any(|| async { Error::NotFound })
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    limit: Option<u32>,
    after: Option<String>,
}

async fn list(
    State(state): State<AppState>,
    _staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Json<Page<StaffShop>>, Error> {
    let request = PageRequest { limit: asked.limit, after: asked.after };
    Ok(Json(super::shops(&state, &asked.q, &request).await?))
}

async fn show(
    State(state): State<AppState>,
    _staff: Staff,
    Path(shop): Path<Id<Shop>>,
) -> Result<Json<StaffShopDetail>, Error> {
    Ok(Json(super::shop(&state, shop).await?))
}

async fn suspend(
    State(state): State<AppState>,
    _staff: ProvedStaff,
    Path(shop): Path<Id<Shop>>,
    Json(new): Json<NewSuspension>,
) -> Result<Json<StaffShopDetail>, Error> {
    Ok(Json(super::suspend(&state, shop, &new.reason).await?))
}

async fn lift(
    State(state): State<AppState>,
    _staff: ProvedStaff,
    Path(shop): Path<Id<Shop>>,
) -> Result<Json<StaffShopDetail>, Error> {
    Ok(Json(super::lift(&state, shop).await?))
}
