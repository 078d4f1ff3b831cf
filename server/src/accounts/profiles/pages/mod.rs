//! The page on which a person changes what others see of her.

mod avatar;

use api::profile::{Audience, Profile, ProfileEdit, ShownEdit};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::state::AppState;
use crate::web::form::{self, Field, Form as _, Shared};
use crate::web::page::{Layout, Mistakes, Page, sentence};
use crate::web::people::{Customer, Viewer};
use crate::web::unsaved;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/account/profile", get(show).post(edit).layer(from_fn(unsaved::keep::<Typed>)))
        .merge(avatar::routes())
}

#[derive(Template)]
#[template(path = "accounts/profile.html")]
struct ProfilePage {
    layout: Layout,
    profile: Profile,
    typed: Typed,
    mistakes: Mistakes,
    saved: bool,
}

/// The form as it was typed.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    /// The marks of what stood in it when it was opened.
    opened: Option<String>,
    name: String,
    slug: String,
    about: String,
    place: String,
    /// One link on each line.
    links: String,
    show_name: Audience,
    show_avatar: Audience,
    show_about: Audience,
    show_place: Audience,
    show_links: Audience,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    saved: bool,
}

impl form::Form for Typed {
    const FIELDS: &'static [Field] = &[
        Field::typed("name", "Name"),
        Field::chosen("show_name", "Who sees the name", audience),
        Field::typed("about", "About you"),
        Field::chosen("show_about", "Who sees the text", audience),
        Field::typed("place", "Place"),
        Field::chosen("show_place", "Who sees the place", audience),
        Field::typed("links", "Links"),
        Field::chosen("show_links", "Who sees the links", audience),
        Field::chosen("show_avatar", "Who sees the portrait", audience),
        Field::typed("slug", "Address of your page"),
    ];
}

impl Shared for Typed {
    fn opened(&mut self) -> &mut Option<String> {
        &mut self.opened
    }
}

impl Typed {
    fn of(profile: &Profile) -> Self {
        Self {
            opened: None,
            name: profile.name.clone(),
            slug: profile.slug.clone().unwrap_or_default(),
            about: profile.about.clone(),
            place: profile.place.clone(),
            links: profile.links.join("\n"),
            show_name: profile.show.name,
            show_avatar: profile.show.avatar,
            show_about: profile.show.about,
            show_place: profile.show.place,
            show_links: profile.show.links,
        }
    }

    /// One on each line.
    fn links(&self) -> Vec<String> {
        self.links.lines().map(str::to_owned).collect()
    }

    fn edit(&self) -> ProfileEdit {
        ProfileEdit {
            name: Some(self.name.clone()),
            slug: Some(self.slug.clone()),
            about: Some(self.about.clone()),
            place: Some(self.place.clone()),
            links: Some(self.links()),
            show: ShownEdit {
                name: Some(self.show_name),
                avatar: Some(self.show_avatar),
                about: Some(self.show_about),
                place: Some(self.show_place),
                links: Some(self.show_links),
            },
        }
    }
}

impl ProfilePage {
    /// The address of the page that others see.
    fn address(&self) -> String {
        let name = self.profile.slug.clone();
        format!("/people/{}", name.unwrap_or_else(|| self.profile.account.to_string()))
    }

    /// Every audience with its words.
    fn audiences() -> impl Iterator<Item = (&'static str, String)> {
        Audience::ALL.iter().map(|audience| (audience.as_str(), sentence(audience.words())))
    }

    /// Who alone finds the page, if not everybody does.
    const fn found_by(&self) -> Option<&'static str> {
        match self.profile.show.name {
            Audience::Public => None,
            Audience::Customers => Some("Only customers find your page now."),
            Audience::Private => Some("Nobody else finds your page now."),
        }
    }
}

/// An audience in words, as a form sends it.
fn audience(value: &str) -> String {
    let audience = value.parse::<Audience>();
    audience.map_or_else(|_| value.to_owned(), |audience| sentence(audience.words()))
}

async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    customer: Customer,
    Query(asked): Query<Asked>,
) -> Result<Page<impl Template>, Error> {
    let profile = super::find(&state, &customer.account).await?;
    Ok(Page(ProfilePage {
        layout: Layout::of(&state, &viewer),
        typed: form::opened(Typed::of(&profile))?,
        profile,
        mistakes: Mistakes::default(),
        saved: asked.saved,
    }))
}

async fn edit(
    State(state): State<AppState>,
    viewer: Viewer,
    customer: Customer,
    Form(mut typed): Form<Typed>,
) -> Result<Response, Error> {
    let profile = super::find(&state, &customer.account).await?;
    let layout = Layout::of(&state, &viewer);
    // As they are kept, so that the same links are not taken for others.
    if let Ok(links) = super::profile::checked_links(&typed.links()) {
        typed.links = links.join("\n");
    }
    if let Some(mistakes) = form::overtaken(&mut typed, Typed::of(&profile))? {
        let page = ProfilePage { layout, profile, typed, mistakes, saved: false };
        return Ok((StatusCode::CONFLICT, Page(page)).into_response());
    }
    let version = Some(profile.version);
    let edited = super::edit(&state, &customer.account, &typed.edit(), version).await;
    let Err(error) = edited else { return Ok(saved()) };
    let mistakes = Mistakes::take(error)?;
    let page = ProfilePage { layout, profile, typed, mistakes, saved: false };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
}

fn saved() -> Response {
    Redirect::to("/account/profile?saved=true").into_response()
}
