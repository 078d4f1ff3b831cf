//! Carts: what a browser has put aside, before anybody asks who sits in front of it.
//!
//! A cart belongs to the secret in a cookie, not to an account, so it is there before, during and
//! after a login.

pub(crate) mod line;
pub(crate) mod pages;
mod store;

use api::account::Account;
use api::id::Kind;
use api::listing::Variant;
use api::{Id, Timestamp};

pub(crate) use line::CartLine;

use crate::db::Tx;
use crate::entropy::{Secret, hash_secret};
use crate::error::Error;
use crate::listings::{self, questions::Given};
use crate::state::AppState;

/// Name of the cookie that holds a cart's secret.
pub(crate) const COOKIE: &str = "cart";
/// A cart that nobody touches is forgotten after so many days.
pub(crate) const LIFETIME_DAYS: i64 = 30;
/// The same in seconds.
pub(crate) const LIFETIME_SECONDS: i64 = LIFETIME_DAYS * 24 * 3600;
/// Pieces of one variant in a cart; the schema says the same.
pub(crate) const MOST_PIECES: i64 = 99;
/// Lines of a cart.
const MOST_LINES: i64 = 50;

/// Names the id of a cart.
pub(crate) struct Cart;

impl Kind for Cart {
    const PREFIX: &'static str = "crt";
}

/// A cart that can be written to.
pub(crate) struct Opened {
    /// Its id.
    pub(crate) id: Id<Cart>,
    /// What the browser has to keep, when the cart is new.
    pub(crate) secret: Option<Secret>,
}

/// The cart that a browser's secret names, if it is still there.
pub(crate) async fn find(
    state: &AppState,
    secret: Option<&str>,
) -> Result<Option<Id<Cart>>, Error> {
    let Some(secret) = secret else { return Ok(None) };
    let since = state.clock.now().plus_seconds(-LIFETIME_SECONDS);
    store::find(&state.db, hash_secret(secret), since).await
}

/// The cart that a browser's secret names, or a new one; carts that nobody came back to go.
pub(crate) async fn open(state: &AppState, secret: Option<&str>) -> Result<Opened, Error> {
    if let Some(id) = find(state, secret).await? {
        return Ok(Opened { id, secret: None });
    }
    let now = state.clock.now();
    let (id, secret) = (state.entropy.id(now), state.entropy.secret());
    let mut tx = state.db.begin().await?;
    store::delete_older(&mut tx, now.plus_seconds(-LIFETIME_SECONDS)).await?;
    store::insert(&mut tx, id, secret.hash(), now).await?;
    tx.commit().await?;
    Ok(Opened { id, secret: Some(secret) })
}

/// Forgets the cart that a browser's secret names.
pub(crate) async fn forget(state: &AppState, secret: Option<&str>) -> Result<(), Error> {
    let Some(secret) = secret else { return Ok(()) };
    store::forget(&state.db, hash_secret(secret)).await
}

/// What a shopper puts in.
pub(crate) struct Wanted {
    pub(crate) variant: Id<Variant>,
    pub(crate) quantity: i64,
    /// What she said to the questions of the piece.
    pub(crate) given: Vec<Given>,
}

/// Puts pieces in; those that are there already with the same answers are added up. Says so when
/// there are not as many, or when the maker asks for something else.
pub(crate) async fn add(state: &AppState, cart: Id<Cart>, wanted: &Wanted) -> Result<(), Error> {
    let Wanted { variant, quantity, given } = wanted;
    if !(1..=MOST_PIECES).contains(quantity) {
        return Err(Error::conflict(format!("choose 1 to {MOST_PIECES} pieces")));
    }
    let offer = offer(state, cart, *variant).await?;
    let (given, price) = line::told(&offer, given)?;
    let key = line::key(&given)?;
    let mut tx = state.db.begin().await?;
    let lines = store::lines_of(&mut tx, cart, *variant).await?;
    let same = lines.iter().find(|line| line.key == key).map(|line| line.quantity);
    if same.is_none() && store::count_lines(&mut tx, cart).await? >= MOST_LINES {
        return Err(Error::conflict(format!("a cart holds up to {MOST_LINES} different pieces")));
    }
    line::check(&offer, *quantity, lines.iter().map(|line| line.quantity).sum())?;
    let quantity = same.unwrap_or(0) + quantity;
    let new = store::NewLine { variant: *variant, given: &given, quantity, price };
    store::upsert(&mut tx, cart, new, state.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Sets how many pieces of a line are in the cart; none takes the line out. Also takes note of the
/// price. `key` names the answers of the line.
pub(crate) async fn set(
    state: &AppState,
    cart: Id<Cart>,
    variant: Id<Variant>,
    key: &str,
    quantity: i64,
) -> Result<(), Error> {
    let offer = if quantity > 0 { Some(offer(state, cart, variant).await?) } else { None };
    let mut tx = state.db.begin().await?;
    if let Some(offer) = offer {
        let lines = store::lines_of(&mut tx, cart, variant).await?;
        let (ours, others): (Vec<_>, Vec<_>) = lines.into_iter().partition(|it| it.key == key);
        let ours = ours.first().ok_or(Error::NotFound)?;
        line::check(&offer, quantity, others.iter().map(|line| line.quantity).sum())?;
        let (given, price) = line::told(&offer, ours.given())?;
        let new = store::NewLine { variant, given: &given, quantity, price };
        store::upsert(&mut tx, cart, new, state.clock.now()).await?;
    } else {
        store::delete(&mut tx, cart, variant, key).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What is in a cart, in the order it was put in, with what the market offers today.
pub(crate) async fn lines(state: &AppState, cart: Id<Cart>) -> Result<Vec<CartLine>, Error> {
    let rows = store::lines(&state.db, cart).await?;
    let variants: Vec<Id<Variant>> = rows.iter().map(|row| row.variant).collect();
    let offers = listings::offers(state, &variants).await?;
    let lines = rows.iter().filter_map(|row| row.with(&offers));
    let mut lines = lines.collect::<Result<Vec<_>, Error>>()?;
    line::share(&mut lines);
    line::promise(&mut lines, state.clock.now());
    Ok(lines)
}

/// A payment that a cart's shopper has begun and not finished.
pub(crate) struct OpenPayment {
    /// Number of its purchase.
    pub(crate) number: String,
    /// Stripe's page, to go on.
    pub(crate) url: String,
    /// How long its pieces are held.
    pub(crate) until: Timestamp,
}

/// The payment under way for a cart, if any: its own, or one of the same account for the same
/// pieces. What it holds is marked in `lines`, and the weeks that it takes are theirs to take.
pub(crate) async fn open_payment(
    state: &AppState,
    cart: Id<Cart>,
    account: Option<Id<Account>>,
    lines: &mut [CartLine],
) -> Result<Option<OpenPayment>, Error> {
    let now = state.clock.now();
    let (mut payment, mut ours) = (None, Vec::new());
    for held in store::held(&state.db, cart, account, now).await? {
        let mut is_ours = held.same_cart;
        for line in lines.iter_mut().filter(|line| line.offer.variant == held.variant) {
            line.held += if held.from_stock { held.quantity } else { 0 };
            is_ours = true;
        }
        if is_ours {
            ours.push(held.purchase);
            payment = Some(OpenPayment { number: held.number, url: held.url, until: held.until });
        }
    }
    for (listing, week, pieces) in listings::making::begun_for(&state.db, &ours).await? {
        for line in lines.iter_mut().filter(|line| line.offer.listing == listing) {
            line.offer.begun.push((week, -pieces));
        }
    }
    line::promise(lines, now);
    Ok(payment)
}

/// Takes pieces that were bought out of a cart, in the caller's transaction; what was put in since
/// stays.
pub(crate) async fn take_out(
    tx: &mut Tx,
    cart: Id<Cart>,
    bought: impl IntoIterator<Item = Wanted>,
) -> Result<(), Error> {
    for line in bought {
        let key = line::key(&line.given)?;
        store::take_out(tx, cart, line.variant, &key, line.quantity).await?;
    }
    Ok(())
}

/// How many pieces are in the cart that a browser's secret names.
pub(crate) async fn count(state: &AppState, secret: Option<&str>) -> Result<i64, Error> {
    match find(state, secret).await? {
        Some(cart) => store::count_pieces(&state.db, cart).await,
        None => Ok(0),
    }
}

/// What the market offers this cart: pieces that its own open payment holds can still be had.
async fn offer(
    state: &AppState,
    cart: Id<Cart>,
    variant: Id<Variant>,
) -> Result<listings::Offer, Error> {
    let found = listings::offers(state, &[variant]).await?.pop();
    let mut offer = found.ok_or(Error::NotFound)?;
    for held in store::held(&state.db, cart, None, state.clock.now()).await? {
        if held.variant == variant && held.from_stock {
            line::take_back(&mut offer, held.quantity);
        }
    }
    Ok(offer)
}
