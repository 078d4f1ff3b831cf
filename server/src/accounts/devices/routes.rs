//! JSON of device logins.

use api::account::{DeviceCode, DeviceCodeRequest, DeviceTokenRequest, Token};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};

use super::super::tokens::Grant;
use crate::error::Error;
use crate::state::AppState;
use crate::web::peer::Peer;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/device/codes", post(begin))
        .route("/api/v1/device/tokens", post(poll))
        .merge(super::pages::routes())
}

async fn begin(
    State(state): State<AppState>,
    peer: Peer,
    Json(request): Json<DeviceCodeRequest>,
) -> Result<(StatusCode, Json<DeviceCode>), Error> {
    let grant = Grant::asked(request.scopes)?;
    let code = super::begin(&state, &request.name, &grant, peer.ip()).await?;
    Ok((StatusCode::CREATED, Json(code)))
}

async fn poll(
    State(state): State<AppState>,
    Json(request): Json<DeviceTokenRequest>,
) -> Result<(StatusCode, Json<Token>), Error> {
    let token = super::poll(&state, &request.device_code).await?;
    Ok((StatusCode::CREATED, Json(token)))
}
