//! The rules of the books: what each event of Stripe's becomes in double entry.
//!
//! Debits are positive, credits negative; an entry sums to zero. Two sets of books stand side by
//! side: the market's own, and a mirror of each artisan's balance at Stripe. An event that touches
//! both is one entry.

use api::order::{Order, Purchase};
use api::shop::Shop;
use api::{Id, Money, MoneyError};

/// An account of the books. Those that belong to a shop are kept for each shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Account {
    /// Asset: the market's balance at Stripe.
    StripeBalance,
    /// Liability to a shop: its share, not yet transferred.
    SellerPayable,
    /// Liability to a shopper: money that came too late, not yet sent back.
    CustomerRefundDue,
    /// Revenue: what the market keeps.
    Commission,
    /// Expense: what Stripe keeps.
    StripeFees,
    /// Artisan's asset: her balance at Stripe.
    ConnectedBalance,
    /// Artisan's asset: money between Stripe and her bank.
    InTransit,
    /// Artisan's asset: money that reached her bank.
    Bank,
    /// Artisan's revenue: what shoppers paid for her pieces.
    Sales,
    /// Artisan's expense: the market's commission.
    PlatformFee,
}

impl Account {
    /// Its name in the books.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::StripeBalance => "stripe_balance",
            Self::SellerPayable => "seller_payable",
            Self::CustomerRefundDue => "customer_refund_due",
            Self::Commission => "commission",
            Self::StripeFees => "stripe_fees",
            Self::ConnectedBalance => "connected_balance",
            Self::InTransit => "in_transit",
            Self::Bank => "bank",
            Self::Sales => "sales",
            Self::PlatformFee => "platform_fee",
        }
    }
}

/// One side of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Posting {
    /// Which account.
    pub(crate) account: Account,
    /// Whose, for the accounts that belong to a shop.
    pub(crate) shop: Option<Id<Shop>>,
    /// Debit positive, credit negative; never zero.
    pub(crate) amount: Money,
}

/// Something that happened, as the books see it. A source books a rule once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The rule that made it.
    pub(crate) rule: &'static str,
    /// Stripe's object that it follows from.
    pub(crate) source: String,
    /// The purchase it belongs to.
    pub(crate) purchase: Option<Id<Purchase>>,
    /// Its sides.
    pub(crate) postings: Vec<Posting>,
}

/// A shop's share of a charge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    /// The order.
    pub(crate) order: Id<Order>,
    /// Its shop.
    pub(crate) shop: Id<Shop>,
    /// What the shopper paid for it.
    pub(crate) total: Money,
    /// What the market keeps of it.
    pub(crate) commission: Money,
}

impl Share {
    /// What the artisan gets.
    pub(crate) fn net(&self) -> Result<Money, MoneyError> {
        self.total.checked_sub(self.commission)
    }
}

/// The rule that books what Stripe took for a charge.
pub(crate) const FEE_TAKEN: &str = "fee_taken";

/// A shopper's charge succeeded: the balance grows, each shop is owed its net.
pub(crate) fn charge_succeeded(
    purchase: Id<Purchase>,
    charge: &str,
    shares: &[Share],
) -> Result<Entry, MoneyError> {
    let mut postings = Vec::new();
    for share in shares {
        postings.push(market(Account::StripeBalance, share.total));
        postings.push(of_shop(Account::SellerPayable, share.shop, negative(share.net()?)?));
        postings.push(market(Account::Commission, negative(share.commission)?));
    }
    Ok(entry("charge_succeeded", charge, Some(purchase), postings))
}

/// A charge came after its purchase was called off: all of it is owed to the shopper.
pub(crate) fn charge_came_late(
    purchase: Id<Purchase>,
    charge: &str,
    total: Money,
) -> Result<Entry, MoneyError> {
    let postings = vec![
        market(Account::StripeBalance, total),
        market(Account::CustomerRefundDue, negative(total)?),
    ];
    Ok(entry("charge_came_late", charge, Some(purchase), postings))
}

/// Money that came too late went back to the shopper.
pub(crate) fn late_charge_refunded(
    purchase: Id<Purchase>,
    refund: &str,
    total: Money,
) -> Result<Entry, MoneyError> {
    let postings = vec![
        market(Account::CustomerRefundDue, total),
        market(Account::StripeBalance, negative(total)?),
    ];
    Ok(entry("late_charge_refunded", refund, Some(purchase), postings))
}

/// Stripe took its fee out of the balance.
pub(crate) fn fee_taken(
    purchase: Id<Purchase>,
    charge: &str,
    fee: Money,
) -> Result<Entry, MoneyError> {
    let postings =
        vec![market(Account::StripeFees, fee), market(Account::StripeBalance, negative(fee)?)];
    Ok(entry(FEE_TAKEN, charge, Some(purchase), postings))
}

/// A share moved to the artisan's balance at Stripe.
pub(crate) fn share_transferred(
    purchase: Id<Purchase>,
    transfer: &str,
    share: &Share,
) -> Result<Entry, MoneyError> {
    let net = share.net()?;
    let postings = vec![
        of_shop(Account::SellerPayable, share.shop, net),
        market(Account::StripeBalance, negative(net)?),
        of_shop(Account::ConnectedBalance, share.shop, net),
        of_shop(Account::PlatformFee, share.shop, share.commission),
        of_shop(Account::Sales, share.shop, negative(share.total)?),
    ];
    Ok(entry("share_transferred", transfer, Some(purchase), postings))
}

/// A payout left the artisan's balance.
pub(crate) fn payout_sent(
    shop: Id<Shop>,
    payout: &str,
    amount: Money,
) -> Result<Entry, MoneyError> {
    moved("payout_sent", payout, shop, amount, Account::ConnectedBalance, Account::InTransit)
}

/// The rule that books a payout at the bank.
pub(crate) const PAYOUT_ARRIVED: &str = "payout_arrived";

/// A payout reached the bank.
pub(crate) fn payout_arrived(
    shop: Id<Shop>,
    payout: &str,
    amount: Money,
) -> Result<Entry, MoneyError> {
    moved(PAYOUT_ARRIVED, payout, shop, amount, Account::InTransit, Account::Bank)
}

/// A payout came back, from the bank if it had arrived there.
pub(crate) fn payout_returned(
    shop: Id<Shop>,
    payout: &str,
    amount: Money,
    had_arrived: bool,
) -> Result<Entry, MoneyError> {
    let from = if had_arrived { Account::Bank } else { Account::InTransit };
    moved("payout_returned", payout, shop, amount, from, Account::ConnectedBalance)
}

fn moved(
    rule: &'static str,
    source: &str,
    shop: Id<Shop>,
    amount: Money,
    from: Account,
    to: Account,
) -> Result<Entry, MoneyError> {
    let postings = vec![of_shop(to, shop, amount), of_shop(from, shop, negative(amount)?)];
    Ok(entry(rule, source, None, postings))
}

fn entry(
    rule: &'static str,
    source: &str,
    purchase: Option<Id<Purchase>>,
    postings: Vec<Posting>,
) -> Entry {
    // A commission or fee of nothing is no posting.
    let postings = postings.into_iter().filter(|posting| posting.amount.minor() != 0).collect();
    Entry { rule, source: source.to_owned(), purchase, postings }
}

const fn market(account: Account, amount: Money) -> Posting {
    Posting { account, shop: None, amount }
}

const fn of_shop(account: Account, shop: Id<Shop>, amount: Money) -> Posting {
    Posting { account, shop: Some(shop), amount }
}

fn negative(amount: Money) -> Result<Money, MoneyError> {
    Money::zero(amount.currency()).checked_sub(amount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Currency;
    use proptest::prelude::*;

    fn id<T>(n: u128) -> Id<T> {
        Id::from_uuid(uuid::Uuid::from_u128(n))
    }

    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    fn share(shop: u128, total: i64, bps: u32) -> Share {
        Share {
            order: id(shop),
            shop: id(shop),
            total: eur(total),
            commission: eur(total).basis_points(bps),
        }
    }

    fn sum(entry: &Entry) -> Money {
        Money::sum(Currency::EUR, entry.postings.iter().map(|posting| posting.amount)).unwrap()
    }

    #[test]
    fn a_sale_is_booked_as_the_plan_says() {
        let booked =
            charge_succeeded(id(9), "ch_1", &[share(1, 6000, 1000), share(2, 4000, 1000)]).unwrap();
        let of = |account: Account| -> i64 {
            booked.postings.iter().filter(|p| p.account == account).map(|p| p.amount.minor()).sum()
        };
        assert_eq!(of(Account::StripeBalance), 10_000);
        assert_eq!(of(Account::SellerPayable), -9_000);
        assert_eq!(of(Account::Commission), -1_000);
    }

    proptest! {
        #[test]
        fn late_money_that_went_back_leaves_only_stripes_fee(total in 50_i64..10_000_000, fee in 1_i64..50) {
            let entries = [
                charge_came_late(id(9), "ch_1", eur(total)).unwrap(),
                fee_taken(id(9), "ch_1", eur(fee)).unwrap(),
                late_charge_refunded(id(9), "re_1", eur(total)).unwrap(),
            ];
            let left = |account: Account| -> i64 {
                let postings = entries.iter().flat_map(|entry| &entry.postings);
                postings.filter(|p| p.account == account).map(|p| p.amount.minor()).sum()
            };
            prop_assert_eq!(left(Account::CustomerRefundDue), 0);
            prop_assert_eq!(left(Account::StripeBalance), -fee);
            prop_assert_eq!(left(Account::StripeFees), fee);
        }

        #[test]
        fn every_rule_sums_to_zero(
            totals in prop::collection::vec((1_i64..10_000_000, 0_u32..=10_000), 1..8),
            fee in 1_i64..100_000,
            had_arrived: bool,
        ) {
            let shares: Vec<Share> =
                totals.iter().zip(1_u128..).map(|((total, bps), shop)| share(shop, *total, *bps)).collect();
            prop_assert_eq!(sum(&charge_succeeded(id(9), "ch_1", &shares).unwrap()), eur(0));
            prop_assert_eq!(sum(&fee_taken(id(9), "ch_1", eur(fee)).unwrap()), eur(0));
            prop_assert_eq!(sum(&charge_came_late(id(9), "ch_1", eur(fee)).unwrap()), eur(0));
            prop_assert_eq!(sum(&late_charge_refunded(id(9), "re_1", eur(fee)).unwrap()), eur(0));
            for share in &shares {
                prop_assert_eq!(sum(&share_transferred(id(9), "tr_1", share).unwrap()), eur(0));
            }
            for moved in [
                payout_sent(id(1), "po_1", eur(fee)),
                payout_arrived(id(1), "po_1", eur(fee)),
                payout_returned(id(1), "po_1", eur(fee), had_arrived),
            ] {
                let moved = moved.unwrap();
                prop_assert_eq!(sum(&moved), eur(0));
                prop_assert!(moved.postings.iter().all(|p| p.amount.minor() != 0));
            }
        }
    }
}
