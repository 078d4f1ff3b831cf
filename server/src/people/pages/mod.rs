//! Pages of people.

mod home;
mod person;

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

/// What others see of a person, and what a person has here herself.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/people/{name}", get(person::show)).route("/account", get(home::show))
}
