//! Stripe's test cards and what they do.

/// What the payer typed; the security code is looked at and forgotten.
pub(crate) struct Card {
    pub(crate) number: String,
    pub(crate) month: i64,
    pub(crate) year: i64,
}

/// A refusal, in Stripe's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decline {
    pub(crate) code: &'static str,
    /// Stripe's `decline_code`.
    pub(crate) reason: &'static str,
    pub(crate) message: &'static str,
}

/// What a card does when it is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// The money comes, and settles as usual.
    Pays,
    /// The money comes and can be used at once.
    PaysAtOnce,
    /// The bank wants the payer to confirm first.
    Challenges,
    /// The bank refuses.
    Declines(Decline),
}

const fn decline(code: &'static str, reason: &'static str, message: &'static str) -> Behaviour {
    Behaviour::Declines(Decline { code, reason, message })
}

const DECLINED: &str = "Your card was declined.";

/// Numbers from Stripe's page of test cards.
const CARDS: [(&str, Behaviour); 15] = [
    ("4242424242424242", Behaviour::Pays),
    ("4000056655665556", Behaviour::Pays),
    ("4000002760000016", Behaviour::Pays),
    ("5555555555554444", Behaviour::Pays),
    ("378282246310005", Behaviour::Pays),
    ("4000000000000077", Behaviour::PaysAtOnce),
    ("4000002500003155", Behaviour::Challenges),
    ("4000000000003220", Behaviour::Challenges),
    ("4000000000000002", decline("card_declined", "generic_decline", DECLINED)),
    (
        "4000000000009995",
        decline("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    ),
    ("4000000000009987", decline("card_declined", "lost_card", DECLINED)),
    ("4000000000009979", decline("card_declined", "stolen_card", DECLINED)),
    ("4000000000000069", decline("expired_card", "expired_card", "Your card has expired.")),
    (
        "4000000000000127",
        decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
    ),
    (
        "4000000000000119",
        decline(
            "processing_error",
            "processing_error",
            "An error occurred while processing your card. Try again in a little bit.",
        ),
    ),
];

/// A person who did not confirm the payment.
pub(crate) const UNAUTHENTICATED: Decline = Decline {
    code: "payment_intent_authentication_failure",
    reason: "authentication_required",
    message: "We are unable to authenticate your payment method. \
              Please choose a different payment method and try again.",
};

const REAL_CARD: Decline = Decline {
    code: "card_declined",
    reason: "test_mode_live_card",
    message: "Your card was declined. This is a simulated payment, but a card was used that is \
              not one of the test cards.",
};

impl Card {
    /// Reads the form's fields; the message is for the payer.
    pub(crate) fn parse(
        number: &str,
        expiry: &str,
        cvc: &str,
        now: i64,
    ) -> Result<Self, &'static str> {
        let number: String = number.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        if !(12..=19).contains(&number.len()) || !luhn(&number) {
            return Err("Your card number is not complete or not valid.");
        }
        let (month, year) = read_expiry(expiry).ok_or("Write the expiry date as MM / YY.")?;
        let (this_year, this_month, _) = crate::clock::civil(now);
        if (year, month) < (this_year, this_month) || year > this_year + 50 {
            return Err("Your card's expiry date is in the past.");
        }
        let cvc = cvc.trim();
        if !(3..=4).contains(&cvc.len()) || !cvc.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err("Your card's security code has three or four digits.");
        }
        Ok(Self { number, month, year })
    }

    pub(crate) fn behaviour(&self) -> Behaviour {
        let known = CARDS.iter().find(|(number, _)| *number == self.number);
        known.map_or(Behaviour::Declines(REAL_CARD), |(_, behaviour)| *behaviour)
    }

    pub(crate) fn brand(&self) -> &'static str {
        match self.number.as_bytes() {
            [b'5', ..] => "mastercard",
            [b'3', ..] => "amex",
            _ => "visa",
        }
    }

    pub(crate) fn last4(&self) -> &str {
        &self.number[self.number.len().saturating_sub(4)..]
    }
}

fn read_expiry(text: &str) -> Option<(i64, i64)> {
    let (month, year) = text.split_once('/')?;
    let month: i64 = month.trim().parse().ok()?;
    let year: i64 = year.trim().parse().ok()?;
    let year = if (0..100).contains(&year) { year + 2000 } else { year };
    (1..=12).contains(&month).then_some((month, year))
}

/// The check digit of card numbers.
fn luhn(number: &str) -> bool {
    let digits: Option<Vec<u32>> = number.chars().map(|digit| digit.to_digit(10)).collect();
    let Some(digits) = digits else { return false };
    let weighed = digits.iter().rev().enumerate().map(|(place, digit)| match place % 2 {
        0 => *digit,
        _ if digit * 2 > 9 => digit * 2 - 9,
        _ => digit * 2,
    });
    weighed.sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 22 November 2026.
    const NOW: i64 = 1_795_305_600_000_000;

    #[test]
    fn every_test_card_has_a_valid_number() {
        for (number, _) in CARDS {
            assert!(Card::parse(number, "12/34", "123", NOW).is_ok(), "{number}");
        }
    }

    #[test]
    fn a_card_is_good_until_the_end_of_its_month() {
        let parse = |expiry| Card::parse("4242 4242 4242 4242", expiry, "123", NOW);
        assert!(parse("11/26").is_ok());
        assert!(parse("12 / 2034").is_ok());
        for expiry in ["10/26", "13/30", "1226", "12/1999", ""] {
            assert!(parse(expiry).is_err(), "{expiry}");
        }
    }

    #[test]
    fn a_card_that_is_no_test_card_is_declined() {
        let card = Card::parse("4111 1111 1111 1111", "12/34", "123", NOW).ok().unwrap();
        assert_eq!(card.behaviour(), Behaviour::Declines(REAL_CARD));
    }
}
