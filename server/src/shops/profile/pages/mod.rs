//! The page on which an artisan changes what her shop tells.

mod holiday;
mod pictures;

use api::shop_profile::{
    CustomWork, LeadTime, Policies, Seller, SellerKind, ShopProfile, ShopProfileEdit,
};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::{Deserialize, Serialize};

use super::policy;
use crate::error::{Error, Refusals};
use crate::state::AppState;
use crate::web::form::{self, Field, Form as _, Shared};
use crate::web::page::{Layout, Mistakes, Page};
use crate::web::people::{Artisan, Viewer};
use crate::web::unsaved;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/sell/shop", get(show).post(edit).layer(from_fn(unsaved::keep::<Typed>)))
        .merge(holiday::routes())
        .merge(pictures::routes())
}

#[derive(Template)]
#[template(path = "shops/profile.html")]
struct ProfilePage {
    layout: Layout,
    profile: ShopProfile,
    typed: Typed,
    mistakes: Mistakes,
    saved: bool,
    /// What the shop has yet to say about its seller before it may offer anything.
    missing: Vec<&'static str>,
    /// Whether law wants a business to name itself here.
    names_itself: bool,
}

/// The form as it was typed.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    /// The marks of what stood in it when it was opened.
    opened: Option<String>,
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

/// Whether things are made to order.
const CUSTOM: [(&str, &str); 3] = [
    (CustomWork::No.as_str(), "No"),
    (CustomWork::OnRequest.as_str(), "On request"),
    (CustomWork::Yes.as_str(), "Yes, gladly"),
];
/// As what somebody sells.
const SELLERS: [(&str, &str); 2] = [
    (SellerKind::Private.as_str(), "as a private person"),
    (SellerKind::Business.as_str(), "as a business"),
];

impl form::Form for Typed {
    const FIELDS: &'static [Field] = &[
        Field::typed("name", "Name of the shop"),
        Field::typed("place", "Place of making"),
        Field::typed("story", "Your story"),
        Field::typed("returns", "Returns"),
        Field::typed("returns_days", "Days to send back"),
        Field::typed("custom", "Custom work"),
        Field::chosen("custom_work", "Made to order", |value| form::words(&CUSTOM, value)),
        Field::typed("lead_from", "Days until it is sent, at least"),
        Field::typed("lead_to", "Days until it is sent, at most"),
        Field::chosen("seller_kind", "You sell", |value| form::words(&SELLERS, value)),
        Field::typed("seller_name", "Name of the business"),
        Field::typed("seller_address", "Postal address"),
        Field::typed("seller_phone", "Telephone"),
        Field::typed("seller_email", "E-mail for shoppers"),
        Field::typed("seller_register", "Trade register and number"),
    ];
}

impl Shared for Typed {
    fn opened(&mut self) -> &mut Option<String> {
        &mut self.opened
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    saved: bool,
}

impl Typed {
    fn of(profile: &ShopProfile) -> Self {
        let (shop, seller) = (profile.shop.clone(), profile.seller.clone());
        let policies = profile.policies.clone();
        let days = |days: Option<u32>| days.map(|days| days.to_string()).unwrap_or_default();
        Self {
            opened: None,
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

fn page(
    state: &AppState,
    viewer: &Viewer,
    artisan: &Artisan,
    profile: ShopProfile,
    typed: Typed,
    mistakes: Mistakes,
) -> ProfilePage {
    let market = &state.config.country;
    let missing = policy::missing(&profile.seller, market);
    ProfilePage {
        layout: Layout::at_work(state, viewer, artisan),
        names_itself: policy::is_in_union(market),
        missing: missing.into_iter().map(|(_, words)| words).collect(),
        profile,
        typed,
        mistakes,
        saved: false,
    }
}

async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Query(Asked { saved }): Query<Asked>,
) -> Result<Page<impl Template>, Error> {
    let profile = super::find(&state, artisan.shop.clone()).await?;
    let typed = form::opened(Typed::of(&profile))?;
    let page = page(&state, &viewer, &artisan, profile, typed, Mistakes::default());
    Ok(Page(ProfilePage { saved, ..page }))
}

async fn edit(
    State(state): State<AppState>,
    viewer: Viewer,
    artisan: Artisan,
    Form(mut typed): Form<Typed>,
) -> Result<Response, Error> {
    let profile = super::find(&state, artisan.shop.clone()).await?;
    if let Some(mistakes) = form::overtaken(&mut typed, Typed::of(&profile))? {
        let page = page(&state, &viewer, &artisan, profile, typed, mistakes);
        return Ok((StatusCode::CONFLICT, Page(page)).into_response());
    }
    let mut wrong = Refusals::default();
    let edit = typed.edit(&mut wrong)?;
    let (shop, version) = (artisan.shop.id, Some(profile.version));
    let edited = super::edit_unless(&state, shop, &edit, version, wrong).await;
    let Err(error) = edited else {
        return Ok(Redirect::to("/sell/shop?saved=true").into_response());
    };
    let page = page(&state, &viewer, &artisan, profile, typed, Mistakes::take(error)?);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
}
