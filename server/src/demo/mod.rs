//! The demo market Loomstead: people, pieces and a week of trade, made with the verbs that people
//! use, while the server runs.

mod catalogue;
mod ground;
mod stalls;
mod story;

use std::collections::BTreeMap;

use anyhow::Context as _;
use bytes::Bytes;

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

/// Some of its photographs, each with what it shows.
pub(crate) fn photographs(how_many: usize) -> anyhow::Result<Vec<(String, Bytes)>> {
    let photos = catalogue::read().context("the catalogue of the demo")?.photos;
    let some = photos.into_iter().take(how_many);
    some.map(|(name, alt)| Ok((alt, catalogue::photograph(&name)?))).collect()
}

/// What to know and what to try first, for whoever started the demo. `stall` is how the command
/// line is called from here.
#[must_use]
pub fn welcome(state: &AppState, stall: &str) -> String {
    let (market, url) = (&state.config.market_name, state.config.public_url());
    let (data, stall) = (state.config.data.display(), shell_word(stall));
    format!(
        "
{market} is open at {url}

  artisan   {ARTISAN}    Ines Marchetti, pots from Faenza
  shopper   {SHOPPER}   Hanna Lindqvist, Jena
  password  {PASSWORD}

Three things to try

  1. Open {url} and buy something.
     The card 4242 4242 4242 4242 pays, with any later date and any CVC.

  2. Look after the shop from a second terminal:
     echo '{PASSWORD}' | {stall} login \\
       --server {url} --email {ARTISAN} --password-stdin
     {stall}

  3. Let eight days pass, until the money is at the bank; then check every cent:
     {stall} sim clock +8d
     {stall} payouts reconcile --check

E-mails are kept at {url}/dev/mail. No real money moves.
Ctrl-C closes the market; it goes on from {data} the next time.
"
    )
}

/// A path as a shell reads it.
fn shell_word(path: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "/._-+@%:,".contains(letter);
    if path.chars().all(is_plain) {
        return path.to_owned();
    }
    format!("'{}'", path.replace('\'', r"'\''"))
}

/// What stands under a name, or an error that says which name is missing.
fn named<'a, T>(all: &'a BTreeMap<String, T>, name: &str) -> anyhow::Result<&'a T> {
    all.get(name).with_context(|| format!("the demo has no {name}"))
}

#[cfg(test)]
mod tests {
    use super::shell_word;

    #[test]
    fn a_path_can_be_pasted_into_a_shell() {
        assert_eq!(shell_word("target/release/stall"), "target/release/stall");
        assert_eq!(shell_word("../our market/stall"), "'../our market/stall'");
        assert_eq!(shell_word("ana's/stall"), r"'ana'\''s/stall'");
    }
}
