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

/// Ready when the database answers, its schema is the one that this program knows, and the search
/// index has caught up.
async fn ready(State(state): State<AppState>) -> Result<&'static str, Error> {
    let applied = state.db.applied_migration().await.map_err(|error| {
        tracing::error!(%error, "not ready: the database does not answer");
        Error::Unavailable("the database does not answer".into())
    })?;
    if applied < Db::newest_migration() {
        return Err(Error::Unavailable("the database waits for its migrations".into()));
    }
    if !state.search.ready() {
        return Err(Error::Unavailable("the search index is still being read in".into()));
    }
    Ok("ready\n")
}
