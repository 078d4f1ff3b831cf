//! The first page of an account.

use api::account::Account;
use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::error::Error;
use crate::people::{self, Home};
use crate::state::AppState;
use crate::web::page::{Layout, Page};
use crate::web::people::{SignedIn, Viewer};

#[derive(Template)]
#[template(path = "people/account.html")]
struct HomePage {
    layout: Layout,
    account: Account,
    /// Whether this is staff of the market.
    staff: bool,
    home: Home,
    asked: Asked,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// A letter is on its way.
    letter: bool,
    /// The address was proved just now.
    proved: bool,
    /// The address of another account was.
    proved_other: bool,
}

pub(super) async fn show(
    State(state): State<AppState>,
    SignedIn(session): SignedIn,
    viewer: Viewer,
    Query(asked): Query<Asked>,
) -> Result<Page<impl Template>, Error> {
    let home = people::home(&state, &session.account).await?;
    Ok(Page(HomePage {
        layout: Layout::of(&state, &viewer),
        staff: session.duties.staff,
        account: session.account,
        home,
        asked,
    }))
}
