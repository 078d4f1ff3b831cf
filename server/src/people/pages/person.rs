//! What others see of a person.

use api::account::Account;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::error::Error;
use crate::people::seen::Relation;
use crate::people::{self, PersonView};
use crate::state::AppState;
use crate::web::page::{Layout, Page};
use crate::web::people::Viewer;
use crate::web::place::Path;

#[derive(Template)]
#[template(path = "people/person.html")]
struct PersonPage {
    layout: Layout,
    person: PersonView,
}

impl PersonPage {
    fn is_own(&self) -> bool {
        self.person.relation == Relation::Oneself
    }

    /// What the person herself reads beside a field: who sees it.
    fn reach(&self, field: &str) -> &'static str {
        let show = self.person.seen.show;
        let audience = match field {
            "name" => show.name,
            "avatar" => show.avatar,
            "place" => show.place,
            "about" => show.about,
            _ => show.links,
        };
        if self.is_own() { audience.words() } else { "" }
    }
}

pub(super) async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let asking = viewer.account.as_ref().map(|account: &Account| account.id);
    let person = people::look(&state, asking, &name).await?;
    if person.seen.address != name {
        return Ok(Redirect::to(&format!("/people/{}", person.seen.address)).into_response());
    }
    Ok(Page(PersonPage { layout: Layout::of(&state, &viewer), person }).into_response())
}
