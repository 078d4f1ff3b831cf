//! JSON of sessions.

use api::sign_in::{Session as Listed, SessionsEnded};
use api::{Id, Page};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, get};
use axum::{Json, Router};

use crate::error::Error;
use crate::state::AppState;
use crate::web::people::SignedIn;
use crate::web::place::Path;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/sessions", get(list).delete(end_others))
        .route("/api/v1/sessions/{id}", delete(revoke))
        .merge(super::pages::routes())
}

async fn list(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
) -> Result<Json<Page<Listed>>, Error> {
    Ok(Json(super::list(&state, &asker).await?))
}

async fn revoke(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
    Path(id): Path<Id<Listed>>,
) -> Result<StatusCode, Error> {
    super::revoke(&state, asker.account.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end_others(
    State(state): State<AppState>,
    SignedIn(asker): SignedIn,
) -> Result<Json<SessionsEnded>, Error> {
    Ok(Json(super::end_others(&state, &asker).await?))
}
