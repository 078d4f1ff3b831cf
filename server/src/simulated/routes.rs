//! JSON: the simulator's clock.

use api::Timestamp;
use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::state::AppState;
use crate::web::people::Customer;

/// Routes of this feature.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/api/v1/simulator/clock", get(look).post(advance))
}

#[derive(Serialize)]
struct Now {
    now: Timestamp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: u64,
}

async fn look(State(state): State<AppState>, _: Customer) -> Result<Json<Now>, Error> {
    if state.simulator.is_none() {
        return Err(Error::NotFound);
    }
    Ok(Json(Now { now: state.clock.now() }))
}

async fn advance(
    State(state): State<AppState>,
    _: Customer,
    Json(advance): Json<Advance>,
) -> Result<Json<Now>, Error> {
    Ok(Json(Now { now: super::advance(&state, advance.advance_seconds).await? }))
}
