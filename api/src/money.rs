//! Money: whole minor units and a currency that never leave each other.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Currency;

/// An amount in the smallest unit of its currency: 6800 EUR is € 68.00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why an amount cannot be computed or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two currencies met in one sum.
    #[error("{0} and {1} cannot be added")]
    Currencies(Currency, Currency),
    /// The sum does not fit 64 bits.
    #[error("the amount is too large")]
    TooLarge,
    /// The text is no amount.
    #[error("“{0}” is not an amount; use digits, for example 12.00")]
    NotANumber(String),
    /// More digits than the currency has.
    #[error("“{text}” has more decimals than {currency} has")]
    Decimals {
        /// What was given.
        text: String,
        /// Its currency.
        currency: Currency,
    },
}

impl Money {
    /// An amount of `minor` smallest units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// The number of smallest units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum, or why there is none.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }

    /// The difference, or why there is none.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_sub(other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }

    /// `quantity` times this amount.
    pub fn checked_mul(self, quantity: i64) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_mul(quantity).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }

    /// The sum of many amounts in one currency; zero for none.
    pub fn sum(
        currency: Currency,
        amounts: impl IntoIterator<Item = Self>,
    ) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::checked_add)
    }

    /// A rate in basis points (1/10 000) of this amount, rounded half to even.
    ///
    /// 650 bps of € 24.00 is € 1.56. Banker's rounding keeps many small fees unbiased.
    #[must_use]
    pub fn basis_points(self, bps: u32) -> Self {
        const WHOLE: i128 = 10_000;
        let product = i128::from(self.minor) * i128::from(bps);
        let (quotient, rest) = (product.div_euclid(WHOLE), product.rem_euclid(WHOLE));
        let up = rest * 2 > WHOLE || (rest * 2 == WHOLE && quotient.rem_euclid(2) == 1);
        let minor = i64::try_from(quotient + i128::from(up)).unwrap_or(i64::MAX);
        Self { minor, ..self }
    }

    /// Splits by weight; the parts always sum to the whole. Ties go to the earlier part.
    ///
    /// No weights, or only zeros, give the whole to the first part.
    #[must_use]
    pub fn allocate(self, weights: &[u32]) -> Vec<Self> {
        let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
        if total == 0 {
            let rest = weights.iter().skip(1).map(|_| Self::zero(self.currency));
            return weights.first().map(|_| self).into_iter().chain(rest).collect();
        }
        let whole = i128::from(self.minor);
        let mut parts: Vec<i128> =
            weights.iter().map(|w| (whole * i128::from(*w)).div_euclid(total)).collect();
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by_key(|i| {
            std::cmp::Reverse((whole * i128::from(weights[*i])).rem_euclid(total))
        });
        let left = whole - parts.iter().sum::<i128>();
        for index in order.into_iter().take(usize::try_from(left).unwrap_or_default()) {
            parts[index] += 1;
        }
        parts
            .into_iter()
            .map(|p| Self::new(i64::try_from(p).unwrap_or(i64::MAX), self.currency))
            .collect()
    }

    /// Reads `24`, `24.5` or `24.50`; exactly as many decimals as the currency has, or fewer.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let fail = || MoneyError::NotANumber(text.chars().take(40).collect());
        let trimmed = text.trim();
        let (negative, digits) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || digits.ends_with('.')
        {
            return Err(fail());
        }
        let places = usize::try_from(currency.digits()).unwrap_or_default();
        if fraction.trim_end_matches('0').len() > places {
            return Err(MoneyError::Decimals { text: trimmed.to_owned(), currency });
        }
        let fraction: String = fraction.chars().chain("0".chars().cycle()).take(places).collect();
        let minor: i64 = format!("{whole}{fraction}").parse().map_err(|_| MoneyError::TooLarge)?;
        Ok(Self::new(if negative { -minor } else { minor }, currency))
    }

    /// Digits only, with a dot: `68.00`. For forms, CSV and JSON-LD.
    #[must_use]
    pub fn decimal(self) -> String {
        let places = usize::try_from(self.currency.digits()).unwrap_or_default();
        let digits = format!("{:0width$}", self.minor.unsigned_abs(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let sign = if self.minor < 0 { "-" } else { "" };
        if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::Currencies(self.currency, other.currency))
        }
    }
}

/// For people: `€1,204.18`, `-€4.10`, `KWD 1.500`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = Self::new(self.minor, self.currency).decimal();
        let unsigned = plain.trim_start_matches('-');
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = self.currency.sign();
        let space = if sign.len() == 3 && sign.is_ascii() { " " } else { "" };
        let minus = if self.minor < 0 { "-" } else { "" };
        let dot = if fraction.is_empty() { "" } else { "." };
        f.pad(&format!("{minus}{sign}{space}{grouped}{dot}{fraction}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    #[test]
    fn people_read_groups_and_signs() {
        assert_eq!(eur(120_418).to_string(), "€1,204.18");
        assert_eq!(eur(-410).to_string(), "-€4.10");
        assert_eq!(eur(5).to_string(), "€0.05");
        assert_eq!(Money::new(1500, "KWD".parse().unwrap()).to_string(), "KWD 1.500");
        assert_eq!(Money::new(123_456, "JPY".parse().unwrap()).to_string(), "¥123,456");
    }

    #[test]
    fn fees_round_half_to_even() {
        assert_eq!(eur(2400).basis_points(650), eur(156));
        assert_eq!(eur(50).basis_points(500), eur(2));
        assert_eq!(eur(70).basis_points(500), eur(4));
    }

    #[test]
    fn text_that_is_no_amount_is_refused() {
        for text in ["", "-", "twelve", "1,50", "1.", ".5", "1.234", "1e3", "９", "1 000"] {
            assert!(Money::parse(text, Currency::EUR).is_err(), "{text}");
        }
        assert_eq!(Money::parse("12.7", Currency::EUR).unwrap(), eur(1270));
        assert_eq!(Money::parse("46", Currency::EUR).unwrap(), eur(4600));
        assert_eq!(Money::parse("1.500", Currency::EUR).unwrap(), eur(150));
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole(minor in -1_000_000_000_i64..1_000_000_000, weights in prop::collection::vec(0_u32..10_000, 1..20)) {
            let parts = eur(minor).allocate(&weights);
            prop_assert_eq!(parts.len(), weights.len());
            prop_assert_eq!(Money::sum(Currency::EUR, parts).unwrap(), eur(minor));
        }

        #[test]
        fn decimals_read_back(minor: i32) {
            let money = eur(i64::from(minor));
            prop_assert_eq!(Money::parse(&money.decimal(), Currency::EUR).unwrap(), money);
        }
    }
}
