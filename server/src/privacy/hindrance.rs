//! What keeps an account from being deleted: whatever others still wait for.

use api::Money;
use api::privacy::Hindrance;

/// What is open between an account and others.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// Orders placed that did not leave yet.
    pub(super) bought: i64,
    /// Orders of the shop that did not leave yet.
    pub(super) sold: i64,
    /// What the shop is owed and was not transferred.
    pub(super) owed: Money,
    /// Payouts that did not arrive.
    pub(super) payouts_on_their_way: i64,
    /// What lies in the shop's balance at Stripe.
    pub(super) balance: Money,
}

/// Each hindrance with what removes it.
pub(super) fn hindrances(standing: &Standing) -> Vec<Hindrance> {
    let hindrance = |what: String, remedy: &str| Hindrance { what, remedy: remedy.to_owned() };
    let mut all = Vec::new();
    if standing.bought > 0 {
        let what =
            format!("{} you placed {} not left yet", orders(standing.bought), has(standing.bought));
        all.push(hindrance(
            what,
            "Wait until the parcel is on its way; the maker needs your address for it.",
        ));
    }
    if standing.sold > 0 {
        let what =
            format!("{} of your shop {} not left yet", orders(standing.sold), has(standing.sold));
        all.push(hindrance(
            what,
            "Ship what was paid; an order that nobody paid for ends by itself within the hour.",
        ));
    }
    if standing.owed.minor() != 0 {
        let what = format!("{} is still to be transferred to you", standing.owed);
        all.push(hindrance(
            what,
            "Connect your shop to Stripe, if it is not; the transfer then follows within minutes.",
        ));
    }
    if standing.payouts_on_their_way > 0 {
        let what = match standing.payouts_on_their_way {
            1 => "a payout is on its way to your bank".to_owned(),
            several => format!("{several} payouts are on their way to your bank"),
        };
        all.push(hindrance(what, "Wait until it has arrived; that takes a few days."));
    }
    if standing.balance.minor() != 0 {
        let what = format!("your balance at Stripe is {}", standing.balance);
        all.push(hindrance(
            what,
            "Wait for the next payout; what Stripe asks back from you has to be settled first.",
        ));
    }
    all
}

fn orders(number: i64) -> String {
    if number == 1 { "an order".to_owned() } else { format!("{number} orders") }
}

const fn has(number: i64) -> &'static str {
    if number == 1 { "has" } else { "have" }
}

#[cfg(test)]
mod tests {
    use api::Currency;

    use super::*;

    fn settled() -> Standing {
        let nothing = Money::new(0, Currency::EUR);
        Standing { bought: 0, sold: 0, owed: nothing, payouts_on_their_way: 0, balance: nothing }
    }

    #[test]
    fn whoever_owes_nothing_may_go() {
        assert_eq!(hindrances(&settled()), []);
    }

    #[test]
    fn each_open_end_is_named_with_its_remedy() {
        let standing = Standing {
            bought: 1,
            sold: 2,
            owed: Money::new(1250, Currency::EUR),
            payouts_on_their_way: 1,
            balance: Money::new(-300, Currency::EUR),
        };
        let told: Vec<String> = hindrances(&standing).into_iter().map(|h| h.what).collect();
        let expected = [
            "an order you placed has not left yet",
            "2 orders of your shop have not left yet",
            "€12.50 is still to be transferred to you",
            "a payout is on its way to your bank",
            "your balance at Stripe is -€3.00",
        ];
        assert_eq!(told, expected);
    }
}
