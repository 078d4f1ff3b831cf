//! Letters to whom the operator makes staff, and to whom it is over for.

use crate::db::Tx;
use crate::error::Error;
use crate::mail::{self, Recipient};
use crate::state::AppState;

/// Says what the role opens and what it needs.
pub(super) async fn added(state: &AppState, tx: &mut Tx, to: Recipient<'_>) -> Result<(), Error> {
    let (market, site) = (&state.config.market_name, state.config.public_url());
    let body = format!(
        "Hello,\n\n\
         the operator of {market} has made you staff. You look after its shops here:\n\n\
         {site}/staff\n\n\
         It opens once your account has a second step for signing in, which you set up here:\n\n\
         {site}/account/factor\n\n\
         What you do for the market is written down with your name.\n\n\
         If you expected none of this, tell the operator.\n"
    );
    mail::write(state, tx, to, &format!("You are staff of {market}"), &body).await
}

/// Says that the role is gone.
pub(super) async fn removed(state: &AppState, tx: &mut Tx, to: Recipient<'_>) -> Result<(), Error> {
    let market = &state.config.market_name;
    let body = format!(
        "Hello,\n\n\
         you are no longer staff of {market}. Your account stays as it is; only the pages for\n\
         staff are closed to it.\n"
    );
    mail::write(state, tx, to, &format!("You are no longer staff of {market}"), &body).await
}
