//! JSON: an artisan's payouts.

use api::Page;
use api::page::PageRequest;
use api::payout::{Payout, PayoutDetail, ReconcileRequest, Reconciliation};
use axum::extract::{Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};

use crate::error::Error;
use crate::state::AppState;
use crate::web::people::{Artisan, Seller};
use crate::web::place::Path;

/// Routes of this feature.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/payouts", get(list))
        .route("/api/v1/payouts/reconcile", post(reconcile))
        .route("/api/v1/payouts/{payout}", get(show))
}

async fn list(
    State(state): State<AppState>,
    artisan: Artisan,
    Query(page): Query<PageRequest>,
) -> Result<Json<Page<Payout>>, Error> {
    Ok(Json(super::list(&state, artisan.shop.id, &page).await?))
}

async fn show(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(payout): Path<String>,
) -> Result<Json<PayoutDetail>, Error> {
    Ok(Json(super::find(&state, artisan.shop.id, &payout).await?))
}

async fn reconcile(
    State(state): State<AppState>,
    seller: Seller,
    Json(request): Json<ReconcileRequest>,
) -> Result<Json<Reconciliation>, Error> {
    Ok(Json(super::reconcile(&state, &seller.shop, &request).await?))
}
