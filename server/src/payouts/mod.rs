//! Payouts: Stripe's account of what went to an artisan's bank, checked against the books.

pub(crate) mod reconcile;
pub(crate) mod routes;
mod store;

use api::audit::Verb;
use api::event::EventKind;
use api::page::PageRequest;
use api::payout::{Payout, PayoutDetail, PayoutStatus, ReconcileRequest, Reconciliation};
use api::shop::Shop;
use api::{Id, Money, Page, Timestamp};

use crate::audit;
use crate::cursor::{self, Cursor};
use crate::db::Tx;
use crate::error::Error;
use crate::ledger::{self, posting};
use crate::shops;
use crate::state::AppState;
use crate::stripe::{PayoutState, StripeLine};

/// Payouts and overdue shares that one reconciliation shows; older ones are asked for by date.
const MOST_AT_ONCE: i64 = 100;
/// A share that is in no payout after this long is overdue. Accounts are paid out daily, but Stripe
/// holds an account's first payout back for 7 to 14 days ("Waiting period for your first payout").
const OVERDUE_SECONDS: i64 = 14 * 24 * 3600;

/// A page of a shop's payouts, from new to old.
pub(crate) async fn list(
    state: &AppState,
    shop: Id<Shop>,
    request: &PageRequest,
) -> Result<Page<Payout>, Error> {
    let after = Cursor::parse(request.after.as_deref())?;
    let most = i64::from(request.rows()) + 1;
    let rows = store::list(&state.db, shop, Timestamp::default(), after, most).await?;
    Ok(cursor::page(rows, request.rows(), |row| Cursor { at: row.created_at, id: row.id }))
}

/// A shop's payout, by our id or Stripe's, opened.
pub(crate) async fn find(
    state: &AppState,
    shop: Id<Shop>,
    name: &str,
) -> Result<PayoutDetail, Error> {
    let payout = store::find(&state.db, shop, name.parse().ok(), name).await?;
    open(state, payout.ok_or(Error::NotFound)?).await
}

async fn open(state: &AppState, payout: Payout) -> Result<PayoutDetail, Error> {
    let lines = store::lines(&state.db, payout.id).await?;
    let expected = store::expected(&state.db, payout.id).await?;
    let lines = reconcile::compare(&lines, &expected);
    let totals = reconcile::totals(payout.amount.currency(), &lines)?;
    Ok(PayoutDetail {
        payout,
        gross: totals.gross,
        commission: totals.commission,
        refunds: totals.refunds,
        net: totals.net,
        lines,
    })
}

/// Asks Stripe for a shop's payouts anew and compares each with the books.
pub(crate) async fn reconcile(
    state: &AppState,
    shop: &Shop,
    request: &ReconcileRequest,
) -> Result<Reconciliation, Error> {
    if let Some(account) = shops::stripe_account(state, shop.id).await? {
        for payout in state.stripe.list_payouts(&account).await? {
            take(state, shop, &account, payout).await?;
        }
    }
    let mut payouts = Vec::new();
    let mut overdue = Vec::new();
    if let Some(name) = &request.payout {
        payouts.push(find(state, shop.id, name).await?);
    } else {
        let since = request.since.unwrap_or_default();
        let before = request.until.map_or_else(Cursor::newest, Cursor::before);
        for payout in store::list(&state.db, shop.id, since, before, MOST_AT_ONCE).await? {
            payouts.push(open(state, payout).await?);
        }
        let late = state.clock.now().plus_seconds(-OVERDUE_SECONDS);
        overdue = store::overdue(&state.db, shop.id, late, MOST_AT_ONCE).await?;
    }
    let on_its_way = Money::new(store::on_its_way(&state.db, shop.id).await?, shop.currency);
    let clean = overdue.is_empty()
        && payouts.iter().all(|detail| detail.payout.reconciled || !is_final(detail.payout.status));
    let mut tx = state.db.begin().await?;
    audit::note(state, &mut tx, Verb::PayoutReconcile, shop.id).await?;
    tx.commit().await?;
    Ok(Reconciliation { payouts, on_its_way, overdue, clean })
}

/// Before a payout has arrived or failed, Stripe may not say yet what is in it.
const fn is_final(status: PayoutStatus) -> bool {
    matches!(status, PayoutStatus::Paid | PayoutStatus::Failed)
}

/// Takes over what Stripe says of one payout of a connected account.
pub(crate) async fn sync(state: &AppState, account: &str, payout: &str) -> Result<(), Error> {
    let Some(shop) = shops::find_by_stripe_account(state, account).await? else { return Ok(()) };
    let found = state.stripe.find_payout(account, payout).await?;
    take(state, &shop, account, found).await
}

async fn take(
    state: &AppState,
    shop: &Shop,
    account: &str,
    found: PayoutState,
) -> Result<(), Error> {
    // A payout that was settled, itemised and reconciled does not change any more, unless it fails.
    if store::is_settled(&state.db, &found.id, found.status).await? {
        return Ok(());
    }
    let lines =
        if found.itemised { fetch_lines(state, account, &found.id).await? } else { Vec::new() };
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let (id, before) = store::upsert(&mut tx, state.entropy.id(now), shop.id, &found).await?;
    for line in &lines {
        store::insert_line(&mut tx, shop.id, id, line).await?;
    }
    let expected = store::assign(&mut tx, shop.id, id).await?;
    let compared = reconcile::compare(&lines, &expected);
    let totals = reconcile::totals(found.amount.currency(), &compared)?;
    let clean = found.itemised && reconcile::is_clean(found.amount, &compared, &totals);
    store::set_result(&mut tx, id, &compared, clean).await?;
    book(state, &mut tx, shop.id, &found).await?;
    if before != Some(found.status) {
        let status = found.status.as_str().replace('_', " ");
        let text = format!("payout {} {status}", found.amount);
        shops::note(state, &mut tx, shop.id, EventKind::PayoutChanged, id.to_string(), text)
            .await?;
    }
    Ok(tx.commit().await?)
}

async fn fetch_lines(
    state: &AppState,
    account: &str,
    payout: &str,
) -> Result<Vec<StripeLine>, Error> {
    let mut lines: Vec<StripeLine> = Vec::new();
    loop {
        let after = lines.last().map(|line| line.id.clone());
        let (page, more) = state.stripe.payout_lines(account, payout, after.as_deref()).await?;
        let ended = page.is_empty() || !more;
        lines.extend(page);
        if ended {
            return Ok(lines);
        }
    }
}

/// The books follow the payout: it left the balance, arrived, or came back.
async fn book(
    state: &AppState,
    tx: &mut Tx,
    shop: Id<Shop>,
    found: &PayoutState,
) -> Result<(), Error> {
    let (id, amount) = (found.id.as_str(), found.amount);
    ledger::book(state, tx, &posting::payout_sent(shop, id, amount)?).await?;
    match found.status {
        PayoutStatus::Pending | PayoutStatus::InTransit => {}
        PayoutStatus::Paid => {
            ledger::book(state, tx, &posting::payout_arrived(shop, id, amount)?).await?;
        }
        PayoutStatus::Failed | PayoutStatus::Canceled => {
            let had_arrived = ledger::is_booked(tx, posting::PAYOUT_ARRIVED, id).await?;
            ledger::book(state, tx, &posting::payout_returned(shop, id, amount, had_arrived)?)
                .await?;
        }
    }
    Ok(())
}

/// The newest payout of a shop, and what is on its way to the next.
pub(crate) async fn latest(
    state: &AppState,
    shop: &Shop,
) -> Result<(Option<Payout>, Money), Error> {
    let newest =
        store::list(&state.db, shop.id, Timestamp::default(), Cursor::newest(), 1).await?.pop();
    let on_its_way = store::on_its_way(&state.db, shop.id).await?;
    Ok((newest, Money::new(on_its_way, shop.currency)))
}
