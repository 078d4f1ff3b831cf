//! A picture of a shop is described anew.

use api::listing::{GalleryEntry, GalleryImage};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::{Deserialize, Serialize};

use super::super::super::places::Place;
use super::{HOME, Meant, News, PicturesPage, rearrange, said};
use crate::error::Error;
use crate::shops::profile;
use crate::state::AppState;
use crate::web::form::{self, Field, Form as _, Shared};
use crate::web::page::{Layout, Mistakes, Page};
use crate::web::people::{Artisan, Viewer};
use crate::web::unsaved;

pub(super) fn routes() -> Router<AppState> {
    let describing = get(description).post(describe).layer(from_fn(unsaved::keep::<Described>));
    Router::new().route("/sell/shop/pictures/describe", describing)
}

#[derive(Template)]
#[template(path = "shops/picture_describe.html")]
struct DescribePage {
    layout: Layout,
    image: GalleryImage,
    typed: Described,
    mistakes: Mistakes,
}

/// Other words for a picture.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    #[serde(default)]
    place: Place,
    hash: String,
    /// The marks of what stood in it when it was opened.
    opened: Option<String>,
    alt: String,
}

impl Described {
    /// The form as it would be filled in now.
    fn of(place: Place, image: &GalleryImage) -> Self {
        Self { place, hash: image.hash.clone(), opened: None, alt: image.alt.clone() }
    }

    /// Says what was typed.
    fn put(&self, entries: &mut [GalleryEntry]) -> Result<(), Error> {
        let standing = entries.iter_mut().find(|entry| entry.hash == self.hash);
        self.alt.clone_into(&mut standing.ok_or(Error::NotFound)?.alt);
        Ok(())
    }
}

impl Shared for Described {
    fn opened(&mut self) -> &mut Option<String> {
        &mut self.opened
    }
}

impl form::Form for Described {
    const FIELDS: &'static [Field] = &[Field::typed("alt", "What it shows")];
}

/// Who comes too late is led back.
async fn description(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Query(Meant { place, hash }): Query<Meant>,
) -> Result<Response, Error> {
    let (layout, mistakes) = (Layout::at_work(&state, &viewer, &artisan), Mistakes::default());
    let profile = profile::find(&state, artisan.shop).await?;
    let Some(image) = place.find(&profile, &hash) else {
        return Ok(Redirect::to(HOME).into_response());
    };
    let typed = form::opened(Described::of(place, &image))?;
    Ok(Page(DescribePage { layout, image, typed, mistakes }).into_response())
}

async fn describe(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Form(mut typed): Form<Described>,
) -> Result<Response, Error> {
    let layout = Layout::at_work(&state, &viewer, &artisan);
    let profile = profile::find(&state, artisan.shop.clone()).await?;
    let image = typed.place.find(&profile, &typed.hash).ok_or(Error::NotFound)?;
    let saved = Described::of(typed.place, &image);
    if let Some(mistakes) = form::overtaken(&mut typed, saved)? {
        let page = Page(DescribePage { layout, image, typed, mistakes });
        return Ok((StatusCode::CONFLICT, page).into_response());
    }
    let edited = match said(typed.place, &typed.alt) {
        Ok(()) => rearrange(&state, &artisan, typed.place, |entries| typed.put(entries)).await,
        Err(error) => Err(error),
    };
    let Err(error) = edited else { return Ok(News::Saved.page().into_response()) };
    let page = Page(DescribePage { layout, image, typed, mistakes: Mistakes::take(error)? });
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
