//! Whether this server lives and whether it can work.

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use crate::db::Db;
use crate::error::Error;
use crate::state::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/healthz", get(|| async { "alive\n" })).route("/readyz", get(ready))
}

/// Ready when the database answers and its schema is the one that this program knows.
async fn ready(State(state): State<AppState>) -> Result<&'static str, Error> {
    let applied = state.db.applied_migration().await.map_err(|error| {
        tracing::error!(%error, "not ready: the database does not answer");
        Error::Unavailable("the database does not answer".into())
    })?;
    if applied < Db::newest_migration() {
        return Err(Error::Unavailable("the database waits for its migrations".into()));
    }
    Ok("ready\n")
}
