//! What a new artisan has done and what comes next.

use api::account::Account;
use api::shop_profile::ShopProfile;

use super::super::onboarding;
use super::{policy, store};
use crate::error::Error;
use crate::state::AppState;

/// A step on the way to the first sale.
pub(crate) struct Step {
    /// What it is.
    pub(crate) title: &'static str,
    /// What to do, or why it matters.
    pub(crate) words: String,
    /// Where to do it; empty when it is done elsewhere.
    pub(crate) at: &'static str,
    /// What stands on the way there.
    pub(crate) verb: &'static str,
    /// Whether it is done.
    pub(crate) done: bool,
}

/// The steps of a shop, in the order in which they are best taken.
pub(crate) async fn steps(
    state: &AppState,
    account: &Account,
    profile: &ShopProfile,
) -> Result<Vec<Step>, Error> {
    let needs_second_step =
        match onboarding::demand_second_step(state, account, &profile.shop).await {
            Ok(()) => false,
            Err(Error::Forbidden(_)) => true,
            Err(error) => return Err(error),
        };
    let known = Known {
        has_pieces: store::has_pieces(&state.db, profile.shop.id).await?,
        needs_second_step,
        market: &state.config.country,
    };
    Ok(listed(account, profile, &known))
}

/// What the steps depend on beside the shop's profile.
struct Known<'a> {
    has_pieces: bool,
    /// Whether the market wants a second step of signing in and there is none.
    needs_second_step: bool,
    /// The market's own country.
    market: &'a str,
}

fn listed(account: &Account, profile: &ShopProfile, known: &Known<'_>) -> Vec<Step> {
    let shop = &profile.shop;
    let missing = policy::missing(&profile.seller, known.market);
    let missing: Vec<&str> = missing.into_iter().map(|(_, words)| words).collect();
    let step = |title, words: &str, at, verb, done| Step {
        title,
        words: words.to_owned(),
        at,
        verb,
        done,
    };
    let mut steps = vec![
        step("Open your shop", "Done; shoppers find it by its address.", "", "", true),
        step(
            "Verify your e-mail address",
            "Follow the link in our e-mail. Without it nothing can be published.",
            "/account",
            "Send the e-mail again",
            account.email_verified,
        ),
        step(
            "Tell your story",
            "Who you are and how you make things; with a portrait it is read twice as gladly.",
            "/sell/shop",
            "Write it",
            !shop.story.is_empty(),
        ),
        step(
            "Connect to Stripe",
            "Stripe pays you out. Until it knows who you are nobody can buy from you.",
            "/sell/onboarding",
            "Go to Stripe",
            shop.onboarding.may_sell(),
        ),
        step(
            "Put your first piece on the shelf",
            "With stall, one by one or from the file another market gave you.",
            "/sell/onboarding#pieces",
            "See how",
            known.has_pieces,
        ),
    ];
    if known.needs_second_step {
        let words = "With it, a password that somebody learned does not lead to your money.";
        let title = "Add a second step of signing in";
        steps.insert(3, step(title, words, "/account/factor", "Set it up", false));
    }
    if !missing.is_empty() {
        let words = format!("A business names itself before it sells; add {}.", missing.join(", "));
        steps.insert(3, step("Say who sells", &words, "/sell/shop#seller", "Add it", false));
    }
    steps
}

#[cfg(test)]
mod tests {
    use api::shop_profile::{Policies, Seller, SellerKind};
    use api::{Id, Timestamp};
    use uuid::Uuid;

    use super::*;
    use crate::storefront::pages::samples;

    fn profile(seller: Seller) -> ShopProfile {
        ShopProfile {
            suspension: None,
            shop: samples::shop(),
            banner: None,
            portrait: None,
            process: Vec::new(),
            policies: Policies::default(),
            seller,
            holiday: None,
            version: 1,
        }
    }

    #[test]
    fn a_step_is_asked_for_until_it_is_done() {
        let account = Account {
            id: Id::from_uuid(Uuid::from_u128(1)),
            email: "ana@example.org".into(),
            email_verified: false,
            name: "Ana".into(),
            created_at: Timestamp::from_seconds(0),
        };
        let open = |seller, has_pieces, needs_second_step| -> Vec<&'static str> {
            let known = Known { has_pieces, needs_second_step, market: "DE" };
            let steps = listed(&account, &profile(seller), &known);
            steps.into_iter().filter(|step| !step.done).map(|step| step.title).collect()
        };
        let first = "Put your first piece on the shelf";
        assert_eq!(open(Seller::default(), false, false), ["Verify your e-mail address", first]);
        let business = Seller { kind: SellerKind::Business, ..Seller::default() };
        assert_eq!(open(business, true, false), ["Verify your e-mail address", "Say who sells"]);
        let second = "Add a second step of signing in";
        let steps = open(Seller::default(), true, true);
        assert_eq!(steps, ["Verify your e-mail address", second]);
    }
}
