//! Pictures of a shop: put up, described, put in order and taken down.

mod describe;

use api::listing::{GalleryEntry, GalleryImage};
use api::shop_profile::ShopProfile;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use bytes::Bytes;
use serde::Deserialize;

use super::super::places::Place;
use super::super::process::{self, Way};
use crate::error::{Error, Refusals};
use crate::images;
use crate::shops::profile;
use crate::state::AppState;
use crate::web::limits;
use crate::web::page::{Layout, Mistakes, Page};
use crate::web::people::{Artisan, Viewer};
use crate::web::upload::Upload;

/// The page with all of them.
const HOME: &str = "/sell/shop/pictures";
pub(super) fn routes() -> Router<AppState> {
    let adding = get(blank).post(add).layer(limits::body(limits::IMAGE));
    Router::new()
        .route("/sell/shop/pictures", get(show))
        .route("/sell/shop/pictures/add", adding)
        .route("/sell/shop/pictures/move", get(back).post(shift))
        .route("/sell/shop/pictures/remove", get(question).post(remove))
        .merge(describe::routes())
}

#[derive(Template)]
#[template(path = "shops/pictures.html")]
struct PicturesPage {
    layout: Layout,
    profile: ShopProfile,
    mistakes: Mistakes,
    news: News,
}

/// What was done just now.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum News {
    /// A picture was put up, described, or taken down.
    Saved,
    /// A photograph was put up that is among the others already.
    Known,
    /// What was to be taken down stood there no more.
    Gone,
    #[default]
    #[serde(other)]
    Nothing,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    news: News,
}

impl News {
    /// To the page that says it.
    fn page(self) -> Redirect {
        Redirect::to(match self {
            Self::Saved => "/sell/shop/pictures?news=saved",
            Self::Known => "/sell/shop/pictures?news=known",
            Self::Gone => "/sell/shop/pictures?news=gone",
            Self::Nothing => HOME,
        })
    }

    /// As the page says it.
    const fn words(self) -> &'static str {
        match self {
            Self::Saved => "Your pictures are saved.",
            Self::Known => {
                "This photograph is among them already. It stays at its place; what you have just said of it is kept."
            }
            Self::Gone => "That picture was removed already.",
            Self::Nothing => "",
        }
    }
}

impl PicturesPage {
    /// Where a photograph of making stands on the page.
    fn anchor(hash: &str) -> String {
        format!("photograph-{}", hash.get(..12).unwrap_or_default())
    }

    const fn is_empty(&self) -> bool {
        let profile = &self.profile;
        profile.banner.is_none() && profile.portrait.is_none() && profile.process.is_empty()
    }
}

async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Query(Asked { news }): Query<Asked>,
) -> Result<Page<impl Template>, Error> {
    let (layout, mistakes) = (Layout::at_work(&state, &viewer, &artisan), Mistakes::default());
    let profile = profile::find(&state, artisan.shop).await?;
    Ok(Page(PicturesPage { layout, profile, mistakes, news }))
}

/// To the page with the buttons.
async fn back(_artisan: Artisan) -> Redirect {
    Redirect::to(HOME)
}

#[derive(Template)]
#[template(path = "shops/picture_add.html")]
struct AddPage {
    layout: Layout,
    caption: Caption,
    mistakes: Mistakes,
}

impl AddPage {
    /// What a picture can be.
    const KINDS: [(&str, &str); 3] = [
        (Place::Banner.as_str(), "The banner, a wide picture above everything"),
        (Place::Portrait.as_str(), "A portrait of the maker"),
        (Place::Process.as_str(), "A photograph of how things are made"),
    ];
}

/// What stands beside a picture that is sent.
struct Caption {
    /// One of [`AddPage::KINDS`].
    kind: String,
    alt: String,
}

impl Default for Caption {
    fn default() -> Self {
        Self { kind: Place::Process.as_str().to_owned(), alt: String::new() }
    }
}

async fn blank(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
) -> Page<impl Template> {
    let (layout, mistakes) = (Layout::at_work(&state, &viewer, &artisan), Mistakes::default());
    Page(AddPage { layout, caption: Caption::default(), mistakes })
}

async fn add(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    upload: Result<Upload, Error>,
) -> Result<Response, Error> {
    let (caption, picture) = match upload {
        Ok(upload) => {
            let [kind, alt] = ["kind", "alt"].map(|name| upload.field(name).to_owned());
            (Caption { kind, alt }, upload.picture(&["kind", "alt"]))
        }
        Err(error) => (Caption::default(), Err(error)),
    };
    let error = match put_up(&state, &artisan, picture, &caption).await {
        Ok(news) => return Ok(news.page().into_response()),
        Err(error) => error,
    };
    let (layout, mistakes) = (Layout::at_work(&state, &viewer, &artisan), Mistakes::take(error)?);
    let page = Page(AddPage { layout, caption, mistakes });
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn put_up(
    state: &AppState,
    artisan: &Artisan,
    sent: Result<Bytes, Error>,
    Caption { kind, alt }: &Caption,
) -> Result<News, Error> {
    let (mut wrong, mut picture) = (Refusals::default(), Bytes::new());
    wrong.put(&mut picture, Some(sent))?;
    let place = Place::ALL.into_iter().find(|place| place.as_str() == kind);
    let place = place.ok_or_else(|| Error::invalid("process", "choose what the picture is"));
    let place = wrong.take(place)?.unwrap_or_default();
    wrong.take(said(place, alt))?;
    wrong.told()?;
    let stored = images::store_image(state, artisan.shop.id, picture).await?;
    let entry = GalleryEntry { hash: stored.image.hash, alt: alt.clone() };
    let mut news = News::Saved;
    rearrange(state, artisan, place, |entries| {
        let standing = entries.iter_mut().find(|other| other.hash == entry.hash);
        match standing.filter(|_| place == Place::Process) {
            Some(other) => {
                *other = entry;
                news = News::Known;
            }
            None => entries.push(entry),
        }
        Ok(())
    })
    .await?;
    Ok(news)
}

/// Refuses a photograph of making of which nothing is said.
fn said(place: Place, alt: &str) -> Result<(), Error> {
    if place == Place::Process && alt.trim().is_empty() {
        return Err(Error::invalid("alt", "say what it shows, for those who cannot see it"));
    }
    Ok(())
}

/// Changes the pictures of a place as they stand now, unless `change` refuses.
async fn rearrange(
    state: &AppState,
    artisan: &Artisan,
    place: Place,
    change: impl FnOnce(&mut Vec<GalleryEntry>) -> Result<(), Error>,
) -> Result<ShopProfile, Error> {
    let before = profile::find(state, artisan.shop.clone()).await?;
    let mut entries = place.pictures(&before).iter().map(GalleryEntry::from).collect();
    change(&mut entries)?;
    profile::edit(state, artisan.shop.id, &place.edit(entries), Some(before.version)).await
}

fn taken_away() -> Error {
    Error::conflict("this photograph was taken away meanwhile; your change has no place")
}

/// A picture that is asked about, by its place and its hash.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Meant {
    place: Place,
    hash: String,
}

/// A photograph of making that goes a place on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Moved {
    hash: String,
    way: Way,
}

/// Leads back to the photograph, so that it can go on at once.
async fn shift(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Form(Moved { hash, way }): Form<Moved>,
) -> Result<Response, Error> {
    let moved = rearrange(&state, &artisan, Place::Process, |entries| {
        process::shift(entries, &hash, way).ok_or_else(taken_away)
    })
    .await;
    let Err(error) = moved else {
        let there = format!("{HOME}#{}", PicturesPage::anchor(&hash));
        return Ok(Redirect::to(&there).into_response());
    };
    let (layout, mistakes) = (Layout::at_work(&state, &viewer, &artisan), Mistakes::take(error)?);
    let profile = profile::find(&state, artisan.shop).await?;
    let page = Page(PicturesPage { layout, profile, mistakes, news: News::Nothing });
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

#[derive(Template)]
#[template(path = "shops/picture_remove.html")]
struct RemovePage {
    layout: Layout,
    place: Place,
    image: GalleryImage,
    /// Where else it stands, in words.
    elsewhere: Vec<&'static str>,
}

/// Asks first; who comes too late is led back.
async fn question(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Query(Meant { place, hash }): Query<Meant>,
) -> Result<Response, Error> {
    let layout = Layout::at_work(&state, &viewer, &artisan);
    let profile = profile::find(&state, artisan.shop).await?;
    let Some(image) = place.find(&profile, &hash) else {
        return Ok(Redirect::to(HOME).into_response());
    };
    let others = Place::ALL.into_iter().filter(|other| *other != place);
    let elsewhere = others.filter(|other| other.find(&profile, &hash).is_some());
    let elsewhere = elsewhere.map(Place::words).collect();
    Ok(Page(RemovePage { layout, place, image, elsewhere }).into_response())
}

/// Takes a picture away from the place that is meant.
async fn remove(
    State(state): State<AppState>,
    artisan: Artisan,
    Form(Meant { place, hash }): Form<Meant>,
) -> Result<Redirect, Error> {
    let removed = rearrange(&state, &artisan, place, |entries| {
        let before = entries.len();
        entries.retain(|entry| entry.hash != hash);
        if entries.len() < before { Ok(()) } else { Err(Error::NotFound) }
    })
    .await;
    match removed {
        Ok(_) => Ok(News::Saved.page()),
        Err(Error::NotFound) => Ok(News::Gone.page()),
        Err(error) => Err(error),
    }
}
