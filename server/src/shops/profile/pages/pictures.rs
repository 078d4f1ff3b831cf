//! Pictures of a shop: put up, described, put in order and taken down.

use api::listing::{GalleryEntry, GalleryImage};
use api::shop_profile::{ShopProfile, ShopProfileEdit};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::super::process::{self, Way};
use super::Asked;
use crate::error::{Error, Refusals};
use crate::images;
use crate::shops::profile;
use crate::state::AppState;
use crate::web::form::{self, Field, Form as _, Versioned};
use crate::web::page::{Layout, Mistakes, Page};
use crate::web::people::{Artisan, Viewer};
use crate::web::upload::Upload;
use crate::web::{limits, unsaved};

/// The page with all of them.
const HOME: &str = "/sell/shop/pictures";
/// The page, after one of them was changed.
const SAVED: &str = "/sell/shop/pictures?saved=true";

pub(super) fn routes() -> Router<AppState> {
    let describing = get(description).post(describe).layer(from_fn(unsaved::keep::<Described>));
    let adding = get(blank).post(add).layer(limits::body(limits::IMAGE));
    Router::new()
        .route("/sell/shop/pictures", get(show))
        .route("/sell/shop/pictures/add", adding)
        .route("/sell/shop/pictures/describe", describing)
        .route("/sell/shop/pictures/move", get(back).post(shift))
        .route("/sell/shop/pictures/remove", get(question).post(remove))
}

#[derive(Template)]
#[template(path = "shops/pictures.html")]
struct PicturesPage {
    layout: Layout,
    profile: ShopProfile,
    mistakes: Mistakes,
    saved: bool,
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
    Query(Asked { saved }): Query<Asked>,
) -> Result<Page<impl Template>, Error> {
    let profile = profile::find(&state, artisan.shop).await?;
    let (layout, mistakes) = (Layout::of(&state, &viewer), Mistakes::default());
    Ok(Page(PicturesPage { layout, profile, mistakes, saved }))
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
        ("banner", "The banner, a wide picture above everything"),
        ("portrait", "A portrait of the maker"),
        ("process", "A photograph of how things are made"),
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
        Self { kind: "process".to_owned(), alt: String::new() }
    }
}

async fn blank(
    State(state): State<AppState>,
    viewer: Viewer,
    _artisan: Artisan,
) -> Page<impl Template> {
    let (layout, mistakes) = (Layout::of(&state, &viewer), Mistakes::default());
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
    let Err(error) = put_up(&state, &artisan, picture, &caption).await else {
        return Ok(Redirect::to(SAVED).into_response());
    };
    let (layout, mistakes) = (Layout::of(&state, &viewer), Mistakes::take(error)?);
    let page = Page(AddPage { layout, caption, mistakes });
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn put_up(
    state: &AppState,
    artisan: &Artisan,
    sent: Result<Bytes, Error>,
    Caption { kind, alt }: &Caption,
) -> Result<ShopProfile, Error> {
    let (mut wrong, mut picture) = (Refusals::default(), Bytes::new());
    wrong.put(&mut picture, Some(sent))?;
    if !AddPage::KINDS.iter().any(|(known, _)| known == kind) {
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
                Ok(())
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

/// Changes the photographs of making as they stand now, unless `change` refuses.
async fn rearrange(
    state: &AppState,
    artisan: &Artisan,
    change: impl FnOnce(&mut Vec<GalleryEntry>) -> Result<(), Error>,
) -> Result<ShopProfile, Error> {
    let before = profile::find(state, artisan.shop.clone()).await?;
    let mut process = process::entries(&before.process);
    change(&mut process)?;
    let change = ShopProfileEdit { process: Some(process), ..ShopProfileEdit::default() };
    profile::edit(state, artisan.shop.id, &change, Some(before.version)).await
}

fn taken_away() -> Error {
    Error::conflict("this photograph was taken away meanwhile; your change has no place")
}

#[derive(Template)]
#[template(path = "shops/picture_describe.html")]
struct DescribePage {
    layout: Layout,
    image: GalleryImage,
    typed: Described,
    mistakes: Mistakes,
}

/// Other words for a photograph of making.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    hash: String,
    /// What was said of it when the form was opened.
    over: Option<String>,
    alt: String,
}

impl Described {
    /// The form as it would be filled in now.
    fn of(image: &GalleryImage) -> Self {
        let (hash, alt) = (image.hash.clone(), image.alt.clone());
        Self { hash, over: Some(alt.clone()), alt }
    }

    /// Says what was typed, unless something else was said meanwhile.
    fn put(&self, process: &mut [GalleryEntry]) -> Result<(), Error> {
        let standing = process.iter().find(|entry| entry.hash == self.hash);
        let standing = standing.ok_or_else(taken_away)?;
        if self.over.as_ref().is_some_and(|over| *over != standing.alt) {
            return Err(Error::conflict("it was described anew meanwhile; look at it again"));
        }
        process::describe(process, &self.hash, &self.alt).ok_or_else(taken_away)
    }
}

impl Versioned for Described {
    type Version = String;

    fn version(&mut self) -> &mut Option<String> {
        &mut self.over
    }
}

impl form::Form for Described {
    const FIELDS: &'static [Field] = &[Field::typed("alt", "What it shows")];
}

/// A picture that is asked about, by its hash.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Meant {
    hash: String,
}

/// A photograph of making, if there is one with this hash.
async fn photograph(
    state: &AppState,
    artisan: &Artisan,
    hash: &str,
) -> Result<Option<GalleryImage>, Error> {
    let process = profile::find(state, artisan.shop.clone()).await?.process;
    Ok(process.into_iter().find(|image| image.hash == hash))
}

/// Who comes too late is led back.
async fn description(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Query(Meant { hash }): Query<Meant>,
) -> Result<Response, Error> {
    let Some(image) = photograph(&state, &artisan, &hash).await? else {
        return Ok(Redirect::to(HOME).into_response());
    };
    let (layout, mistakes) = (Layout::of(&state, &viewer), Mistakes::default());
    let typed = Described::of(&image);
    Ok(Page(DescribePage { layout, image, typed, mistakes }).into_response())
}

async fn describe(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Form(mut typed): Form<Described>,
) -> Result<Response, Error> {
    let edited = match said(&typed.alt) {
        Ok(()) => rearrange(&state, &artisan, |process| typed.put(process)).await,
        Err(error) => Err(error),
    };
    let Err(error) = edited else { return Ok(Redirect::to(SAVED).into_response()) };
    let image = photograph(&state, &artisan, &typed.hash).await?.ok_or_else(taken_away)?;
    let Some((status, mistakes)) = form::refused(error, &mut typed, Described::of(&image))? else {
        return Ok(Redirect::to(SAVED).into_response());
    };
    let layout = Layout::of(&state, &viewer);
    Ok((status, Page(DescribePage { layout, image, typed, mistakes })).into_response())
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
    let moved = rearrange(&state, &artisan, |process| {
        process::shift(process, &hash, way).ok_or_else(taken_away)
    })
    .await;
    let Err(error) = moved else {
        let there = format!("{HOME}#{}", PicturesPage::anchor(&hash));
        return Ok(Redirect::to(&there).into_response());
    };
    let (layout, mistakes) = (Layout::of(&state, &viewer), Mistakes::take(error)?);
    let profile = profile::find(&state, artisan.shop).await?;
    let page = Page(PicturesPage { layout, profile, mistakes, saved: false });
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// A picture to be taken away.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gone {
    hash: String,
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
    Query(Meant { hash }): Query<Meant>,
) -> Result<Response, Error> {
    let profile = profile::find(&state, artisan.shop).await?;
    let all = profile.banner.iter().map(|image| (image, "the banner of your shop"));
    let all = all.chain(profile.portrait.iter().map(|image| (image, "the portrait in your shop")));
    let all = all.chain(profile.process.iter().map(|image| (image, "a photograph of making")));
    let found: Vec<_> = all.filter(|(image, _)| image.hash == hash).collect();
    let Some((image, _)) = found.first() else { return Ok(Redirect::to(HOME).into_response()) };
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
    let is_gone = |image: &Option<GalleryImage>| {
        image.as_ref().is_some_and(|image| image.hash == gone.hash).then(GalleryEntry::none)
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
