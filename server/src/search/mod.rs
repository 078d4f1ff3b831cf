//! The search index: a read model on every server, derived from the database and fed by
//! `search_feed`. Deleting it is always safe.

mod store;

use api::Id;
use api::listing::Listing;
use api::shop::Shop;
use tokio::sync::Notify;

use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;

/// A derived read model.
#[derive(Default)]
pub struct Search {
    wake: Notify,
}

/// Notes in the caller's transaction that a listing has to be read again.
pub(crate) async fn touch(
    state: &AppState,
    tx: &mut Tx,
    listing: Id<Listing>,
) -> Result<(), Error> {
    store::touch(tx, listing, state.clock.now()).await?;
    state.search.wake.notify_one();
    Ok(())
}

/// Notes that everything a shop has on the shelf has to be read again.
pub(crate) async fn touch_shop(state: &AppState, tx: &mut Tx, shop: Id<Shop>) -> Result<(), Error> {
    store::touch_shop(tx, shop, state.clock.now()).await?;
    state.search.wake.notify_one();
    Ok(())
}
