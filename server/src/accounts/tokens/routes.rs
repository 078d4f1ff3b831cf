//! JSON of tokens for programs. Signing a terminal in, which ends in a token as well, is
//! `accounts/routes.rs`; they are listed and revoked with the other sessions.

use api::sign_in::{CreatedToken, NewToken};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};

use super::super::factors;
use super::Grant;
use crate::error::Error;
use crate::state::AppState;
use crate::web::people::SignedIn;

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/api/v1/me/tokens", post(create)).merge(super::pages::routes())
}

async fn create(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    Json(asked): Json<NewToken>,
) -> Result<(StatusCode, Json<CreatedToken>), Error> {
    let (name, grant) = (super::checked_name(&asked.name)?, Grant::asked(Some(asked.scopes))?);
    let code = asked.code.as_deref();
    factors::prove(&state, &asker.account, &asked.current_password, code).await?;
    let created = super::create(&state, &asker, &name, &grant).await?;
    Ok((StatusCode::CREATED, Json(created)))
}
