//! JSON of addresses.

use api::sign_in::EmailChange;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};

use super::super::factors;
use crate::error::Error;
use crate::state::AppState;
use crate::web::people::SignedIn;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/me/email", post(ask).delete(call_off))
        .route("/api/v1/me/email/proof", post(prove))
        .merge(super::pages::routes())
}

async fn ask(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    Json(asked): Json<EmailChange>,
) -> Result<StatusCode, Error> {
    let code = asked.code.as_deref();
    factors::prove(&state, &asker.account, &asked.current_password, code).await?;
    super::ask(&state, &asker.account, &asked.email).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Another letter with a link that proves the address; none where it is proved already.
async fn prove(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
) -> Result<StatusCode, Error> {
    super::super::send_proof_again(&state, &asker.account).await?;
    Ok(StatusCode::ACCEPTED)
}

async fn call_off(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
) -> Result<StatusCode, Error> {
    super::call_off(&state, &asker.account).await?;
    Ok(StatusCode::NO_CONTENT)
}
