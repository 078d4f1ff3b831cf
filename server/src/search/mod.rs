//! The search index: a read model on every server, derived from the database and fed by
//! `search_feed`. Deleting it is always safe, and the database filters its hits again, so that
//! nothing withdrawn or sold is ever shown from it.

mod facts;
mod feed;
mod found;
mod language;
mod query;
mod question;
mod ranking;
mod shape;
mod snapshot;
mod spelling;
mod store;
mod suggestions;
mod tally;
mod words;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context as _;
use api::listing::{Category, Listing};
use api::shop::Shop;
use api::{Currency, Id};
use moka::sync::Cache;
use tantivy::directory::MmapDirectory;
use tantivy::{Index, IndexReader, ReloadPolicy};

pub(crate) use feed::{purge, run};
pub(crate) use found::{Choice, Choices, Found};
pub use language::Language;
pub(crate) use query::{Facet, Query, READY_DAYS, Sort, Stock, bands};

use crate::db::{Topic, Tx};
use crate::error::Error;
use crate::listings::{self, Card};
use crate::state::AppState;
use question::{Answer, Wanted};
use ranking::Place;
use shape::Shape;
use snapshot::Snapshot;

/// Counts up with every change of what is indexed or how; another number is another folder.
const VERSION: u32 = 6;
/// Cards of a page, and how many more are asked of the index in case some are gone meanwhile.
const SHOWN: usize = 24;
const ASKED: usize = 32;
/// Whole shelves whose counts are kept: all there are, of a few states of the index.
const COUNTED: u64 = 64;
const MINUTE_MICROS: i64 = 60 * 1_000_000;

/// A whole shelf, or all of them, in a state of the index. Which shops are away goes by the clock
/// alone, so counts are of their minute.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Shelf {
    generation: u64,
    minute: i64,
    category: Option<Category>,
}

/// A derived read model.
pub struct Search {
    index: Index,
    reader: IndexReader,
    /// What is answered from.
    snapshot: RwLock<Arc<Snapshot>>,
    shape: Shape,
    currency: Currency,
    ready: AtomicBool,
    /// What whole shelves can be narrowed to: counting walks through every piece, and those pages
    /// are looked at most.
    counts: Cache<Shelf, Found>,
}

impl Search {
    /// Opens the index below a folder, made anew when it is missing, unreadable, or of an older
    /// program or another language. It answers from what it has; `run` fills it.
    pub fn open(folder: &Path, language: Language, currency: Currency) -> anyhow::Result<Self> {
        let own = format!("v{VERSION}-{}", language.name());
        let index = open_index(&folder.join(&own)).or_else(|_| {
            remove_all_but(folder, "")?;
            open_index(&folder.join(&own))
        });
        let index = index.with_context(|| format!("opening {own} in {}", folder.display()))?;
        remove_all_but(folder, &own)?;
        language::register(&index, language);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let snapshot = Arc::new(Snapshot::take(reader.searcher(), None, &facts::bands(currency))?);
        Ok(Self {
            index,
            reader,
            snapshot: RwLock::new(snapshot),
            shape: Shape::new(),
            currency,
            ready: AtomicBool::new(false),
            counts: Cache::new(COUNTED),
        })
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Answers from what was committed last. Called by the one who commits.
    fn reload(&self) -> tantivy::Result<()> {
        self.reader.reload()?;
        let bands = facts::bands(self.currency);
        let next = Snapshot::take(self.reader.searcher(), Some(&self.snapshot()), &bands)?;
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        Ok(())
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

/// Removes indexes that nobody reads any more: words of people who went shall not lie about.
fn remove_all_but(folder: &Path, own: &str) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() != own && entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// Looks for listings. Whole shelves come from the database, where what was just put on one is
/// there at once; the index only counts them.
pub(crate) async fn find(state: &AppState, query: Query) -> Result<Found, Error> {
    let after = query.after.as_deref();
    if query.is_of_whole_shelves() {
        let limit = u32::try_from(SHOWN).unwrap_or(u32::MAX);
        let page = match query.sort {
            Sort::PriceUp => listings::by_price(state, query.category, after, limit).await?,
            Sort::PriceDown => listings::by_price_down(state, query.category, after, limit).await?,
            Sort::Newest | Sort::Relevance => {
                listings::newest(state, query.category, after, limit).await?
            }
        };
        let counted = counts(state, &query).await?;
        let found = Found { cards: page.items, next: page.next, ..counted };
        return named(state, found).await;
    }
    let after = after.map(|after| Place::parse(query.sort, after)).transpose()?;
    let answer = ask(state, query.clone(), after, ASKED).await?;
    let found = page(state, &query, answer).await?;
    named(state, found).await
}

/// Gives the shops the names that they have at this moment; those that are not open any more are
/// left out.
async fn named(state: &AppState, mut found: Found) -> Result<Found, Error> {
    let shops = std::mem::take(&mut found.choices.shops);
    let slugs: Vec<&str> = shops.iter().map(|shop| shop.value.as_str()).collect();
    let names = crate::shops::names(state, &slugs).await?;
    found.choices.shops = shops
        .iter()
        .filter_map(|shop| Some(Choice { label: names.get(&shop.value)?.clone(), ..shop.clone() }))
        .collect();
    Ok(found)
}

async fn ask(
    state: &AppState,
    query: Query,
    after: Option<Place>,
    limit: usize,
) -> Result<Answer, Error> {
    let wanted = Wanted { after, limit, now: state.clock.now() };
    let asker = state.clone();
    blocking(move || question::ask(&asker.search, &query, wanted)).await
}

/// What a whole shelf can be narrowed to.
async fn counts(state: &AppState, query: &Query) -> Result<Found, Error> {
    let generation = state.search.snapshot().searcher.generation().generation_id();
    let minute = state.clock.now().micros() / MINUTE_MICROS;
    let shelf = Shelf { generation, minute, category: query.category };
    if let Some(counted) = state.search.counts.get(&shelf) {
        return Ok(counted);
    }
    let counted = ask(state, query.clone(), None, 0).await?.found;
    state.search.counts.insert(shelf, counted.clone());
    Ok(counted)
}

/// What somebody who types this may be about to look for.
pub(crate) async fn suggest(state: &AppState, text: String) -> Result<Vec<String>, Error> {
    let asker = state.clone();
    blocking(move || suggestions::suggest(&asker.search, &text)).await
}

/// Work on the index, on a thread that may wait.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> tantivy::Result<T> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(broken)
}

fn broken(error: tantivy::TantivyError) -> Error {
    Error::Internal(anyhow::Error::new(error).context("search index"))
}

/// The hits that are still to be had; the next page begins behind the last one looked at.
async fn page(state: &AppState, query: &Query, answer: Answer) -> Result<Found, Error> {
    let Answer { places, found } = answer;
    let ids: Vec<Id<Listing>> = places.iter().map(|place| place.listing()).collect();
    let mut cards = listings::cards(state, &ids).await?;
    cards.retain(|card| fits(card, query));
    let left_over = cards.len() > SHOWN;
    cards.truncate(SHOWN);
    let last = cards.last().and_then(|last| ids.iter().position(|id| *id == last.id));
    let last = if left_over { last } else { places.len().checked_sub(1) };
    let more = left_over || places.len() == ASKED;
    let next = last.and_then(|last| places.get(last)).filter(|_| more);
    let next = next.map(|place| place.text(query.sort));
    Ok(Found { cards, next, ..found })
}

/// Whether a piece can still be had as it was asked for.
fn fits(card: &Card, query: &Query) -> bool {
    let can_leave = !card.is_sold_out() && card.shop_may_sell && card.holiday.is_none();
    let is_had = match query.stock {
        Stock::ForSale => !card.is_sold_out(),
        Stock::Ready => can_leave,
        Stock::All => true,
    };
    let in_time = |most| can_leave && card.ready_in.is_some_and(|days| days <= most);
    is_had && query.ready.is_none_or(in_time)
}

/// Notes in the caller's transaction that listings have to be read again.
pub(crate) async fn touch(
    state: &AppState,
    tx: &mut Tx,
    listings: &[Id<Listing>],
) -> Result<(), Error> {
    store::touch(tx, listings, state.clock.now()).await?;
    tx.rings(Topic::Search);
    Ok(())
}

/// Notes that everything a shop has on the shelf has to be read again.
pub(crate) async fn touch_shop(state: &AppState, tx: &mut Tx, shop: Id<Shop>) -> Result<(), Error> {
    store::touch_shop(tx, shop, state.clock.now()).await?;
    tx.rings(Topic::Search);
    Ok(())
}
