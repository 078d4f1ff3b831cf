//! JSON of accounts and tokens.

use api::account::{Account, Registration, Token, TokenRequest};
use api::sign_in::SignIn;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use axum::{Json, Router};

use super::factors::{self, Login};
use super::tokens::{self, Grant};
use super::{emails, sessions};
use crate::error::Error;
use crate::state::AppState;
use crate::web::peer::Peer;
use crate::web::people::SignedIn;

/// Routes of the JSON API and pages of this feature.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/accounts", post(register))
        .route("/api/v1/tokens", post(sign_in))
        .route("/api/v1/tokens/current", delete(sign_out))
        .route("/api/v1/me/sign-in", get(how_one_signs_in))
        .merge(super::pages::routes())
        .merge(super::addresses::routes())
        .merge(super::devices::routes())
        .merge(super::emails::routes())
        .merge(super::factors::routes())
        .merge(super::passwords::routes())
        .merge(super::profiles::routes())
        .merge(super::sessions::routes())
        .merge(super::tokens::routes())
}

async fn register(
    State(state): State<AppState>,
    Json(registration): Json<Registration>,
) -> Result<(StatusCode, Json<Account>), Error> {
    Ok((StatusCode::CREATED, Json(super::register(&state, &registration).await?)))
}

async fn sign_in(
    State(state): State<AppState>,
    peer: Peer,
    Json(asked): Json<TokenRequest>,
) -> Result<(StatusCode, Json<Token>), Error> {
    let grant = Grant::asked(asked.scopes)?;
    let login = super::authenticate(&state, &asked.email, &asked.password, peer.ip()).await?;
    let who = match (login, asked.code) {
        (Login::Complete(who), _) => who,
        (Login::CodeNeeded(half), Some(code)) => half.with_code(&state, &code).await?,
        (Login::CodeNeeded(_), None) => return Err(Error::CodeNeeded),
    };
    let name = super::devices::device_name(&asked.name);
    let (secret, expires_at) = sessions::begin_token(&state, &who, &name, &grant).await?;
    let token = Token { token: tokens::text(&secret), expires_at, account: who.account };
    Ok((StatusCode::CREATED, Json(token)))
}

async fn sign_out(
    State(state): State<AppState>,
    SignedIn(session): SignedIn,
) -> Result<StatusCode, Error> {
    sessions::end(&state, &session).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn how_one_signs_in(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
) -> Result<Json<SignIn>, Error> {
    Ok(Json(SignIn {
        pending_email: emails::pending(&state, &asker.account).await?,
        second_step: factors::standing(&state, &asker).await?,
        email: asker.account.email,
        email_verified: asker.account.email_verified,
    }))
}
