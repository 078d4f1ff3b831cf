//! Opening the shops of the demo and filling their shelves.

use std::collections::BTreeMap;

use api::Id;
use api::Money;
use api::account::{Account, Registration};
use api::listing::{GalleryEdit, GalleryEntry, Listing, ListingDraft, Variant, VariantDraft};
use api::shop::{NewShop, ShopEdit};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::catalogue::{Catalogue, Piece, Stall, photograph};
use crate::error::Error;
use crate::state::AppState;
use crate::web::people::Artisan;
use crate::{accounts, listings, shops};

/// Listings that are prepared at once, so that both cores have pictures to work on.
const AT_ONCE: usize = 4;

/// The artisans by the key of their shop.
pub(super) type Artisans = BTreeMap<String, Artisan>;
/// The variants by their SKU.
pub(super) type Shelf = BTreeMap<String, Id<Variant>>;

/// Opens an account and takes its address as proved.
pub(super) async fn account(state: &AppState, name: &str, email: &str) -> Result<Account, Error> {
    let registration = Registration {
        email: email.to_owned(),
        name: name.to_owned(),
        password: super::PASSWORD.to_owned(),
    };
    let account = accounts::register(state, &registration).await?;
    accounts::verify_by_operator(state, email).await?;
    accounts::find(state, account.id).await
}

/// Opens every shop and connects it to the simulated Stripe.
pub(super) async fn open(state: &AppState, stalls: &[Stall]) -> Result<Artisans, Error> {
    let mut artisans = Artisans::new();
    for stall in stalls {
        artisans.insert(stall.key.clone(), open_one(state, stall).await?);
    }
    Ok(artisans)
}

async fn open_one(state: &AppState, stall: &Stall) -> Result<Artisan, Error> {
    let account = account(state, &stall.owner, &stall.email).await?;
    let new = NewShop { name: stall.name.clone(), place: String::new(), story: String::new() };
    let shop = shops::open(state, account.id, &new).await?;
    let words =
        ShopEdit { name: None, place: Some(stall.place.clone()), story: Some(stall.story.clone()) };
    let shop = shops::edit(state, shop.id, &words).await?;
    shops::onboarding::complete_with_test_data(state, &account, &shop).await?;
    let shop = shops::find(state, shop.id).await?;
    Ok(Artisan { account, shop })
}

/// Prepares the pieces side by side and publishes them one after the other, in their order.
pub(super) async fn fill(
    state: &AppState,
    catalogue: &Catalogue,
    artisans: &Artisans,
) -> anyhow::Result<Shelf> {
    let prepared =
        catalogue.listings.iter().map(|piece| prepare(state, catalogue, artisans, piece));
    let mut prepared = stream::iter(prepared).buffered(AT_ONCE);
    let mut shelf = Shelf::new();
    while let Some((artisan, listing)) = prepared.try_next().await? {
        let listing = listings::publish(state, artisan, listing.id, None).await?;
        shelf.extend(listing.variants.into_iter().map(|variant| (variant.sku, variant.id)));
    }
    Ok(shelf)
}

/// A draft with its gallery.
async fn prepare<'a>(
    state: &AppState,
    catalogue: &Catalogue,
    artisans: &'a Artisans,
    piece: &Piece,
) -> anyhow::Result<(&'a Artisan, Listing)> {
    let artisan = super::named(artisans, &piece.shop)?;
    let mut images = Vec::with_capacity(piece.photos.len());
    for name in &piece.photos {
        let stored = listings::store_image(state, artisan.shop.id, photograph(name)?).await?;
        let alt = super::named(&catalogue.photos, name)?.clone();
        images.push(GalleryEntry { hash: stored.image.hash, alt });
    }
    let drafted = listings::draft(state, artisan, &draft(state, piece)?).await?;
    let listing =
        listings::set_gallery(state, artisan, drafted.id, &GalleryEdit { images }, None).await?;
    Ok((artisan, listing))
}

fn draft(state: &AppState, piece: &Piece) -> Result<ListingDraft, Error> {
    let variants = piece.variants.iter().map(|choice| {
        Ok(VariantDraft {
            sku: choice.sku.clone(),
            values: choice.value.iter().cloned().collect(),
            price: Money::parse(&choice.price, state.config.currency)?,
            stock: choice.stock,
        })
    });
    Ok(ListingDraft {
        title: piece.title.clone(),
        description: piece.description.clone(),
        category: piece.category,
        materials: piece.materials.clone(),
        tags: piece.tags.clone(),
        options: piece.option.iter().cloned().collect(),
        variants: variants.collect::<Result<_, Error>>()?,
    })
}
