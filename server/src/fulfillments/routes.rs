//! JSON: shipping an order.

use api::order::{Order, Parcel};
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};

use crate::error::Error;
use crate::state::AppState;
use crate::web::people::Seller;
use crate::web::place::Path;

/// Routes of this feature.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/api/v1/orders/{order}/ship", post(ship))
}

async fn ship(
    State(state): State<AppState>,
    seller: Seller,
    Path(order): Path<String>,
    Json(parcel): Json<Parcel>,
) -> Result<Json<Order>, Error> {
    Ok(Json(super::ship(&state, &seller.shop, &order, parcel).await?))
}
