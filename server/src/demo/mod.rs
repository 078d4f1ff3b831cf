//! The demo market Loomstead: people, pieces and a week of trade, made with the verbs that people
//! use, while the server runs.

mod catalogue;
mod ground;
mod stalls;
mod story;

use std::collections::BTreeMap;

use anyhow::Context as _;

pub use ground::prepare;

use crate::facts;
use crate::state::AppState;
use story::Story;

/// Everybody's password in the demo.
pub const PASSWORD: &str = "loom and wheel 2026";
/// An artisan to sign in as.
pub const ARTISAN: &str = "ines@example.com";
/// A shopper to sign in as.
pub const SHOPPER: &str = "hanna@example.com";

/// Whether the market has all that [`seed`] makes.
pub async fn is_seeded(state: &AppState) -> anyhow::Result<bool> {
    Ok(facts::find(&state.db, ground::SEEDED).await?.is_some())
}

/// Fills a new demo market. The server has to run meanwhile: payments go through its own pages,
/// and its jobs do what payments cause. The market's clock goes ahead by the week that it plays.
/// A market that has all of it is left as it is.
pub async fn seed(state: &AppState) -> anyhow::Result<()> {
    if is_seeded(state).await? {
        return Ok(());
    }
    let catalogue = catalogue::read().context("the catalogue of the demo")?;
    let artisans = stalls::open(state, &catalogue.shops).await.context("opening the shops")?;
    stalls::dress(state, &catalogue, &artisans).await.context("hanging out the signs")?;
    let shelf = stalls::fill(state, &catalogue, &artisans).await.context("filling the shelves")?;
    let story = Story::begin(state, &catalogue, &artisans, &shelf).await?;
    story.play().await.context("playing the week of trade")?;
    facts::first(&state.db, ground::SEEDED, &state.clock.now().to_string()).await?;
    Ok(())
}

/// What to know and what to try first, for whoever started the demo. `stall` is how the command
/// line is called from here.
#[must_use]
pub fn welcome(state: &AppState, stall: &str) -> String {
    let (market, url) = (&state.config.market_name, state.config.public_url());
    let data = state.config.data.display();
    format!(
        "\n{market} is open at {url}\n\n\
         \x20 artisan   {ARTISAN}    (Ines Marchetti, pots from Faenza)\n\
         \x20 shopper   {SHOPPER}   (Hanna Lindqvist, Jena)\n\
         \x20 password  {PASSWORD}\n\n\
         Three things to try:\n\
         \x20 1. Open {url} and buy something; the card 4242 4242 4242 4242 pays, with any later date and any CVC.\n\
         \x20 2. Look after the shop from a terminal:\n\
         \x20      echo '{PASSWORD}' | {stall} login --server {url} --email {ARTISAN} --password-stdin\n\
         \x20      {stall}\n\
         \x20 3. Let eight days pass until the money is at the bank, and check every cent:\n\
         \x20      {stall} sim clock +8d && {stall} payouts reconcile --check\n\n\
         Letters are kept at {url}/dev/mail. All money here is simulated.\n\
         Ctrl-C closes the market; it goes on from {data} the next time.\n"
    )
}

/// What stands under a name, or an error that says which name is missing.
fn named<'a, T>(all: &'a BTreeMap<String, T>, name: &str) -> anyhow::Result<&'a T> {
    all.get(name).with_context(|| format!("the demo has no {name}"))
}
