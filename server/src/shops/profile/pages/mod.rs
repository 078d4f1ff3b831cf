//! The page on which an artisan changes what her shop tells.

mod pictures;

use api::Timestamp;
use api::listing::GalleryImage;
use api::shop_profile::{
    CustomWork, LeadTime, Pause, Policies, Seller, SellerKind, ShopProfile, ShopProfileEdit,
};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::policy;
use crate::error::{Error, Refusals};
use crate::state::AppState;
use crate::web::page::{Layout, Mistakes, Page};
use crate::web::people::{Artisan, Viewer};
use crate::web::unsaved;
use pictures::{Caption, Described};

/// The page, after its words or dates were changed.
const SAVED: &str = "/sell/shop?saved=true";

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/sell/shop", get(show).post(edit).layer(from_fn(unsaved::keep)))
        .route("/sell/shop/pause", post(pause))
        .route("/sell/shop/resume", post(resume))
        .merge(pictures::routes())
}

#[derive(Template)]
#[template(path = "shops/profile.html")]
struct ProfilePage {
    layout: Layout,
    profile: ShopProfile,
    typed: Typed,
    dates: Dates,
    caption: Caption,
    described: Described,
    mistakes: Mistakes,
    saved: Saved,
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

    /// Where a photograph of making stands on the page.
    fn anchor(hash: &str) -> String {
        format!("photograph-{}", hash.get(..12).unwrap_or_default())
    }

    /// What is typed to describe a photograph of making.
    fn alt<'a>(&'a self, image: &'a GalleryImage) -> &'a str {
        if self.is_described(image) { &self.described.alt } else { &image.alt }
    }

    /// What is wrong with that.
    fn wrong(&self, image: &GalleryImage) -> &str {
        if self.is_described(image) { self.mistakes.of("alt") } else { "" }
    }

    /// What is wrong with the words beside a picture that is sent.
    fn wrong_caption(&self) -> &str {
        if self.described.hash.is_empty() { self.mistakes.of("alt") } else { "" }
    }

    fn is_described(&self, image: &GalleryImage) -> bool {
        self.described.hash == image.hash
    }
}

/// What was typed into one of the forms of the page; the others are as the shop has them.
#[derive(Default)]
struct Filled {
    words: Option<Typed>,
    dates: Dates,
    caption: Caption,
    described: Described,
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
    saved: Saved,
}

/// What was saved just now.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Saved {
    #[default]
    Nothing,
    /// Words or dates.
    #[serde(rename = "true")]
    Words,
    Pictures,
}

/// A holiday as it was typed.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Dates {
    from: String,
    until: String,
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

    /// The change, less what cannot be read.
    fn edit(&self, wrong: &mut Refusals) -> Result<ShopProfileEdit, Error> {
        let returns_days = wrong.take(days("policies.returns_days", &self.returns_days))?;
        let lead_time = wrong.take(self.lead_time())?;
        Ok(ShopProfileEdit {
            name: Some(self.name.clone()),
            place: Some(self.place.clone()),
            story: Some(self.story.clone()),
            policies: Some(Policies {
                returns_days: returns_days.flatten(),
                returns: self.returns.clone(),
                custom_work: self.custom_work,
                custom: self.custom.clone(),
                lead_time: lead_time.flatten(),
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
        described: filled.described,
        away: profile.holiday.is_some_and(|holiday| holiday.is_on(now)),
        names_itself: policy::is_in_union(&state.config.country),
        silent: policy::complete(&profile.seller, &state.config.country)
            .err()
            .map(|refusal| refusal.to_string()),
        profile,
        mistakes,
        saved: Saved::Nothing,
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
    let mut wrong = Refusals::default();
    let edit = typed.edit(&mut wrong)?;
    let shop = artisan.shop.id;
    let edited = super::edit_unless(&state, shop, &edit, typed.version, wrong).await;
    let filled = Filled { words: Some(typed), ..Filled::default() };
    done(&state, &viewer, artisan, filled, edited, SAVED).await
}

async fn pause(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Form(dates): Form<Dates>,
) -> Result<Response, Error> {
    let mut wrong = Refusals::default();
    let from = wrong.take(day("from", &dates.from))?.flatten();
    let until = wrong.take(day("until", &dates.until))?.flatten();
    let paused = match wrong.told() {
        Ok(()) => super::pause(&state, artisan.shop.id, &Pause { from, until }).await,
        Err(error) => Err(error),
    };
    done(&state, &viewer, artisan, Filled { dates, ..Filled::default() }, paused, SAVED).await
}

async fn resume(State(state): State<AppState>, artisan: Artisan) -> Result<Redirect, Error> {
    super::resume(&state, artisan.shop.id).await?;
    Ok(Redirect::to(SAVED))
}

/// Onward to the page as it is now, or the page once more with what is wrong on it.
async fn done(
    state: &AppState,
    viewer: &Viewer,
    artisan: Artisan,
    filled: Filled,
    outcome: Result<ShopProfile, Error>,
    onward: &str,
) -> Result<Response, Error> {
    match outcome {
        Ok(_) => Ok(Redirect::to(onward).into_response()),
        Err(error) => {
            let mistakes = Mistakes::take(error)?;
            let profile = super::find(state, artisan.shop).await?;
            let page = page(state, viewer, profile, filled, mistakes);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}
