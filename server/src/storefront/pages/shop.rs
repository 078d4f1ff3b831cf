//! One shop.

use api::listing::GalleryImage;
use api::shop_profile::{CustomWork, Holiday, LeadTime, SellerKind, ShopProfile};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::PAGE;
use crate::error::Error;
use crate::listings::{self, Card};
use crate::shops::profile::story;
use crate::state::AppState;
use crate::storefront::{structured, teaser};
use crate::web::local_path;
use crate::web::page::{Layout, Page};
use crate::web::people::Viewer;
use crate::web::place::Path;
use crate::{people, shops};

#[derive(Template)]
#[template(path = "storefront/shop.html")]
pub(super) struct ShopPage {
    pub(super) layout: Layout,
    pub(super) profile: ShopProfile,
    /// The story as HTML that cannot do harm.
    pub(super) story: String,
    pub(super) summary: String,
    pub(super) path: String,
    /// What other sites show of it: the banner, or the newest piece.
    pub(super) picture: Option<GalleryImage>,
    pub(super) structured: String,
    /// That the shop is away, in words.
    pub(super) away: Option<String>,
    /// The maker's own page, where her name is public.
    pub(super) maker: Option<Maker>,
    /// Whether shoppers are told in what capacity somebody sells.
    pub(super) tells_capacity: bool,
    pub(super) pieces: Vec<Card>,
    pub(super) next: Option<String>,
    pub(super) later: bool,
}

/// The person behind a shop.
pub(super) struct Maker {
    pub(super) name: String,
    /// The end of the address of her page.
    pub(super) address: String,
}

impl ShopPage {
    fn is_business(&self) -> bool {
        self.profile.seller.kind == SellerKind::Business
    }

    /// The policies in words: heading and text of each that says something.
    fn policies(&self) -> Vec<(&'static str, String)> {
        let told = &self.profile.policies;
        let lead = told.lead_time.map(sent_within).unwrap_or_default();
        let all = [
            ("Sent", lead),
            ("Returns", joined(told.returns_days.map(taken_back), &told.returns)),
            ("Custom work", joined(made_to_order(told.custom_work), &told.custom)),
        ];
        all.into_iter().filter(|(_, words)| !words.is_empty()).collect()
    }
}

/// How long it takes until a piece is sent.
pub(super) fn sent_within(LeadTime { from, to }: LeadTime) -> String {
    match (from, to) {
        (0, 0) => "Sent the same day.".to_owned(),
        (from, to) if from == to => format!("Sent within {to} days."),
        (from, to) => format!("Sent within {from} to {to} days."),
    }
}

fn taken_back(days: u32) -> String {
    match days {
        0 => "Pieces are not taken back.".to_owned(),
        days => format!("Pieces are taken back within {days} days."),
    }
}

fn made_to_order(custom: CustomWork) -> Option<String> {
    match custom {
        CustomWork::No => None,
        CustomWork::OnRequest => Some("Pieces to order on request.".to_owned()),
        CustomWork::Yes => Some("Pieces are made to order.".to_owned()),
    }
}

fn joined(first: Option<String>, more: &str) -> String {
    [first.unwrap_or_default(), more.to_owned()].join("\n").trim().to_owned()
}

#[derive(Deserialize)]
pub(super) struct Asked {
    after: Option<String>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let present = shops::present_slug(&state, &slug).await?;
    if present != slug {
        return Ok(moved(&format!("/shops/{present}")));
    }
    let shop = shops::find_by_slug(&state, &slug).await?;
    let page = listings::of_shop(&state, shop.id, asked.after.as_deref(), PAGE).await?;
    let path = format!("/shops/{}", shop.slug);
    let profile = shops::profile::find(&state, shop).await?;
    let now = state.clock.now();
    let layout = Layout::of(&state, &viewer);
    let newest = page.items.iter().find_map(|card| card.cover.clone());
    Ok(Page(ShopPage {
        structured: structured::shop(&layout.origin, &profile),
        picture: profile.banner.clone().or(newest),
        layout,
        summary: summary(&profile),
        story: story::html(&profile.shop.story),
        away: profile.holiday.filter(|holiday| holiday.is_on(now)).map(Holiday::words),
        maker: maker(&state, &viewer, &profile).await?,
        tells_capacity: shops::profile::policy::is_in_union(&state.config.country),
        pieces: page.items,
        next: page.next.map(|next| local_path::with_query(&path, &[("after", &next)])),
        later: asked.after.is_some(),
        path,
        profile,
    })
    .into_response())
}

/// For good, but asked for anew each time: a shop may take its former name again.
fn moved(to: &str) -> Response {
    let headers =
        [(header::LOCATION, to.to_owned()), (header::CACHE_CONTROL, "no-cache".to_owned())];
    (StatusCode::MOVED_PERMANENTLY, headers).into_response()
}

/// The person behind a shop, for a viewer who may see her name.
async fn maker(
    state: &AppState,
    viewer: &Viewer,
    profile: &ShopProfile,
) -> Result<Option<Maker>, Error> {
    let owner = shops::owner(state, profile.shop.id).await?;
    let asking = viewer.account.as_ref().map(|account| account.id);
    match people::look(state, asking, &owner.to_string()).await {
        Ok(person) => Ok(Some(Maker { name: person.seen.name, address: person.seen.address })),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn summary(profile: &ShopProfile) -> String {
    if profile.shop.story.is_empty() {
        return format!("Handmade pieces by {}.", profile.shop.name);
    }
    teaser(&story::plain(&profile.shop.story), 155)
}
