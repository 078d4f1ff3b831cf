//! A made-up catalogue to measure with: as many shops and pieces as are wanted, the same ones for
//! the same seed.
//!
//! It is written as imports write, so that a measured market is like one that people filled. Whoever
//! stops it and starts it again gets the rest; whoever asks for more gets what is missing.

mod pieces;

use std::collections::HashSet;

use api::account::{Account, PaymentsMode, Registration};
use api::listing::GalleryEntry;
use api::shop::NewShop;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::demo;
use crate::error::Error;
use crate::images;
use crate::listings::{self, By, Wanted};
use crate::state::AppState;
use crate::web::people::Artisan;
use crate::{accounts, facts, shops};

/// Listings of one shop.
pub const OF_A_SHOP: u64 = 1000;
/// Listings of one transaction.
const AT_ONCE: u64 = 250;
/// How many of the demo's photographs the pieces share.
const PHOTOGRAPHS: usize = 6;
/// Fact: everything in this market is made up. Its value is of no use to anybody.
const SYNTHETIC: &str = "synthetic";

/// How much of a catalogue is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Listings that were wanted and are there.
    pub there: u64,
    /// Those of them that were written now.
    pub written: u64,
}

/// Fills the market until `listings` pieces of this seed are there, and tells after each batch how
/// far it is. Told to stop, it ends with what is there.
///
/// # Errors
///
/// Where money is real, or people use the market: made-up pieces have no place there.
pub async fn fill(
    state: &AppState,
    listings: u64,
    seed: u64,
    stop: &CancellationToken,
    mut tell: impl FnMut(Progress),
) -> anyhow::Result<Progress> {
    check(state).await?;
    let mut progress = Progress { there: 0, written: 0 };
    for number in 0..listings.div_ceil(OF_A_SHOP) {
        let artisan = artisan(state, seed, number).await?;
        let gallery = photographs(state, &artisan).await?;
        let until = listings.min((number + 1) * OF_A_SHOP);
        while progress.there < until {
            if stop.is_cancelled() {
                return Ok(progress);
            }
            let batch = progress.there..until.min(progress.there + AT_ONCE);
            progress.there = batch.end;
            progress.written += write(state, &artisan, &gallery, seed, batch).await?;
            tell(progress);
        }
    }
    Ok(progress)
}

/// Refuses a market whose money is real. It is asked before anything is opened.
pub(crate) fn demand_play_money(config: &Config) -> anyhow::Result<()> {
    anyhow::ensure!(
        config.payments == PaymentsMode::Simulator,
        "money is real here, so no made-up pieces come in; run it without STALL_PAYMENTS"
    );
    Ok(())
}

/// Made-up pieces go into a market of their own.
async fn check(state: &AppState) -> anyhow::Result<()> {
    demand_play_money(&state.config)?;
    if facts::find(&state.db, SYNTHETIC).await?.is_some() {
        return Ok(());
    }
    anyhow::ensure!(
        accounts::are_none(state).await?,
        "this market has people already, and made-up pieces would stand between theirs; give the catalogue an \
         empty market of its own, such as STALL_DATA=./bench-data"
    );
    facts::first(&state.db, SYNTHETIC, "yes").await?;
    Ok(())
}

/// The artisan of a shop of the catalogue, who opens it if she has not yet.
async fn artisan(state: &AppState, seed: u64, number: u64) -> Result<Artisan, Error> {
    let account = account(state, seed, number).await?;
    if let Some(shop) = shops::find_for_account(state, account.id).await? {
        return Ok(Artisan { account, shop, suspension: None });
    }
    let new = NewShop {
        name: format!("Workshop {seed} {number}"),
        place: "Faenza".to_owned(),
        story: "Everything here is made up, to measure with.".to_owned(),
    };
    let shop = shops::open(state, account.id, &new).await?;
    Ok(Artisan { account, shop, suspension: None })
}

async fn account(state: &AppState, seed: u64, number: u64) -> Result<Account, Error> {
    let email = format!("maker-{seed}-{number}@example.com");
    if let Some(known) = accounts::find_by_proved_address(state, &email).await? {
        return accounts::find(state, known).await;
    }
    let (name, password) = (format!("Maker {seed} {number}"), demo::PASSWORD.to_owned());
    let registration = Registration { email: email.clone(), name, password };
    accounts::register(state, &registration).await?;
    accounts::verify_by_operator(state, &email).await?;
    let known = accounts::find_by_proved_address(state, &email).await?;
    accounts::find(state, known.ok_or(Error::NotFound)?).await
}

/// What the pieces of a shop look like; each photograph is worked on for the first shop only.
async fn photographs(state: &AppState, artisan: &Artisan) -> anyhow::Result<Vec<GalleryEntry>> {
    let mut gallery = Vec::with_capacity(PHOTOGRAPHS);
    for (alt, photograph) in demo::photographs(PHOTOGRAPHS)? {
        let stored = images::store_image(state, artisan.shop.id, photograph).await?;
        gallery.push(GalleryEntry { hash: stored.image.hash, alt });
    }
    Ok(gallery)
}

/// Writes those of these pieces that are not there, and says how many that were.
async fn write(
    state: &AppState,
    artisan: &Artisan,
    gallery: &[GalleryEntry],
    seed: u64,
    numbers: std::ops::Range<u64>,
) -> Result<u64, Error> {
    let keyed: Vec<_> = numbers.map(|number| (number, format!("{seed}-{number}"))).collect();
    let keys = keyed.iter().map(|(_, key)| key.clone()).collect();
    let known = listings::find_by(state, artisan.shop.id, By::ImportKey, keys).await?;
    let known: HashSet<_> = known.into_keys().collect();
    let missing = keyed.iter().filter(|(_, key)| !known.contains(key));
    let wanted = missing.map(|(number, key)| {
        let (draft, pictures) = pieces::piece(seed, *number, state.config.currency, gallery);
        Wanted {
            before: None,
            import_key: key,
            draft,
            publish: true,
            gallery: Some(pictures),
            allow_delete: false,
        }
    });
    let mut tx = state.db.begin().await?;
    let upserted = listings::upsert(state, &mut tx, artisan, wanted.collect()).await?;
    let written = upserted.into_iter().collect::<Result<Vec<_>, _>>()?.len();
    tx.commit().await?;
    Ok(u64::try_from(written).unwrap_or(u64::MAX))
}
