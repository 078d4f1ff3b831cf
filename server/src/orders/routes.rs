//! JSON: an artisan's orders.

use api::Page;
use api::order::{Order, OrderSort, OrderStatus, OrderSummary};
use api::page::PageRequest;
use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;

use crate::error::Error;
use crate::state::AppState;
use crate::web::people::Artisan;
use crate::web::place::Path;

/// Routes of this feature.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/api/v1/orders", get(list)).route("/api/v1/orders/{order}", get(show))
}

#[derive(Deserialize)]
struct Filter {
    status: Option<OrderStatus>,
    by: Option<OrderSort>,
}

async fn list(
    State(state): State<AppState>,
    artisan: Artisan,
    Query(page): Query<PageRequest>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<OrderSummary>>, Error> {
    let shop = artisan.shop.id;
    Ok(Json(match (filter.by.unwrap_or(OrderSort::Newest), filter.status) {
        (OrderSort::Newest, status) => super::list(&state, shop, status, &page).await?,
        (OrderSort::Due, None | Some(OrderStatus::Paid)) => {
            super::list_due(&state, shop, &page).await?
        }
        (OrderSort::Due, Some(_)) => {
            return Err(Error::invalid("by", "only what is to be packed is due; leave status out"));
        }
    }))
}

async fn show(
    State(state): State<AppState>,
    artisan: Artisan,
    Path(order): Path<String>,
) -> Result<Json<Order>, Error> {
    Ok(Json(super::find(&state, artisan.shop.id, &order).await?))
}
