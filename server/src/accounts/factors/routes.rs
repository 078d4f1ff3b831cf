//! JSON of the second step. Whoever changes it gives the password with each request.

use api::sign_in::{Proof, RecoveryCodes, SecondStepConfirm, SecondStepSetup};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};

use crate::error::Error;
use crate::state::AppState;
use crate::web::people::SignedIn;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/me/factor", post(begin))
        .route("/api/v1/me/factor/confirm", post(confirm))
        .route("/api/v1/me/factor/codes", post(renew))
        .route("/api/v1/me/factor/off", post(turn_off))
        .merge(super::pages::routes())
}

async fn begin(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    Json(Proof { current_password, code }): Json<Proof>,
) -> Result<Json<SecondStepSetup>, Error> {
    super::prove(&state, &asker.account, &current_password, code.as_deref()).await?;
    super::begin(&state, &asker.account).await?;
    Ok(Json(super::setup(&state, &asker.account).await?))
}

async fn confirm(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    Json(SecondStepConfirm { current_password, code }): Json<SecondStepConfirm>,
) -> Result<Json<RecoveryCodes>, Error> {
    super::prove(&state, &asker.account, &current_password, Some(&code)).await?;
    let codes = super::confirm(&state, &asker.account, &code).await?;
    Ok(Json(RecoveryCodes { codes }))
}

async fn renew(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    Json(Proof { current_password, code }): Json<Proof>,
) -> Result<Json<RecoveryCodes>, Error> {
    super::prove(&state, &asker.account, &current_password, code.as_deref()).await?;
    let codes = super::renew_codes(&state, &asker.account).await?;
    Ok(Json(RecoveryCodes { codes }))
}

async fn turn_off(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    Json(Proof { current_password, code }): Json<Proof>,
) -> Result<StatusCode, Error> {
    super::turn_off(&state, &asker, &current_password, code.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}
