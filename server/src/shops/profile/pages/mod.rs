//! The page on which an artisan changes what her shop tells.

use api::Timestamp;
use api::listing::{GalleryEntry, GalleryImage};
use api::shop_profile::{
    CustomWork, LeadTime, Pause, Policies, Seller, SellerKind, ShopProfile, ShopProfileEdit,
};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use bytes::Bytes;
use serde::Deserialize;

use super::policy;
use crate::error::Error;
use crate::images;
use crate::state::AppState;
use crate::web::limits;
use crate::web::page::{Layout, Mistakes, Page};
use crate::web::people::{Artisan, Viewer};
use crate::web::upload::Upload;

pub(super) fn routes() -> Router<AppState> {
    let pictures = post(add_picture).layer(limits::body(limits::IMAGE));
    Router::new()
        .route("/sell/shop", get(show).post(edit))
        .route("/sell/shop/pictures", pictures)
        .route("/sell/shop/pictures/remove", post(remove_picture))
        .route("/sell/shop/pause", post(pause))
        .route("/sell/shop/resume", post(resume))
}

#[derive(Template)]
#[template(path = "shops/profile.html")]
struct ProfilePage {
    layout: Layout,
    profile: ShopProfile,
    typed: Typed,
    dates: Dates,
    caption: Caption,
    mistakes: Mistakes,
    saved: bool,
    /// Why the shop may not offer anything as it is.
    silent: Option<String>,
    /// Whether the shop is away now.
    away: bool,
    /// Whether law wants a business to name itself here.
    names_itself: bool,
}

impl ProfilePage {
    /// What a picture can be.
    const KINDS: [(&str, &str); 3] = [
        ("banner", "The banner, a wide picture above everything"),
        ("portrait", "A portrait of the maker"),
        ("process", "A photograph of how things are made"),
    ];
    /// Whether things are made to order.
    const CUSTOM: [(&str, &str); 3] = [
        (CustomWork::No.as_str(), "No"),
        (CustomWork::OnRequest.as_str(), "On request"),
        (CustomWork::Yes.as_str(), "Yes, gladly"),
    ];
}

/// What was typed into one of the forms of the page; the others are as the shop has them.
#[derive(Default)]
struct Filled {
    words: Option<Typed>,
    dates: Dates,
    caption: Caption,
}

/// The form as it was typed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    /// The one that the artisan looked at.
    version: Option<i64>,
    name: String,
    place: String,
    story: String,
    returns_days: String,
    returns: String,
    custom_work: CustomWork,
    custom: String,
    lead_from: String,
    lead_to: String,
    seller_kind: SellerKind,
    seller_name: String,
    seller_address: String,
    seller_phone: String,
    seller_email: String,
    seller_register: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    saved: bool,
}

/// A picture to be taken away, by its hash.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gone {
    hash: String,
}

/// A holiday as it was typed.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Dates {
    from: String,
    until: String,
}

/// What stands beside a picture that is sent.
struct Caption {
    /// One of [`ProfilePage::KINDS`].
    kind: String,
    alt: String,
}

impl Default for Caption {
    fn default() -> Self {
        Self { kind: "process".to_owned(), alt: String::new() }
    }
}

impl Typed {
    fn of(profile: &ShopProfile) -> Self {
        let (shop, seller) = (profile.shop.clone(), profile.seller.clone());
        let policies = profile.policies.clone();
        let days = |days: Option<u32>| days.map(|days| days.to_string()).unwrap_or_default();
        Self {
            version: Some(profile.version),
            name: shop.name,
            place: shop.place,
            story: shop.story,
            returns_days: days(policies.returns_days),
            returns: policies.returns,
            custom_work: policies.custom_work,
            custom: policies.custom,
            lead_from: days(policies.lead_time.map(|lead| lead.from)),
            lead_to: days(policies.lead_time.map(|lead| lead.to)),
            seller_kind: seller.kind,
            seller_name: seller.name,
            seller_address: seller.address,
            seller_phone: seller.phone,
            seller_email: seller.email,
            seller_register: seller.register,
        }
    }

    fn edit(&self) -> Result<ShopProfileEdit, Error> {
        Ok(ShopProfileEdit {
            name: Some(self.name.clone()),
            place: Some(self.place.clone()),
            story: Some(self.story.clone()),
            policies: Some(Policies {
                returns_days: days("policies.returns_days", &self.returns_days)?,
                returns: self.returns.clone(),
                custom_work: self.custom_work,
                custom: self.custom.clone(),
                lead_time: self.lead_time()?,
            }),
            seller: Some(Seller {
                kind: self.seller_kind,
                name: self.seller_name.clone(),
                address: self.seller_address.clone(),
                phone: self.seller_phone.clone(),
                email: self.seller_email.clone(),
                register: self.seller_register.clone(),
            }),
            ..ShopProfileEdit::default()
        })
    }

    fn lead_time(&self) -> Result<Option<LeadTime>, Error> {
        const FIELD: &str = "policies.lead_time";
        match (days(FIELD, &self.lead_from)?, days(FIELD, &self.lead_to)?) {
            (Some(from), Some(to)) => Ok(Some(LeadTime { from, to })),
            (None, None) => Ok(None),
            _ => Err(Error::invalid(FIELD, "say both the fewest and the most days, or neither")),
        }
    }
}

/// Days as they were typed; nothing is not said.
fn days(field: &'static str, typed: &str) -> Result<Option<u32>, Error> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    typed.parse().map(Some).map_err(|_| Error::invalid(field, "a number of days, such as 14"))
}

/// A day as it was typed; nothing is not said.
fn day(field: &'static str, typed: &str) -> Result<Option<Timestamp>, Error> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let day = Timestamp::of_day(typed);
    day.map(Some).ok_or_else(|| Error::invalid(field, "a day reads 2026-12-24"))
}

fn page(
    state: &AppState,
    viewer: &Viewer,
    profile: ShopProfile,
    filled: Filled,
    mistakes: Mistakes,
) -> Page<ProfilePage> {
    let now = state.clock.now();
    Page(ProfilePage {
        layout: Layout::of(state, viewer),
        typed: filled.words.unwrap_or_else(|| Typed::of(&profile)),
        dates: filled.dates,
        caption: filled.caption,
        away: profile.holiday.is_some_and(|holiday| holiday.is_on(now)),
        names_itself: policy::is_in_union(&state.config.country),
        silent: policy::complete(&profile.seller, &state.config.country)
            .err()
            .map(|refusal| refusal.to_string()),
        profile,
        mistakes,
        saved: false,
    })
}

async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Query(asked): Query<Asked>,
) -> Result<Page<impl Template>, Error> {
    let profile = super::find(&state, artisan.shop).await?;
    let Page(page) = page(&state, &viewer, profile, Filled::default(), Mistakes::default());
    Ok(Page(ProfilePage { saved: asked.saved, ..page }))
}

async fn edit(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let edited = match typed.edit() {
        Ok(edit) => super::edit(&state, artisan.shop.id, &edit, typed.version).await,
        Err(error) => Err(error),
    };
    let filled = Filled { words: Some(typed), ..Filled::default() };
    done(&state, &viewer, artisan, filled, edited).await
}

async fn add_picture(
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
    let added = match picture {
        Ok(picture) => put_up(&state, &artisan, picture, &caption).await,
        Err(error) => Err(error),
    };
    done(&state, &viewer, artisan, Filled { caption, ..Filled::default() }, added).await
}

async fn put_up(
    state: &AppState,
    artisan: &Artisan,
    picture: Bytes,
    Caption { kind, alt }: &Caption,
) -> Result<ShopProfile, Error> {
    if !ProfilePage::KINDS.iter().any(|(known, _)| known == kind) {
        return Err(Error::invalid("process", "choose what the picture is"));
    }
    if kind == "process" && alt.trim().is_empty() {
        return Err(Error::invalid("alt", "say what it shows, for those who cannot see it"));
    }
    let stored = images::store_image(state, artisan.shop.id, picture).await?;
    let entry = GalleryEntry { hash: stored.image.hash, alt: alt.clone() };
    let change = match kind.as_str() {
        "banner" => ShopProfileEdit { banner: Some(entry), ..ShopProfileEdit::default() },
        "portrait" => ShopProfileEdit { portrait: Some(entry), ..ShopProfileEdit::default() },
        _ => {
            let profile = super::find(state, artisan.shop.clone()).await?;
            let mut process = entries(&profile.process);
            process.retain(|other| other.hash != entry.hash);
            process.push(entry);
            ShopProfileEdit { process: Some(process), ..ShopProfileEdit::default() }
        }
    };
    super::edit(state, artisan.shop.id, &change, None).await
}

fn entries(pictures: &[GalleryImage]) -> Vec<GalleryEntry> {
    let entry =
        |image: &GalleryImage| GalleryEntry { hash: image.hash.clone(), alt: image.alt.clone() };
    pictures.iter().map(entry).collect()
}

/// Takes a picture away, wherever it stands.
async fn remove_picture(
    State(state): State<AppState>,
    artisan: Artisan,
    Form(gone): Form<Gone>,
) -> Result<Redirect, Error> {
    let profile = super::find(&state, artisan.shop.clone()).await?;
    let nothing = || GalleryEntry { hash: String::new(), alt: String::new() };
    let is_gone = |image: &Option<GalleryImage>| {
        image.as_ref().is_some_and(|image| image.hash == gone.hash).then(nothing)
    };
    let mut process = entries(&profile.process);
    process.retain(|entry| entry.hash != gone.hash);
    let change = ShopProfileEdit {
        banner: is_gone(&profile.banner),
        portrait: is_gone(&profile.portrait),
        process: (process.len() < profile.process.len()).then_some(process),
        ..ShopProfileEdit::default()
    };
    super::edit(&state, artisan.shop.id, &change, None).await?;
    Ok(Redirect::to("/sell/shop?saved=true"))
}

async fn pause(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Form(dates): Form<Dates>,
) -> Result<Response, Error> {
    let asked = day("from", &dates.from)
        .and_then(|from| day("until", &dates.until).map(|until| Pause { from, until }));
    let paused = match asked {
        Ok(asked) => super::pause(&state, artisan.shop.id, &asked).await,
        Err(error) => Err(error),
    };
    done(&state, &viewer, artisan, Filled { dates, ..Filled::default() }, paused).await
}

async fn resume(State(state): State<AppState>, artisan: Artisan) -> Result<Redirect, Error> {
    super::resume(&state, artisan.shop.id).await?;
    Ok(Redirect::to("/sell/shop?saved=true"))
}

/// On to the page as it is now, or the page once more with what is wrong on it.
async fn done(
    state: &AppState,
    viewer: &Viewer,
    artisan: Artisan,
    filled: Filled,
    outcome: Result<ShopProfile, Error>,
) -> Result<Response, Error> {
    match outcome {
        Ok(_) => Ok(Redirect::to("/sell/shop?saved=true").into_response()),
        Err(error) => {
            let mistakes = Mistakes::take(error)?;
            let profile = super::find(state, artisan.shop).await?;
            let page = page(state, viewer, profile, filled, mistakes);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}
