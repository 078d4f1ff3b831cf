//! Comparing what Stripe paid out with what the books expected: plain rules on plain data.

use std::collections::BTreeMap;

use api::payout::{MatchStatus, PayoutLine};
use api::{Currency, Money, MoneyError};

use crate::stripe::StripeLine;

/// A transfer as the books know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    /// Stripe's transfer.
    pub(crate) transfer: String,
    /// The order it is a share of.
    pub(crate) order: String,
    /// What the shopper paid.
    pub(crate) gross: Money,
    /// What the market kept.
    pub(crate) commission: Money,
    /// What was transferred.
    pub(crate) net: Money,
}

/// Sums of a payout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Totals {
    /// What shoppers paid for the orders in it.
    pub(crate) gross: Money,
    /// What the market kept.
    pub(crate) commission: Money,
    /// What was given back.
    pub(crate) refunds: Money,
    /// What remains by Stripe's lines.
    pub(crate) net: Money,
}

/// Stripe's types for money taken back out of an artisan's balance.
const REFUND_KINDS: [&str; 2] = ["payment_refund", "refund"];

/// Compares Stripe's lines with the transfers that the books have for this payout.
///
/// Every line and every transfer appears in exactly one result line; the payout's own line is
/// left out, as it is the sum and not a part. Results are in the order of orders, then of Stripe's
/// ids, whatever the order of the input.
pub(crate) fn compare(lines: &[StripeLine], expected: &[Expected]) -> Vec<PayoutLine> {
    let mut open: BTreeMap<&str, &Expected> =
        expected.iter().map(|one| (one.transfer.as_str(), one)).collect();
    let mut parts: Vec<&StripeLine> = lines.iter().filter(|line| line.kind != "payout").collect();
    parts.sort_by(|a, b| a.id.cmp(&b.id));
    let mut results: Vec<PayoutLine> = parts
        .into_iter()
        .map(|line| {
            let ours = line.transfer.as_deref().and_then(|transfer| open.remove(transfer));
            ours.map_or_else(|| unexpected(line), |ours| both(line, ours))
        })
        .collect();
    results.extend(open.into_values().map(missing));
    results.sort_by(|a, b| (&a.order, &a.stripe_id).cmp(&(&b.order, &b.stripe_id)));
    results
}

fn both(line: &StripeLine, ours: &Expected) -> PayoutLine {
    let (status, note) = if line.net == ours.net {
        (MatchStatus::Matched, None)
    } else {
        let note = format!("Stripe has {}, the books have {}", line.net, ours.net);
        (MatchStatus::Differing, Some(note))
    };
    PayoutLine {
        stripe_id: Some(line.id.clone()),
        kind: line.kind.clone(),
        order: Some(ours.order.clone()),
        gross: Some(ours.gross),
        commission: Some(ours.commission),
        stripe: Some(line.net),
        books: Some(ours.net),
        status,
        note,
    }
}

fn unexpected(line: &StripeLine) -> PayoutLine {
    PayoutLine {
        stripe_id: Some(line.id.clone()),
        kind: line.kind.clone(),
        order: None,
        gross: None,
        commission: None,
        stripe: Some(line.net),
        books: None,
        status: MatchStatus::Unexpected,
        note: Some(format!(
            "Stripe has {}, which the books do not know; it comes from {}",
            line.net, line.source
        )),
    }
}

fn missing(ours: &Expected) -> PayoutLine {
    PayoutLine {
        stripe_id: None,
        kind: "transfer".to_owned(),
        order: Some(ours.order.clone()),
        gross: Some(ours.gross),
        commission: Some(ours.commission),
        stripe: None,
        books: Some(ours.net),
        status: MatchStatus::Missing,
        note: Some(format!("the books have {} in this payout, Stripe does not", ours.net)),
    }
}

/// Sums the lines of a payout.
pub(crate) fn totals(currency: Currency, lines: &[PayoutLine]) -> Result<Totals, MoneyError> {
    let sum = |pick: &dyn Fn(&PayoutLine) -> Option<Money>| {
        Money::sum(currency, lines.iter().filter_map(pick))
    };
    Ok(Totals {
        gross: sum(&|line| line.gross)?,
        commission: sum(&|line| line.commission)?,
        refunds: sum(&|line| line.stripe.filter(|_| REFUND_KINDS.contains(&line.kind.as_str())))?,
        net: sum(&|line| line.stripe)?,
    })
}

/// Whether every line matches and the lines sum to what went to the bank.
pub(crate) fn is_clean(amount: Money, lines: &[PayoutLine], totals: &Totals) -> bool {
    lines.iter().all(|line| line.status == MatchStatus::Matched) && totals.net == amount
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Timestamp;
    use proptest::prelude::*;

    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    fn line(n: i64, minor: i64) -> StripeLine {
        StripeLine {
            id: format!("txn_{n:04}"),
            kind: "payment".into(),
            source: format!("py_{n}"),
            transfer: Some(format!("tr_{n}")),
            amount: eur(minor),
            fee: eur(0),
            net: eur(minor),
            created_at: Timestamp::default(),
        }
    }

    fn ours(n: i64, minor: i64) -> Expected {
        Expected {
            transfer: format!("tr_{n}"),
            order: format!("A{n:04}-1"),
            gross: eur(minor + 100),
            commission: eur(100),
            net: eur(minor),
        }
    }

    fn statuses(lines: &[PayoutLine]) -> Vec<MatchStatus> {
        lines.iter().map(|line| line.status).collect()
    }

    #[test]
    fn what_agrees_is_clean_to_the_cent() {
        let found = compare(&[line(1, 5400), line(2, 3600)], &[ours(2, 3600), ours(1, 5400)]);
        let sums = totals(Currency::EUR, &found).unwrap();
        assert_eq!((sums.gross, sums.commission, sums.net), (eur(9200), eur(200), eur(9000)));
        assert!(is_clean(eur(9000), &found, &sums));
        assert!(!is_clean(eur(8999), &found, &sums), "a cent less at the bank");
    }

    #[test]
    fn each_kind_of_difference_has_a_name() {
        let found = compare(&[line(1, 5400), line(3, 700)], &[ours(1, 5399), ours(2, 3600)]);
        assert_eq!(
            statuses(&found),
            [MatchStatus::Unexpected, MatchStatus::Differing, MatchStatus::Missing]
        );
        assert!(found.iter().all(|line| line.note.is_some()));
    }

    #[test]
    fn the_payouts_own_line_is_not_a_part_of_it() {
        let mut own = line(9, -5400);
        own.kind = "payout".into();
        assert_eq!(
            statuses(&compare(&[own, line(1, 5400)], &[ours(1, 5400)])),
            [MatchStatus::Matched]
        );
    }

    proptest! {
        #[test]
        fn order_of_lines_does_not_matter_and_nothing_is_lost(
            stripe in prop::collection::btree_map(0_i64..40, 1_i64..9999, 0..30),
            books in prop::collection::btree_map(0_i64..40, 1_i64..9999, 0..30),
        ) {
            let lines: Vec<StripeLine> = stripe.iter().map(|(n, minor)| line(*n, *minor)).collect();
            let expected: Vec<Expected> = books.iter().map(|(n, minor)| ours(*n, *minor)).collect();
            let reversed: Vec<StripeLine> = lines.iter().rev().cloned().collect();
            let found = compare(&lines, &expected);
            prop_assert_eq!(&found, &compare(&reversed, &expected));
            prop_assert_eq!(found.iter().filter(|line| line.stripe.is_some()).count(), lines.len());
            prop_assert_eq!(found.iter().filter(|line| line.books.is_some()).count(), expected.len());
        }
    }
}
