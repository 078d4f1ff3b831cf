//! Fulfillment: handing parcels to carriers. To ship an order is [`ship`].

pub(crate) mod routes;
mod store;

use api::audit::Verb;
use api::event::EventKind;
use api::order::{Carrier, Order, OrderStatus, Parcel};
use api::shop::Shop;

use crate::error::Error;
use crate::mail::{self, Recipient};
use crate::state::AppState;
use crate::{audit, checkout, orders, shops};

/// Longest tracking number that any carrier uses, with room to spare.
const TRACKING_LIMIT: usize = 64;

/// Marks an order as handed to the carrier and tells the customer. The same parcel once more, by
/// somebody whom the first answer did not reach, changes nothing.
pub(crate) async fn ship(
    state: &AppState,
    shop: &Shop,
    name: &str,
    parcel: Parcel,
) -> Result<Order, Error> {
    let tracking = tidy(&parcel.tracking)?;
    let carrier = parcel.carrier.unwrap_or_else(|| Carrier::guess(&tracking));
    let found = orders::find(state, shop.id, name).await?;
    let now = state.clock.now();

    let mut tx = state.db.begin().await?;
    let order = orders::lock(&mut tx, shop.id, found.id).await?;
    if order.status == OrderStatus::Shipped
        && store::is_recorded(&mut tx, order.id, carrier, &tracking).await?
    {
        drop(tx);
        return orders::find(state, shop.id, &order.number).await;
    }
    orders::advance(state, &mut tx, &order, OrderStatus::Shipped, &told(carrier, &tracking))
        .await?;
    store::insert(&mut tx, state.entropy.id(now), order.id, carrier, &tracking, now).await?;
    let link = checkout::link(state, &mut tx, order.purchase_id).await?;
    let (address, account, number) = orders::recipient(&mut tx, order.purchase_id).await?;
    let letter = Notice {
        state,
        shop: &shop.name,
        number: &number,
        link: &link.text(),
        carrier,
        tracking: &tracking,
    };
    let to = Recipient::at(&address, account);
    mail::write(state, &mut tx, to, &letter.subject(), &letter.body(&found)).await?;
    let text = format!("order {} shipped", order.number);
    shops::note(state, &mut tx, shop.id, EventKind::OrderShipped, order.number.clone(), text)
        .await?;
    audit::note(state, &mut tx, Verb::OrderShip, &order.number).await?;
    tx.commit().await?;
    orders::find(state, shop.id, &order.number).await
}

/// A tracking number as carriers write it: capitals, single spaces, no control characters.
fn tidy(tracking: &str) -> Result<String, Error> {
    let tidy = tracking.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
    if tidy.len() > TRACKING_LIMIT {
        return Err(Error::invalid(
            "tracking",
            format!("a tracking number has at most {TRACKING_LIMIT} characters"),
        ));
    }
    if !tidy.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '/' | '.')) {
        return Err(Error::invalid("tracking", "use letters, digits, spaces and dashes"));
    }
    Ok(tidy)
}

/// How the timeline tells it.
fn told(carrier: Carrier, tracking: &str) -> String {
    match (carrier, tracking) {
        (_, "") => "shipped without tracking".to_owned(),
        (Carrier::Other, number) => format!("shipped, tracking number {number}"),
        (carrier, number) => format!("shipped with {} {number}", carrier.title()),
    }
}

/// The letter that tells a customer about a parcel.
struct Notice<'a> {
    state: &'a AppState,
    shop: &'a str,
    number: &'a str,
    link: &'a str,
    carrier: Carrier,
    tracking: &'a str,
}

impl Notice<'_> {
    fn subject(&self) -> String {
        format!("On its way: order {} from {}", self.number, self.shop)
    }

    fn body(&self, order: &Order) -> String {
        let pieces: Vec<String> = order
            .lines
            .iter()
            .map(|line| {
                let said = line.answers.iter().map(|answer| format!("\n      {}", answer.words()));
                format!("  {} × {}{}", line.quantity, line.title, said.collect::<String>())
            })
            .collect();
        let page = match self.carrier.tracking_url(self.tracking) {
            Some(url) => format!("\nFollow the parcel: {url}\n"),
            None => String::new(),
        };
        format!(
            "Hello {name},\n\n{shop} has sent your parcel: {told}.\n\n{pieces}\n{page}\n\
             Your order: {base}/orders/link/{link}\n\n{market}\n",
            name = order.ship_to.name,
            shop = self.shop,
            told = told(self.carrier, self.tracking),
            base = self.state.config.public_url(),
            link = self.link,
            pieces = pieces.join("\n"),
            market = self.state.config.market_name,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tracking_numbers_are_tidied_and_control_characters_refused() {
        assert_eq!(tidy("  0034  0434\t1610 ").unwrap(), "0034 0434 1610");
        assert_eq!(tidy("rr123456785de").unwrap(), "RR123456785DE");
        assert!(tidy("\u{1b}[31m").is_err());
        assert!(tidy(&"9".repeat(65)).is_err());
    }
}
