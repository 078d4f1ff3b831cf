//! JSON of passwords.

use api::sign_in::{ForgottenPassword, PasswordChange, PasswordReset, SessionsEnded};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};

use crate::error::Error;
use crate::state::AppState;
use crate::web::peer::Peer;
use crate::web::people::SignedIn;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/me/password", post(change))
        .route("/api/v1/password/forgot", post(forgot))
        .route("/api/v1/password/reset", post(reset))
        .merge(super::pages::routes())
}

async fn change(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    Json(asked): Json<PasswordChange>,
) -> Result<Json<SessionsEnded>, Error> {
    let PasswordChange { current_password, new_password, code } = asked;
    let done = super::change(&state, &asker, &current_password, &new_password, code.as_deref());
    Ok(Json(done.await?))
}

async fn forgot(
    State(state): State<AppState>,
    peer: Peer,
    Json(asked): Json<ForgottenPassword>,
) -> Result<StatusCode, Error> {
    super::forgot(&state, &asked.email, peer.ip()).await?;
    Ok(StatusCode::ACCEPTED)
}

async fn reset(
    State(state): State<AppState>,
    Json(asked): Json<PasswordReset>,
) -> Result<StatusCode, Error> {
    super::reset(&state, &asked.token, &asked.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
