//! The page of a person's portrait.

use api::listing::GalleryImage;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::super as profiles;
use super::saved;
use crate::error::Error;
use crate::state::AppState;
use crate::web::limits;
use crate::web::page::{Layout, Mistakes, Page};
use crate::web::people::{Customer, Viewer};
use crate::web::upload::Upload;

pub(super) fn routes() -> Router<AppState> {
    let portrait = get(show).post(set).layer(limits::body(limits::IMAGE));
    Router::new()
        .route("/account/profile/avatar", portrait)
        .route("/account/profile/avatar/remove", get(question).post(remove))
}

#[derive(Template)]
#[template(path = "accounts/avatar.html")]
struct AvatarPage {
    layout: Layout,
    /// The one so far.
    image: Option<GalleryImage>,
    mistakes: Mistakes,
}

impl AvatarPage {
    const fn label(&self) -> &'static str {
        if self.image.is_some() { "Another picture" } else { "Picture" }
    }
}

async fn page(
    state: &AppState,
    viewer: &Viewer,
    customer: &Customer,
    mistakes: Mistakes,
) -> Result<Page<AvatarPage>, Error> {
    let image = profiles::find(state, &customer.account).await?.avatar;
    Ok(Page(AvatarPage { layout: Layout::of(state, viewer), image, mistakes }))
}

async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    customer: Customer,
) -> Result<Page<impl Template>, Error> {
    page(&state, &viewer, &customer, Mistakes::default()).await
}

async fn set(
    State(state): State<AppState>,
    viewer: Viewer,
    customer: Customer,
    upload: Result<Upload, Error>,
) -> Result<Response, Error> {
    let stored = match upload.and_then(|upload| upload.picture(&[])) {
        Ok(picture) => profiles::set_avatar(&state, &customer.account, picture).await,
        Err(error) => Err(error),
    };
    let Err(error) = stored else { return Ok(saved()) };
    let page = page(&state, &viewer, &customer, Mistakes::take(error)?).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
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
    let Some(image) = profiles::find(&state, &customer.account).await?.avatar else {
        return Ok(saved());
    };
    Ok(Page(RemovePage { layout: Layout::of(&state, &viewer), image }).into_response())
}

async fn remove(State(state): State<AppState>, customer: Customer) -> Result<Response, Error> {
    profiles::remove_avatar(&state, &customer.account).await?;
    Ok(saved())
}
