//! The page on which a person changes what others see of her.

use api::listing::GalleryImage;
use api::profile::{Audience, Profile, ProfileEdit, ShownEdit};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use crate::error::Error;
use crate::state::AppState;
use crate::web::limits;
use crate::web::page::{Layout, Mistakes, Page, sentence};
use crate::web::people::{Customer, Viewer};
use crate::web::unsaved;
use crate::web::upload::Upload;

pub(super) fn routes() -> Router<AppState> {
    let avatar = post(set_avatar).layer(limits::body(limits::IMAGE));
    Router::new()
        .route("/account/profile", get(show).post(edit).layer(from_fn(unsaved::keep)))
        .route("/account/profile/avatar", avatar)
        .route("/account/profile/avatar/remove", get(question).post(remove_avatar))
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
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    /// The one that the person looked at.
    version: Option<i64>,
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

impl Typed {
    fn of(profile: &Profile) -> Self {
        Self {
            version: Some(profile.version),
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

    fn edit(&self) -> ProfileEdit {
        ProfileEdit {
            name: Some(self.name.clone()),
            slug: Some(self.slug.clone()),
            about: Some(self.about.clone()),
            place: Some(self.place.clone()),
            links: Some(self.links.lines().map(str::to_owned).collect()),
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

    const fn picture_words(&self) -> &'static str {
        if self.profile.avatar.is_some() { "Another picture" } else { "Picture" }
    }
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
        typed: Typed::of(&profile),
        profile,
        mistakes: Mistakes::default(),
        saved: asked.saved,
    }))
}

async fn edit(
    State(state): State<AppState>,
    viewer: Viewer,
    customer: Customer,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let edited = super::edit(&state, &customer.account, &typed.edit(), typed.version).await;
    match edited {
        Ok(_) => Ok(saved()),
        Err(error) => again(&state, &viewer, &customer, Some(typed), error).await,
    }
}

async fn set_avatar(
    State(state): State<AppState>,
    viewer: Viewer,
    customer: Customer,
    upload: Result<Upload, Error>,
) -> Result<Response, Error> {
    let stored = match upload.and_then(|upload| upload.picture(&[])) {
        Ok(picture) => super::set_avatar(&state, &customer.account, picture).await,
        Err(error) => Err(error),
    };
    match stored {
        Ok(_) => Ok(saved()),
        Err(error) => again(&state, &viewer, &customer, None, error).await,
    }
}

#[derive(Template)]
#[template(path = "accounts/avatar_remove.html")]
struct RemovePage {
    layout: Layout,
    image: GalleryImage,
}

/// Asks first; who comes too late is led back.
async fn question(
    State(state): State<AppState>,
    viewer: Viewer,
    customer: Customer,
) -> Result<Response, Error> {
    let Some(image) = super::find(&state, &customer.account).await?.avatar else {
        return Ok(saved());
    };
    Ok(Page(RemovePage { layout: Layout::of(&state, &viewer), image }).into_response())
}

async fn remove_avatar(
    State(state): State<AppState>,
    customer: Customer,
) -> Result<Response, Error> {
    super::remove_avatar(&state, &customer.account).await?;
    Ok(saved())
}

fn saved() -> Response {
    Redirect::to("/account/profile?saved=true").into_response()
}

/// The page once more with what is wrong on it.
async fn again(
    state: &AppState,
    viewer: &Viewer,
    customer: &Customer,
    typed: Option<Typed>,
    error: Error,
) -> Result<Response, Error> {
    let mistakes = Mistakes::take(error)?;
    let profile = super::find(state, &customer.account).await?;
    let page = ProfilePage {
        layout: Layout::of(state, viewer),
        typed: typed.unwrap_or_else(|| Typed::of(&profile)),
        profile,
        mistakes,
        saved: false,
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
}
