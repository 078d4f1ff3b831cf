//! Letters about a purchase.

use super::late::Reason;
use super::store::{PurchaseLine, PurchaseRow};
use crate::db::Tx;
use crate::error::Error;
use crate::ledger::Share;
use crate::mail::{self, Recipient};
use crate::shops;
use crate::state::AppState;

/// Confirms a purchase to its shopper.
pub(super) async fn confirm(
    state: &AppState,
    tx: &mut Tx,
    purchase: &PurchaseRow,
    lines: &[PurchaseLine],
    makers: usize,
) -> Result<(), Error> {
    let makers = if makers == 1 { "the maker has" } else { "the makers have" };
    let link = super::link(state, tx, purchase.id).await?;
    let mut pieces = Vec::new();
    for line in lines {
        pieces.push(format!("  {} × {}  {}", line.quantity(), line.name(), line.total()?));
        pieces.extend(
            line.ready_by()
                .map(|at| format!("      made to order, ready to be sent by {}", at.day())),
        );
        pieces.extend(line.answers().iter().map(|answer| format!("      {}", answer.words())));
    }
    let body = format!(
        "Hello {name},\n\nthank you. Your payment of {total} has arrived and {makers} been told.\n\n\
         {pieces}\n\nYour order {number}: {base}/orders/link/{link}\n\n\
         You hear from us again when a parcel is on its way.\n\n{market}\n",
        name = purchase.ship_name,
        pieces = pieces.join("\n"),
        total = purchase.total(),
        number = purchase.number,
        base = state.config.public_url(),
        link = link.text(),
        market = state.config.market_name,
    );
    let subject = format!("Your order {} at {}", purchase.number, state.config.market_name);
    mail::write(state, tx, purchase.recipient(), &subject, &body).await
}

/// Tells a shopper that money of hers came too late and was sent back.
pub(super) async fn tell_of_refund(
    state: &AppState,
    tx: &mut Tx,
    purchase: &PurchaseRow,
    reason: Reason,
) -> Result<(), Error> {
    let link = super::link(state, tx, purchase.id).await?;
    let body = format!(
        "Hello {name},\n\nyour payment of {total} for order {number} arrived after that order had been cancelled, and \
         {reason}.\n\nThe whole {total} has been sent back to the card or account that it came from. \
         Banks usually take 5 to 10 days to show it; you need not do anything.\n\n\
         The cancelled order: {base}/orders/link/{link}\n\n{market}\n",
        name = purchase.ship_name,
        total = purchase.total(),
        number = purchase.number,
        reason = reason.words(),
        base = state.config.public_url(),
        link = link.text(),
        market = state.config.market_name,
    );
    let subject = format!("Your payment for order {} was sent back", purchase.number);
    mail::write(state, tx, purchase.recipient(), &subject, &body).await
}

/// Tells an artisan about an order. No address of the shopper in it and none of her words: they are
/// in the order itself, which forgets them in time.
pub(super) async fn tell_artisan(
    state: &AppState,
    tx: &mut Tx,
    share: &Share,
    number: &str,
    has_wishes: bool,
) -> Result<(), Error> {
    let (account, address) = shops::recipient(tx, share.shop).await?;
    let to = Recipient::at(&address, Some(account));
    let wishes = if has_wishes {
        "The shopper answered your questions; the order says what is wished for.\n\n"
    } else {
        ""
    };
    let body = format!(
        "Good news: order {number} is paid.\n\n  The shopper paid  {total}\n  You get           {net}\n\n{wishes}\
         Look at it:   stall orders show {number}\nWhen it left: stall orders ship {number} --tracking …\n\n{market}\n",
        total = share.total,
        net = share.net()?,
        market = state.config.market_name,
    );
    mail::write(state, tx, to, &format!("New order {number}"), &body).await
}
