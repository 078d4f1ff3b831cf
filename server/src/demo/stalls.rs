//! Opening the shops of the demo and filling their shelves.

use std::collections::BTreeMap;

use anyhow::Context as _;
use api::account::{Account, Registration};
use api::audit::Means;
use api::listing::{GalleryEdit, GalleryEntry, ListingDraft, Variant, VariantDraft};
use api::question::Question;
use api::shop::{NewShop, Shop};
use api::shop_profile::{Pause, ShopProfileEdit};
use api::{Id, Money};
use tokio_util::task::AbortOnDropHandle;

use super::catalogue::{Away, Catalogue, Piece, Stall, photograph};
use crate::accounts::profiles;
use crate::error::Error;
use crate::images::{self, Stored};
use crate::state::AppState;
use crate::web::people::Artisan;
use crate::{accounts, audit, listings, shops};

const DAY_SECONDS: i64 = 24 * 3600;

/// The artisans by the key of their shop.
pub(super) type Artisans = BTreeMap<String, Artisan>;
/// The variants by their SKU.
pub(super) type Shelf = BTreeMap<String, Id<Variant>>;

/// Opens an account, as its person would in a browser, and takes its address as proved.
pub(super) async fn account(state: &AppState, name: &str, email: &str) -> Result<Account, Error> {
    let registration = Registration {
        email: email.to_owned(),
        name: name.to_owned(),
        password: super::PASSWORD.to_owned(),
    };
    let opening = accounts::register(state, &registration);
    let account = audit::within_request(Means::Browser, opening).await?;
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
    let new = NewShop {
        name: stall.name.clone(),
        place: stall.place.clone(),
        story: stall.story.clone(),
    };
    let shop = shops::open(state, account.id, &new).await?;
    shops::onboarding::complete_with_test_data(state, &account, &shop).await?;
    let shop = shops::find(state, shop.id).await?;
    Ok(Artisan { account, shop, suspension: None })
}

/// Hangs out what each shop tells beside its story, and what its artisan tells of herself.
pub(super) async fn dress(
    state: &AppState,
    catalogue: &Catalogue,
    artisans: &Artisans,
) -> anyhow::Result<()> {
    for stall in &catalogue.shops {
        let Artisan { account, shop, .. } = super::named(artisans, &stall.key)?;
        let mut process = Vec::new();
        for name in &stall.process {
            process.push(sign(state, catalogue, shop.id, name).await?);
        }
        let portrait = match &stall.portrait {
            Some(name) => Some(sign(state, catalogue, shop.id, name).await?),
            None => None,
        };
        let edit = ShopProfileEdit {
            banner: Some(sign(state, catalogue, shop.id, &stall.banner).await?),
            portrait,
            process: Some(process),
            policies: Some(stall.policies.clone()),
            seller: Some(stall.seller.clone()),
            ..ShopProfileEdit::default()
        };
        shops::profile::edit(state, shop.id, &edit, None).await?;
        if let Some(Away { in_days, days }) = stall.holiday {
            let at = |days: u32| state.clock.now().plus_seconds(i64::from(days) * DAY_SECONDS);
            let pause = Pause { from: Some(at(in_days)), until: Some(at(in_days + days)) };
            shops::profile::pause(state, shop.id, &pause, None).await?;
        }
        profiles::edit(state, account, &stall.profile, None).await?;
        if let Some(name) = &stall.portrait {
            profiles::set_avatar(state, account, photograph(name)?).await?;
        }
    }
    Ok(())
}

/// A photograph of a shop, uploaded and described.
async fn sign(
    state: &AppState,
    catalogue: &Catalogue,
    shop: Id<Shop>,
    name: &str,
) -> anyhow::Result<GalleryEntry> {
    let alt = super::named(&catalogue.photos, name)?.clone();
    let stored = images::store_image(state, shop, photograph(name)?).await?;
    Ok(GalleryEntry { hash: stored.image.hash, alt })
}

/// Publishes the pieces in their order, while the photographs of the next are worked on.
pub(super) async fn fill(
    state: &AppState,
    catalogue: &Catalogue,
    artisans: &Artisans,
) -> anyhow::Result<Shelf> {
    let mut photographs = Photographs::send(state, catalogue, artisans)?;
    let mut shelf = Shelf::new();
    for piece in &catalogue.listings {
        let artisan = super::named(artisans, &piece.shop)?;
        let mut images = Vec::with_capacity(piece.photos.len());
        for name in &piece.photos {
            let alt = super::named(&catalogue.photos, name)?.clone();
            images.push(GalleryEntry { hash: photographs.hash(name).await?, alt });
        }
        let draft = draft(state, piece)?;
        let id = listings::draft(state, artisan, &draft).await?.id;
        listings::set_gallery(state, artisan, id, &GalleryEdit { images }, None).await?;
        let listing = listings::publish(state, artisan, id, None)
            .await
            .with_context(|| format!("listing {}", piece.key))?;
        shelf.extend(listing.variants.into_iter().map(|variant| (variant.sku, variant.id)));
    }
    Ok(shelf)
}

/// Photographs on their way into the store, each sent once and by one shop.
struct Photographs<'a> {
    sent: BTreeMap<&'a str, AbortOnDropHandle<Result<Stored, Error>>>,
    hashes: BTreeMap<&'a str, String>,
}

impl<'a> Photographs<'a> {
    /// Sends all of them in the order in which they are needed; the store takes a few at a time.
    fn send(
        state: &AppState,
        catalogue: &'a Catalogue,
        artisans: &Artisans,
    ) -> anyhow::Result<Self> {
        let mut sent = BTreeMap::new();
        for piece in &catalogue.listings {
            let shop = super::named(artisans, &piece.shop)?.shop.id;
            for name in piece.photos.iter().map(String::as_str) {
                if sent.contains_key(name) {
                    continue;
                }
                let (state, bytes) = (state.clone(), photograph(name)?);
                let sending = async move { images::store_image(&state, shop, bytes).await };
                sent.insert(name, AbortOnDropHandle::new(tokio::spawn(sending)));
            }
        }
        Ok(Self { sent, hashes: BTreeMap::new() })
    }

    /// The name that the store gave to a photograph.
    async fn hash(&mut self, name: &'a str) -> anyhow::Result<String> {
        if let Some(sending) = self.sent.remove(name) {
            self.hashes.insert(name, sending.await??.image.hash);
        }
        Ok(self.hashes.get(name).cloned().unwrap_or_default())
    }
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
    let questions = piece.questions.iter().map(|wish| {
        let price = |text: &String| Money::parse(text, state.config.currency);
        let surcharge = wish.surcharge.as_ref().map(price).transpose()?;
        let (label, answer) = (wish.label.clone(), wish.answer.clone());
        Ok(Question { label, answer, required: false, surcharge })
    });
    Ok(ListingDraft {
        title: piece.title.clone(),
        description: piece.description.clone(),
        category: piece.category,
        materials: piece.materials.clone(),
        tags: piece.tags.clone(),
        attributes: piece.attributes.edits(),
        options: piece.option.iter().cloned().collect(),
        variants: variants.collect::<Result<_, Error>>()?,
        making: piece.making,
        questions: Some(questions.collect::<Result<_, Error>>()?),
    })
}
