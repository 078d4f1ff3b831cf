//! JSON: one's own shop.

use api::shop::{Fees, NewShop, Onboarding, OnboardingRequest, Shop};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;

use super::onboarding;
use crate::error::Error;
use crate::state::AppState;
use crate::web::people::{Artisan, Customer, Seller};

/// `/api/v1/shop` and what hangs below it.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/shop", get(show).post(open))
        .route("/api/v1/shop/fees", get(fees))
        .route("/api/v1/shop/onboarding", post(advance))
        .merge(super::profile::routes())
}

async fn open(
    State(state): State<AppState>,
    customer: Customer,
    Json(new): Json<NewShop>,
) -> Result<(StatusCode, Json<Shop>), Error> {
    let shop = super::open(&state, customer.account.id, &new).await?;
    Ok((StatusCode::CREATED, Json(shop)))
}

async fn show(State(state): State<AppState>, customer: Customer) -> Result<Json<Shop>, Error> {
    let shop = super::find_for_account(&state, customer.account.id).await?;
    Ok(Json(shop.ok_or(Error::NotFound)?))
}

#[derive(Deserialize)]
struct FeesQuery {
    price: String,
}

async fn fees(artisan: Artisan, Query(query): Query<FeesQuery>) -> Result<Json<Fees>, Error> {
    Ok(Json(super::fees(&artisan.shop, &query.price)?))
}

async fn advance(
    State(state): State<AppState>,
    seller: Seller,
    Json(request): Json<OnboardingRequest>,
) -> Result<Json<Onboarding>, Error> {
    let (account, shop) = (&seller.account, &seller.shop);
    Ok(Json(if request.complete_test_data {
        onboarding::complete_with_test_data(&state, account, shop).await?
    } else {
        onboarding::advance(&state, account, shop).await?
    }))
}
