//! Who is asking, and in what market.

use api::account::Me;
use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};

use super::people::Customer;
use crate::error::Error;
use crate::shops;
use crate::state::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/v1/me", get(me))
}

async fn me(State(state): State<AppState>, customer: Customer) -> Result<Json<Me>, Error> {
    Ok(Json(Me {
        shop: shops::find_for_account(&state, customer.account.id).await?,
        account: customer.account,
        market: state.config.market_name.clone(),
        payments: state.config.payments,
        now: state.clock.now(),
    }))
}
