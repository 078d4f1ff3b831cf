//! Pictures of a shop: put up, described, put in order and taken down.

use api::listing::{GalleryEntry, GalleryImage};
use api::shop_profile::{ShopProfile, ShopProfileEdit};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use bytes::Bytes;
use serde::Deserialize;

use super::super::process::{self, Way};
use super::{Filled, ProfilePage, done};
use crate::error::{Error, Refusals};
use crate::images;
use crate::shops::profile;
use crate::state::AppState;
use crate::web::limits;
use crate::web::page::{Layout, Page};
use crate::web::people::{Artisan, Viewer};
use crate::web::upload::Upload;

/// Where pictures stand on the page of the shop, after one of them was changed.
const SAVED: &str = "/sell/shop?saved=pictures#pictures";

pub(super) fn routes() -> Router<AppState> {
    let pictures = post(add).layer(limits::body(limits::IMAGE));
    Router::new()
        .route("/sell/shop/pictures", pictures)
        .route("/sell/shop/pictures/describe", post(describe))
        .route("/sell/shop/pictures/move", post(shift))
        .route("/sell/shop/pictures/remove", get(question).post(remove))
}

/// What stands beside a picture that is sent.
pub(super) struct Caption {
    /// One of [`ProfilePage::KINDS`].
    pub(super) kind: String,
    pub(super) alt: String,
}

impl Default for Caption {
    fn default() -> Self {
        Self { kind: "process".to_owned(), alt: String::new() }
    }
}

/// Other words for a photograph of making.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Described {
    /// Which one; empty where none is described.
    pub(super) hash: String,
    pub(super) alt: String,
}

/// A photograph of making that goes a place on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Moved {
    hash: String,
    way: Way,
}

/// A picture to be taken away, by its hash.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gone {
    hash: String,
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
    let added = put_up(&state, &artisan, picture, &caption).await;
    done(&state, &viewer, artisan, Filled { caption, ..Filled::default() }, added, SAVED).await
}

async fn put_up(
    state: &AppState,
    artisan: &Artisan,
    sent: Result<Bytes, Error>,
    Caption { kind, alt }: &Caption,
) -> Result<ShopProfile, Error> {
    let (mut wrong, mut picture) = (Refusals::default(), Bytes::new());
    wrong.put(&mut picture, Some(sent))?;
    if !ProfilePage::KINDS.iter().any(|(known, _)| known == kind) {
        wrong.take::<()>(Err(Error::invalid("process", "choose what the picture is")))?;
    }
    if kind == "process" {
        wrong.take(said(alt))?;
    }
    wrong.told()?;
    let stored = images::store_image(state, artisan.shop.id, picture).await?;
    let entry = GalleryEntry { hash: stored.image.hash, alt: alt.clone() };
    let change = match kind.as_str() {
        "banner" => ShopProfileEdit { banner: Some(entry), ..ShopProfileEdit::default() },
        "portrait" => ShopProfileEdit { portrait: Some(entry), ..ShopProfileEdit::default() },
        _ => {
            return rearrange(state, artisan, |process| {
                process.retain(|other| other.hash != entry.hash);
                process.push(entry);
                Some(())
            })
            .await;
        }
    };
    profile::edit(state, artisan.shop.id, &change, None).await
}

/// Refuses a photograph of making of which nothing is said.
fn said(alt: &str) -> Result<(), Error> {
    if alt.trim().is_empty() {
        return Err(Error::invalid("alt", "say what it shows, for those who cannot see it"));
    }
    Ok(())
}

/// Changes the photographs of making as they stand now; `change` gives nothing when it does not
/// find the one that is meant.
async fn rearrange(
    state: &AppState,
    artisan: &Artisan,
    change: impl FnOnce(&mut Vec<GalleryEntry>) -> Option<()>,
) -> Result<ShopProfile, Error> {
    let before = profile::find(state, artisan.shop.clone()).await?;
    let mut process = process::entries(&before.process);
    change(&mut process).ok_or_else(|| {
        Error::conflict("this photograph was taken away meanwhile; your change has no place")
    })?;
    let change = ShopProfileEdit { process: Some(process), ..ShopProfileEdit::default() };
    profile::edit(state, artisan.shop.id, &change, Some(before.version)).await
}

async fn describe(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Form(described): Form<Described>,
) -> Result<Response, Error> {
    let Described { hash, alt } = &described;
    let edited = match said(alt) {
        Ok(()) => {
            rearrange(&state, &artisan, |process| process::describe(process, hash, alt)).await
        }
        Err(error) => Err(error),
    };
    done(&state, &viewer, artisan, Filled { described, ..Filled::default() }, edited, SAVED).await
}

/// Leads back to the photograph, so that it can go on at once.
async fn shift(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Form(Moved { hash, way }): Form<Moved>,
) -> Result<Response, Error> {
    let moved = rearrange(&state, &artisan, |process| process::shift(process, &hash, way)).await;
    let there = format!("/sell/shop#{}", ProfilePage::anchor(&hash));
    done(&state, &viewer, artisan, Filled::default(), moved, &there).await
}

#[derive(Template)]
#[template(path = "shops/picture_remove.html")]
struct RemovePage {
    layout: Layout,
    image: GalleryImage,
    /// Where it stands, in words.
    places: Vec<&'static str>,
}

/// Asks first; who comes too late is led back.
async fn question(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Query(Gone { hash }): Query<Gone>,
) -> Result<Response, Error> {
    let profile = profile::find(&state, artisan.shop).await?;
    let all = profile.banner.iter().map(|image| (image, "the banner of your shop"));
    let all = all.chain(profile.portrait.iter().map(|image| (image, "the portrait in your shop")));
    let all = all.chain(profile.process.iter().map(|image| (image, "a photograph of making")));
    let found: Vec<_> = all.filter(|(image, _)| image.hash == hash).collect();
    let Some((image, _)) = found.first() else { return Ok(Redirect::to(SAVED).into_response()) };
    let page = RemovePage {
        layout: Layout::of(&state, &viewer),
        image: GalleryImage::clone(image),
        places: found.iter().map(|(_, place)| *place).collect(),
    };
    Ok(Page(page).into_response())
}

/// Takes a picture away, wherever it stands.
async fn remove(
    State(state): State<AppState>,
    artisan: Artisan,
    Form(gone): Form<Gone>,
) -> Result<Redirect, Error> {
    let profile = profile::find(&state, artisan.shop.clone()).await?;
    let nothing = || GalleryEntry { hash: String::new(), alt: String::new() };
    let is_gone = |image: &Option<GalleryImage>| {
        image.as_ref().is_some_and(|image| image.hash == gone.hash).then(nothing)
    };
    let mut process = process::entries(&profile.process);
    process.retain(|entry| entry.hash != gone.hash);
    let change = ShopProfileEdit {
        banner: is_gone(&profile.banner),
        portrait: is_gone(&profile.portrait),
        process: (process.len() < profile.process.len()).then_some(process),
        ..ShopProfileEdit::default()
    };
    profile::edit(&state, artisan.shop.id, &change, None).await?;
    Ok(Redirect::to(SAVED))
}
