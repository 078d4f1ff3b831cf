//! Who is asking, and in what market.

use api::account::Me;
use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};

use super::people::SignedIn;
use crate::error::Error;
use crate::shops;
use crate::state::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/v1/me", get(me))
}

async fn me(State(state): State<AppState>, SignedIn(asker): SignedIn) -> Result<Json<Me>, Error> {
    let shop = shops::find_for_account(&state, asker.account.id).await?;
    Ok(Json(Me {
        suspension: match &shop {
            Some(shop) => shops::suspensions::in_force(&state, shop.id).await?,
            None => None,
        },
        shop,
        account: asker.account,
        scopes: asker.grant.listed(),
        market: state.config.market_name.clone(),
        payments: state.config.payments,
        now: state.clock.now(),
    }))
}
