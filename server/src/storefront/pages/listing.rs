//! One listing.

use api::listing::{GalleryImage, Listing, ListingStatus, Variant};
use api::making::{Promise, ToOrder};
use api::question::Question;
use api::shop::Shop;
use api::shop_profile::{Holiday, Policies, ShopProfile};
use api::{Id, Money, Timestamp};
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::personal::{self, Field, Typed};
use super::shop::sent_within;
use crate::carts::{self, Wanted};
use crate::error::Error;
use crate::favourites;
use crate::listings::prices::{Reduction, Reductions};
use crate::listings::{self, Card, PublicListing};
use crate::shops;
use crate::shops::profile::story;
use crate::state::AppState;
use crate::storefront::{structured, teaser};
use crate::web::local_path;
use crate::web::page::{Layout, Page, sentence};
use crate::web::people::Viewer;
use crate::web::place::Path;

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
    path: String,
    summary: String,
    structured: String,
    story: String,
    /// Materials and attributes, as label and value.
    facts: Vec<(&'static str, String)>,
    axes: String,
    choices: Vec<Choice>,
    price: Money,
    /// What the lowest price was before it was lowered, if it lately was.
    reduction: Option<Reduction>,
    price_varies: bool,
    stock: String,
    can_buy: bool,
    /// What the maker asks.
    fields: Vec<Field>,
    /// What answers add that every piece needs.
    always: Option<Money>,
    /// Pieces that were asked for.
    quantity: i64,
    /// What is wrong with the form as a whole.
    message: String,
    /// Whether it is one of the viewer's favourites; nothing is known of who is not signed in.
    favourite: Option<bool>,
    /// Where whoever is not signed in does so and comes back.
    sign_in: String,
    sold_out: bool,
    /// The maker, if the shop shows her.
    portrait: Option<GalleryImage>,
    /// That the shop is away, in words.
    away: Option<String>,
    /// How long until it is sent, and whether it is taken back; empty when the shop says nothing.
    promises: Vec<String>,
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
    Ok(Page(page(&state, &viewer, found).await?).into_response())
}

/// Puts a piece into the cart with what its maker wants to know, or says what is missing.
pub(super) async fn order(
    State(state): State<AppState>,
    viewer: Viewer,
    headers: HeaderMap,
    Path(slug): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let typed = Typed::read(pairs)?;
    let found = listings::public_listing(&state, &slug).await?;
    let chosen = found.listing.variants.iter().find(|it| Some(it.id) == typed.variant);
    let variant = chosen.map(|variant| variant.id);
    let fields = personal::checked(&found.listing.questions, &typed)?;
    let stray = typed.stray(&found.listing.questions);
    let mut message = match (variant, stray) {
        (None, _) => "Choose which one you would like.".to_owned(),
        (_, Some(stray)) => {
            let label = &stray.question;
            format!("The maker does not ask “{label}” any more. Look at the form once more.")
        }
        _ => String::new(),
    };
    let is_fine = message.is_empty() && fields.iter().all(|field| field.wrong.is_empty());
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if let Some(variant) = variant.filter(|_| is_fine) {
        let wanted = Wanted { variant, quantity: typed.quantity, given: typed.given };
        match carts::pages::put_in(&state, &headers, &wanted).await {
            // Said here, where what was typed still stands.
            Err(Error::Conflict(reason)) => {
                status = StatusCode::CONFLICT;
                message = format!("{}.", sentence(&reason));
            }
            done => return done,
        }
    }
    let mut page = page(&state, &viewer, found).await?;
    for choice in &mut page.choices {
        choice.chosen = Some(choice.id) == variant || (variant.is_none() && choice.chosen);
    }
    let page = ListingPage { fields, message, quantity: typed.quantity, ..page };
    Ok((status, Page(page)).into_response())
}

/// The page of a listing for one viewer.
async fn page(
    state: &AppState,
    viewer: &Viewer,
    found: PublicListing,
) -> Result<ListingPage, Error> {
    let more = listings::of_shop(state, found.shop.id, None, 5).await?.items;
    let layout = Layout::of(state, viewer);
    let profile = shops::profile::find(state, found.shop).await?;
    let here = (state.config.country.as_str(), state.clock.now());
    let favourite = match &viewer.account {
        Some(account) => Some(favourites::is_one(state, account.id, found.listing.id).await?),
        None => None,
    };
    let promised = listings::making::promised_now(state, &found.listing).await?;
    let found = (found.listing, found.reductions);
    let mut page = ListingPage::new(layout, found, profile, more, here)?;
    if let Some((terms, promise)) = promised {
        page.stock = made(terms, &promise, state.clock.now());
    }
    Ok(ListingPage { favourite, ..page })
}

impl ListingPage {
    pub(super) fn new(
        layout: Layout,
        (mut listing, reductions): (Listing, Reductions),
        profile: ShopProfile,
        mut more: Vec<Card>,
        (country, now): (&str, Timestamp),
    ) -> Result<Self, Error> {
        let away = profile.holiday.filter(|holiday| holiday.is_on(now)).map(Holiday::words);
        let ShopProfile { shop, portrait, policies, .. } = profile;
        let made = listing.making.to_order().is_some();
        let promises = promises(&policies, made);
        if made {
            for variant in &mut listing.variants {
                variant.available = MOST_AT_ONCE;
            }
        }
        more.retain(|card| card.id != listing.id);
        more.truncate(MORE);
        let price = listing.variants.iter().map(|variant| variant.price).min_by_key(|p| p.minor());
        let price = price.ok_or_else(|| Error::internal("a listing without a variant"))?;
        let reduction_of = |variant: &Variant| {
            reductions.iter().find(|(id, _)| *id == variant.id).map(|(_, reduction)| *reduction)
        };
        let mut lowest = listing.variants.iter().filter(|variant| variant.price == price);
        let reduction = lowest.find_map(reduction_of);
        let sold_out = listing.status == ListingStatus::SoldOut;
        let can_buy = !sold_out && away.is_none() && shop.onboarding.may_sell();
        Ok(Self {
            path: format!("/listings/{}", listing.slug),
            structured: structured::product(
                &layout.origin,
                country,
                &listing,
                &reductions,
                (&shop, &policies),
                can_buy,
            ),
            layout: layout.on_shelf(listing.category),
            summary: summary(&listing, &shop),
            story: teaser(&story::plain(&shop.story), 600),
            facts: facts(&listing),
            axes: axes(&listing.options),
            choices: choices(&listing.variants, price, reduction_of),
            price,
            reduction,
            price_varies: listing.variants.iter().any(|variant| variant.price != price),
            stock: stock(&listing.variants),
            can_buy,
            fields: personal::fields(&listing.questions),
            always: always(&listing.questions)?,
            quantity: 1,
            message: String::new(),
            favourite: None,
            sign_in: local_path::with_query(
                "/login",
                &[("next", &format!("/listings/{}", listing.slug))],
            ),
            portrait,
            away,
            promises,
            sold_out,
            more,
            listing,
            shop,
        })
    }

    /// Whether an answer cannot be used.
    fn has_mistakes(&self) -> bool {
        self.fields.iter().any(|field| !field.wrong.is_empty())
    }

    /// Numbers of pieces to choose from.
    fn quantities(&self) -> Vec<i64> {
        let most = self.listing.variants.iter().map(|variant| variant.available).max();
        (1..=most.unwrap_or(1).clamp(1, MOST_AT_ONCE)).collect()
    }
}

/// What is said of it beside its words.
fn facts(listing: &Listing) -> Vec<(&'static str, String)> {
    let materials = listing.materials.join(", ");
    let material = (!materials.is_empty()).then_some(("Material", materials));
    material.into_iter().chain(listing.facts()).collect()
}

/// What the answers add that every piece needs.
fn always(questions: &[Question]) -> Result<Option<Money>, Error> {
    let needed = questions.iter().filter(|question| question.required);
    let mut surcharges = needed.filter_map(|question| question.surcharge);
    let Some(first) = surcharges.next() else { return Ok(None) };
    Ok(Some(surcharges.try_fold(first, Money::checked_add)?))
}

/// What the shop says of sending and taking back, a line each.
fn promises(policies: &Policies, made_to_order: bool) -> Vec<String> {
    let back = policies.returns_days.filter(|days| *days > 0);
    let back = back.map(|days| format!("Taken back within {days} days."));
    let sent = policies.lead_time.filter(|_| !made_to_order);
    sent.map(sent_within).into_iter().chain(back).collect()
}

/// `Glaze, size`.
fn axes(options: &[String]) -> String {
    if options.is_empty() { "Choose one".to_owned() } else { options.join(", ") }
}

/// What to choose from; the first that is there is chosen.
fn choices(
    variants: &[Variant],
    lowest: Money,
    reduction_of: impl Fn(&Variant) -> Option<Reduction>,
) -> Vec<Choice> {
    let first = variants.iter().find(|variant| variant.available > 0).map(|variant| variant.id);
    let several = variants.iter().any(|variant| variant.price != lowest);
    variants
        .iter()
        .map(|variant| {
            let mut label = variant.values.join(", ");
            if several {
                label = format!("{label}, {}", variant.price);
                if let Some(reduction) = reduction_of(variant) {
                    label = format!("{label} (before {})", reduction.was);
                }
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

/// When something is ready that is ordered now, and from when on its maker has time for it.
fn made(terms: ToOrder, promise: &Promise, now: Timestamp) -> String {
    let begin = promise.weeks.first().map(|(week, _)| *week).filter(|week| *week > now);
    let begun = begin.map(|week| format!(", begun in the week of {}", week.day()));
    let (days, begun) = (terms.days(), begun.unwrap_or_default());
    format!("Made to order in {days}{begun}: ready to ship by {}", promise.ready_by.day())
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
