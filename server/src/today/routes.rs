//! JSON: the bench.

use api::today::Today;
use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};

use crate::error::Error;
use crate::state::AppState;
use crate::web::people::Artisan;

/// Routes of this feature.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/api/v1/today", get(look))
}

async fn look(State(state): State<AppState>, artisan: Artisan) -> Result<Json<Today>, Error> {
    Ok(Json(super::look(&state, &artisan.shop).await?))
}
