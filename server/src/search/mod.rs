//! The search index: a read model on every server, derived from the database and fed by
//! `search_feed`. Deleting it is always safe, and the database filters its hits again, so that
//! nothing withdrawn or sold is ever shown from it.

mod feed;
mod question;
mod shape;
mod shelves;
mod store;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use api::listing::{Category, Listing};
use api::shop::Shop;
use api::{Id, Money};
use serde::{Deserialize, Serialize};
use tantivy::directory::MmapDirectory;
use tantivy::{Index, IndexReader, ReloadPolicy};

pub(crate) use feed::{purge, run};

use crate::db::{Topic, Tx};
use crate::error::Error;
use crate::listings::{self, Card};
use crate::state::AppState;
use question::Answer;
use shape::Shape;

/// Counts up with every change of what is indexed or how; another number is another folder.
const VERSION: &str = "v1";
/// Cards of a page, and how many more are asked of the index in case some are gone meanwhile.
const SHOWN: usize = 24;
const ASKED: usize = 32;
/// Nobody pages deeper than this.
const DEEPEST: usize = 2400;

/// A derived read model.
pub struct Search {
    index: Index,
    reader: IndexReader,
    shape: Shape,
    ready: AtomicBool,
}

impl Search {
    /// Opens the index below a folder, made anew when it is missing, older than this program or
    /// unreadable. It answers from what it has; `run` fills it.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let own = folder.join(VERSION);
        let index = open_index(&own).or_else(|_| {
            std::fs::remove_dir_all(folder).or_else(|error| match error.kind() {
                std::io::ErrorKind::NotFound => Ok(()),
                _ => Err(error),
            })?;
            open_index(&own)
        });
        let index = index.with_context(|| format!("opening the index in {}", own.display()))?;
        shape::register_tokenizers(&index);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let shape = Shape::new();
        Ok(Self { index, reader, shape, ready: AtomicBool::new(false) })
    }

    /// Whether the index has caught up with the database since this server started.
    pub(crate) fn ready(&self) -> bool {
        self.ready.load(Ordering::SeqCst)
    }
}

fn open_index(folder: &Path) -> anyhow::Result<Index> {
    std::fs::create_dir_all(folder)?;
    Ok(Index::open_or_create(MmapDirectory::open(folder)?, Shape::new().schema)?)
}

/// In which order hits come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sort {
    /// Best first.
    #[default]
    Relevance,
    /// Newest first.
    Newest,
    /// Cheapest first.
    Price,
}

/// What is looked for. Every word must be found, the last one may be unfinished.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    /// Words; none finds everything.
    pub(crate) text: String,
    /// Only this shelf.
    pub(crate) category: Option<Category>,
    /// Lowest price, in the market's currency.
    pub(crate) min: Option<Money>,
    /// Highest price, in the market's currency.
    pub(crate) max: Option<Money>,
    /// Their order.
    pub(crate) sort: Sort,
    /// `next` of the page before.
    pub(crate) after: Option<String>,
}

/// What was found.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// One page of them, all for sale at this moment.
    pub(crate) cards: Vec<Card>,
    /// All there are, as the index knows it.
    pub(crate) total: u64,
    /// How many on each shelf, whatever shelf was asked for; empty shelves are left out.
    pub(crate) categories: Vec<(Category, u64)>,
    /// Whether nothing had the words as typed, and similar words were looked for.
    pub(crate) similar: bool,
    /// The following page, if there is one.
    pub(crate) next: Option<String>,
}

/// Looks for listings.
pub(crate) async fn find(state: &AppState, query: Query) -> Result<Found, Error> {
    let offset = match query.after.as_deref() {
        None => 0,
        Some(after) => after
            .parse()
            .map_err(|_| Error::invalid("after", "this page mark is not ours; begin anew"))?,
    };
    if offset > DEEPEST {
        return Err(Error::invalid("after", "that is very deep; add a word instead"));
    }
    let asker = state.clone();
    let answer: Answer =
        tokio::task::spawn_blocking(move || question::ask(&asker.search, &query, offset, ASKED))
            .await
            .map_err(Error::internal)?
            .map_err(|error| Error::Internal(anyhow::Error::new(error).context("search")))?;
    page(state, answer, offset).await
}

/// The hits that are still for sale; the next page begins behind the last one looked at.
async fn page(state: &AppState, answer: Answer, offset: usize) -> Result<Found, Error> {
    let mut cards = listings::cards(state, &answer.ids).await?;
    cards.truncate(SHOWN);
    let full = cards.len() == SHOWN;
    let last = cards.last().filter(|_| full).map(|card| card.id);
    let looked_at = last
        .and_then(|last| answer.ids.iter().position(|id| *id == last))
        .map_or(answer.ids.len(), |place| place + 1);
    let next = offset + looked_at;
    let total = usize::try_from(answer.total).unwrap_or(usize::MAX);
    let more = next < total && next <= DEEPEST && looked_at > 0;
    Ok(Found {
        cards,
        total: answer.total,
        categories: answer.categories,
        similar: answer.similar,
        next: more.then(|| next.to_string()),
    })
}

/// Notes in the caller's transaction that a listing has to be read again.
pub(crate) async fn touch(
    state: &AppState,
    tx: &mut Tx,
    listing: Id<Listing>,
) -> Result<(), Error> {
    store::touch(tx, listing, state.clock.now()).await?;
    tx.rings(Topic::Search);
    Ok(())
}

/// Notes that all of these have to be read again.
pub(crate) async fn touch_all(
    state: &AppState,
    tx: &mut Tx,
    listings: &[Id<Listing>],
) -> Result<(), Error> {
    store::touch_all(tx, listings, state.clock.now()).await?;
    tx.rings(Topic::Search);
    Ok(())
}

/// Notes that everything a shop has on the shelf has to be read again.
pub(crate) async fn touch_shop(state: &AppState, tx: &mut Tx, shop: Id<Shop>) -> Result<(), Error> {
    store::touch_shop(tx, shop, state.clock.now()).await?;
    tx.rings(Topic::Search);
    Ok(())
}
