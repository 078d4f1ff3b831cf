//! Letters to the artisan of a suspended shop.

use api::shop::Shop;
use api::staff::Suspension;

use super::super::recipient;
use crate::db::Tx;
use crate::error::Error;
use crate::mail::{self, Recipient};
use crate::state::AppState;

/// The statement of reasons (Regulation (EU) 2022/2065, article 17): what, why, and how to object.
pub(super) async fn suspended(
    state: &AppState,
    tx: &mut Tx,
    shop: &Shop,
    suspension: &Suspension,
) -> Result<(), Error> {
    let (market, name) = (&state.config.market_name, &shop.name);
    let body = format!(
        "Your shop {name} was suspended by the staff of {market}.\n\n\
         The reason:\n\n{reason}\n\n\
         What this means:\n\n\
         - Your shop and its pieces are not shown and cannot be bought.\n\
         - Nothing of the shop can be changed, published or imported meanwhile.\n\
         - Orders that are paid are yours to send, and you are paid for them as always.\n\
         - You can see orders and payouts, take a copy of your data and leave: {site}/account/privacy\n\n\
         A person decided this. If you think it is wrong, answer this e-mail and say why; somebody\n\
         will look at it again. If the suspension is lifted, everything is back as it was.\n\n{market}\n",
        reason = indented(&suspension.reason),
        site = state.config.public_url(),
    );
    let (account, address) = recipient(tx, shop.id).await?;
    let to = Recipient::at(&address, Some(account));
    mail::write(state, tx, to, &format!("Your shop {name} is suspended"), &body).await
}

/// The suspension is over.
pub(super) async fn lifted(state: &AppState, tx: &mut Tx, shop: &Shop) -> Result<(), Error> {
    let (market, name) = (&state.config.market_name, &shop.name);
    let body = format!(
        "The suspension of your shop {name} was lifted. It is shown again, with everything as you\n\
         left it: {site}/shops/{slug}\n\n{market}\n",
        site = state.config.public_url(),
        slug = shop.slug,
    );
    let (account, address) = recipient(tx, shop.id).await?;
    let to = Recipient::at(&address, Some(account));
    mail::write(state, tx, to, &format!("Your shop {name} is open again"), &body).await
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
