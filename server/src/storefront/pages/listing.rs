//! One listing.

use api::listing::{Listing, ListingStatus, Variant};
use api::shop::Shop;
use api::{Id, Money};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::error::Error;
use crate::listings::{self, Card, PublicListing};
use crate::state::AppState;
use crate::storefront::{structured, teaser};
use crate::web::page::{Layout, Page};
use crate::web::people::Viewer;

/// Pieces of the same shop below the listing.
const MORE: usize = 4;
/// Pieces that can be chosen at once; the cart takes more.
const MOST_AT_ONCE: i64 = 10;

#[derive(Template)]
#[template(path = "storefront/listing.html")]
pub(super) struct ListingPage {
    layout: Layout,
    listing: Listing,
    shop: Shop,
    address: String,
    summary: String,
    structured: String,
    story: String,
    axes: String,
    choices: Vec<Choice>,
    price: Money,
    price_varies: bool,
    stock: String,
    can_buy: bool,
    sold_out: bool,
    more: Vec<Card>,
}

/// A variant that can be chosen.
struct Choice {
    id: Id<Variant>,
    label: String,
    available: i64,
    chosen: bool,
}

pub(super) async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    let found = listings::public_listing(&state, &slug).await?;
    if found.listing.slug != slug {
        return Ok(
            Redirect::permanent(&format!("/listings/{}", found.listing.slug)).into_response()
        );
    }
    let more = listings::of_shop(&state, found.shop.id, None, 5).await?.items;
    let layout = Layout::of(&state, &viewer);
    Ok(Page(ListingPage::new(layout, found, more)?).into_response())
}

impl ListingPage {
    pub(super) fn new(
        layout: Layout,
        found: PublicListing,
        mut more: Vec<Card>,
    ) -> Result<Self, Error> {
        let PublicListing { listing, shop } = found;
        more.retain(|card| card.id != listing.id);
        more.truncate(MORE);
        let price = listing.variants.iter().map(|variant| variant.price).min_by_key(|p| p.minor());
        let price = price.ok_or_else(|| Error::internal("a listing without a variant"))?;
        let sold_out = listing.status == ListingStatus::SoldOut;
        Ok(Self {
            address: format!("{}/listings/{}", layout.origin, listing.slug),
            structured: structured::product(&layout.origin, &listing, &shop),
            layout: layout.on_shelf(listing.category),
            summary: summary(&listing, &shop),
            story: teaser(&shop.story, 600),
            axes: axes(&listing.options),
            choices: choices(&listing.variants, price),
            price,
            price_varies: listing.variants.iter().any(|variant| variant.price != price),
            stock: stock(&listing.variants),
            can_buy: !sold_out && shop.onboarding.may_sell(),
            sold_out,
            more,
            listing,
            shop,
        })
    }

    /// Numbers of pieces to choose from.
    fn quantities(&self) -> Vec<i64> {
        let most = self.listing.variants.iter().map(|variant| variant.available).max();
        (1..=most.unwrap_or(1).clamp(1, MOST_AT_ONCE)).collect()
    }
}

/// `Glaze, size`.
fn axes(options: &[String]) -> String {
    if options.is_empty() { "Choose one".to_owned() } else { options.join(", ") }
}

/// What to choose from; the first that is there is chosen.
fn choices(variants: &[Variant], lowest: Money) -> Vec<Choice> {
    let first = variants.iter().find(|variant| variant.available > 0).map(|variant| variant.id);
    let several = variants.iter().any(|variant| variant.price != lowest);
    variants
        .iter()
        .map(|variant| {
            let mut label = variant.values.join(", ");
            if several {
                label = format!("{label}, {}", variant.price);
            }
            if variant.available == 0 {
                label.push_str(", sold out");
            } else if variant.available == 1 && variants.len() > 1 {
                label.push_str(", one left");
            }
            let chosen = Some(variant.id) == first;
            Choice { id: variant.id, label, available: variant.available, chosen }
        })
        .collect()
}

/// How many are there, in words; exact only where it matters to somebody who hesitates.
fn stock(variants: &[Variant]) -> String {
    const FEW: i64 = 5;
    match variants.iter().map(|variant| variant.available).sum::<i64>() {
        1 => "One left".to_owned(),
        few if few <= FEW => format!("{few} left"),
        _ => "In stock".to_owned(),
    }
}

fn summary(listing: &Listing, shop: &Shop) -> String {
    if listing.description.is_empty() {
        return format!("{}, made by {}.", listing.title, shop.name);
    }
    teaser(&listing.description, 155)
}
