//! JSON: an artisan's orders.

use api::Page;
use api::order::{Order, OrderStatus, OrderSummary};
use api::page::PageRequest;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;

use crate::error::Error;
use crate::state::AppState;
use crate::web::people::Artisan;

/// Routes of this feature.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/api/v1/orders", get(list)).route("/api/v1/orders/{order}", get(show))
}

#[derive(Deserialize)]
struct Filter {
    status: Option<OrderStatus>,
}

async fn list(
    State(state): State<AppState>,
    artisan: Artisan,
    Query(page): Query<PageRequest>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<OrderSummary>>, Error> {
    Ok(Json(super::list(&state, artisan.shop.id, filter.status, &page).await?))
}

async fn show(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(order): Path<String>,
) -> Result<Json<Order>, Error> {
    Ok(Json(super::find(&state, artisan.shop.id, &order).await?))
}
