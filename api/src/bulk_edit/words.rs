//! Filter and change as people write them: `status:active tag:"sea green" price:20..40 mug` and
//! `price=+5%`.

use super::{BulkChange, BulkFilter};
use crate::listing::{Category, ListingStatus};
use crate::making::{Making, ToOrder};
use crate::{Currency, Money, MoneyError};

/// Why words are no filter or no change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordError {
    /// A key that is not known.
    #[error(
        "“{0}:” is no key; use status, category, tag, sku or price, or put the words in quotes"
    )]
    Key(String),
    /// A value that its key cannot have.
    #[error("{key}: {reason}")]
    Value {
        /// The key.
        key: &'static str,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// A key that can be said once only.
    #[error("{0} is said twice; say it once")]
    Twice(&'static str),
    /// A quote that does not end.
    #[error("a quote begins and does not end; close it with \"")]
    Quote,
    /// No change at all.
    #[error(
        "“{0}” is no change; write price=+5%, price=24.00, stock=5, stock=+2, tag=+gift, tag=-gift, category=wood, made-in=10..14/5, made-in=stock or status=paused"
    )]
    Change(String),
}

impl WordError {
    fn value(key: &'static str, reason: impl Into<String>) -> Self {
        Self::Value { key, reason: reason.into() }
    }

    fn money(error: &MoneyError) -> Self {
        Self::value("price", error.to_string())
    }
}

impl BulkFilter {
    /// Reads `key:value` words; words without a key are looked for in title and description.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, WordError> {
        let mut filter = Self::default();
        for word in words(text)? {
            let (key, value) = match (word.quoted, word.text.split_once(':')) {
                (false, Some((key, value))) => (key, value.to_owned()),
                _ => ("", word.text.clone()),
            };
            match key {
                "" => filter.text.push(value),
                "status" => {
                    let states = each::<ListingStatus>("status", &value.replace('-', "_"))?;
                    filter.status.extend(states);
                }
                "category" => filter.category.extend(each::<Category>("category", &value)?),
                "tag" => filter.tags.push(value),
                "sku" => {
                    once("sku", filter.sku.is_some())?;
                    filter.sku = Some(value.trim_end_matches('*').to_owned());
                }
                "price" => {
                    once("price", filter.price_from.or(filter.price_to).is_some())?;
                    (filter.price_from, filter.price_to) = range(&value, currency)?;
                }
                other => return Err(WordError::Key(other.to_owned())),
            }
        }
        Ok(filter)
    }
}

impl BulkChange {
    /// Adds `key=value` to the change; a sign makes it relative.
    pub fn set(&mut self, text: &str, currency: Currency) -> Result<(), WordError> {
        let unknown = || WordError::Change(text.chars().take(60).collect());
        let (key, value) = text.split_once('=').ok_or_else(unknown)?;
        let value = value.trim();
        match key.trim() {
            "price" => {
                let is_set = self.price_percent.is_some() || self.price_add.is_some();
                once("price", is_set || self.price_set.is_some())?;
                self.set_price(value, currency)?;
            }
            "stock" => {
                once("stock", self.stock_add.or(self.stock_set).is_some())?;
                let fail = || WordError::value("stock", "write a number, such as 5, +2 or -1");
                let pieces = value.trim_start_matches('+').parse().map_err(|_| fail())?;
                match signed(value) {
                    Some(_) => self.stock_add = Some(pieces),
                    None => self.stock_set = Some(pieces),
                }
            }
            "tag" => match signed(value) {
                Some(('+', tag)) => self.tags_add.push(tag.to_owned()),
                Some((_, tag)) => self.tags_remove.push(tag.to_owned()),
                None => {
                    return Err(WordError::value(
                        "tag",
                        "write +TAG to add it, -TAG to take it away",
                    ));
                }
            },
            "category" => {
                once("category", self.category.is_some())?;
                self.category =
                    Some(value.parse().map_err(|error: crate::text_enum::UnknownWord| {
                        WordError::value("category", error.to_string())
                    })?);
            }
            "made-in" => {
                once("made-in", self.making.is_some())?;
                self.making = Some(made_in(value)?);
            }
            "status" => {
                once("status", self.status.is_some())?;
                let fail = || WordError::value("status", "use active, paused or archived");
                let status: ListingStatus = value.parse().map_err(|_| fail())?;
                self.status = Some(status);
            }
            _ => return Err(unknown()),
        }
        Ok(())
    }

    fn set_price(&mut self, value: &str, currency: Currency) -> Result<(), WordError> {
        let parse =
            |text: &str| Money::parse(text, currency).map_err(|error| WordError::money(&error));
        match (signed(value), value.strip_suffix('%')) {
            (Some((sign, _)), Some(percent)) => {
                let hundredths = hundredths(&percent[1..])?;
                self.price_percent = Some(if sign == '-' { -hundredths } else { hundredths });
            }
            (None, Some(_)) => {
                let reason = "a percentage needs a sign, such as +5% or -10%";
                return Err(WordError::value("price", reason));
            }
            (Some(('+', amount)), None) => self.price_add = Some(parse(amount)?),
            (Some(_), None) => self.price_add = Some(parse(value)?),
            (None, None) => self.price_set = Some(parse(value)?),
        }
        Ok(())
    }
}

/// `stock`, days such as `10..14`, and behind a slash how many can be begun in a week.
fn made_in(value: &str) -> Result<Making, WordError> {
    if value == "stock" {
        return Ok(Making::default());
    }
    let (days, weekly) = value.split_once('/').map_or((value, None), |(a, b)| (a, Some(b)));
    let terms = ToOrder::read(days, weekly);
    terms.map(Making::ToOrder).map_err(|error| WordError::value("made-in", error.to_string()))
}

/// Refuses what would silently take the place of what was said before.
const fn once(key: &'static str, is_said: bool) -> Result<(), WordError> {
    if is_said { Err(WordError::Twice(key)) } else { Ok(()) }
}

/// A leading sign and what follows it.
fn signed(value: &str) -> Option<(char, &str)> {
    let sign = value.chars().next().filter(|first| matches!(first, '+' | '-'))?;
    Some((sign, &value[1..]))
}

/// `12.5` percent in hundredths.
fn hundredths(text: &str) -> Result<i64, WordError> {
    let fail =
        || WordError::value("price", "a percentage has at most two decimals, such as +12.5%");
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 2 {
        return Err(fail());
    }
    format!("{whole}{fraction:0<2}").parse().map_err(|_| fail())
}

/// `20..40`, `20..`, `..40` or `24`.
fn range(text: &str, currency: Currency) -> Result<(Option<Money>, Option<Money>), WordError> {
    let bound = |text: &str| {
        let price = (!text.is_empty()).then(|| Money::parse(text, currency)).transpose();
        price.map_err(|error| WordError::money(&error))
    };
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    match (bound(from)?, bound(to)?) {
        (None, None) => Err(WordError::value("price", "write 20..40, 20.., ..40 or 24")),
        bounds => Ok(bounds),
    }
}

/// Values with commas between them.
fn each<T: std::str::FromStr>(key: &'static str, text: &str) -> Result<Vec<T>, WordError>
where
    T::Err: std::fmt::Display,
{
    let one =
        |word: &str| word.parse().map_err(|error: T::Err| WordError::value(key, error.to_string()));
    text.split(',').map(one).collect()
}

/// A word; a quoted one has no key.
struct Word {
    text: String,
    quoted: bool,
}

/// Words between spaces; quotes keep spaces together and are left out.
fn words(text: &str) -> Result<Vec<Word>, WordError> {
    let (mut all, mut word, mut inside) = (Vec::new(), None::<Word>, false);
    for letter in text.chars() {
        match letter {
            '"' => {
                inside = !inside;
                word.get_or_insert(Word { text: String::new(), quoted: true });
            }
            letter if letter.is_whitespace() && !inside => all.extend(word.take()),
            letter => {
                word.get_or_insert(Word { text: String::new(), quoted: false }).text.push(letter);
            }
        }
    }
    if inside {
        return Err(WordError::Quote);
    }
    all.extend(word);
    all.retain(|word| !word.text.is_empty());
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euros(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    fn change(words: &[&str]) -> Result<BulkChange, WordError> {
        let mut change = BulkChange::default();
        words.iter().try_for_each(|word| change.set(word, Currency::EUR))?;
        Ok(change)
    }

    #[test]
    fn a_filter_is_written_in_words() {
        let text = r#"status:active,sold-out category:clay tag:"sea green" sku:MUG-* price:20..40 oat "a: b""#;
        let filter = BulkFilter::parse(text, Currency::EUR).unwrap();
        let wanted = BulkFilter {
            status: vec![ListingStatus::Active, ListingStatus::SoldOut],
            category: vec![Category::Clay],
            tags: vec!["sea green".into()],
            text: vec!["oat".into(), "a: b".into()],
            price_from: Some(euros(2000)),
            price_to: Some(euros(4000)),
            sku: Some("MUG-".into()),
        };
        assert_eq!(filter, wanted);
        let open = BulkFilter::parse("price:..9.50", Currency::EUR).unwrap();
        assert_eq!((open.price_from, open.price_to), (None, Some(euros(950))));
    }

    #[test]
    fn a_change_with_a_sign_is_relative() {
        let wanted = |price_percent, price_add, price_set| BulkChange {
            price_percent,
            price_add,
            price_set,
            ..BulkChange::default()
        };
        assert_eq!(change(&["price=+5%"]), Ok(wanted(Some(500), None, None)));
        assert_eq!(change(&["price=-12.5%"]), Ok(wanted(Some(-1250), None, None)));
        assert_eq!(change(&["price=-1.50"]), Ok(wanted(None, Some(euros(-150)), None)));
        assert_eq!(change(&["price=24"]), Ok(wanted(None, None, Some(euros(2400)))));
        let both = change(&["stock=+2", "tag=+gift", "tag=-old", "status=paused"]).unwrap();
        assert_eq!(
            (both.stock_add, both.tags_add, both.tags_remove),
            (Some(2), vec!["gift".into()], vec!["old".into()])
        );
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let told = |text| BulkFilter::parse(text, Currency::EUR).unwrap_err().to_string();
        assert!(told("stock:3").starts_with("“stock:” is no key"), "{}", told("stock:3"));
        assert!(told("status:gone").starts_with("status: “gone” is not known here"));
        assert!(told("price:cheap").starts_with("price: "));
        assert_eq!(told("\"oat").split(';').next(), Some("a quote begins and does not end"));
        for text in [
            "price=5%",
            "price=+5.555%",
            "tag=gift",
            "stock=some",
            "colour=red",
            "price",
            "made-in=soon",
            "made-in=9/0",
        ] {
            assert!(change(&[text]).is_err(), "{text}");
        }
        for twice in [
            ["price=+5%", "price=24"],
            ["price=1", "price=1"],
            ["stock=+1", "stock=2"],
            ["category=wood", "category=clay"],
            ["status=paused", "status=active"],
            ["made-in=9", "made-in=stock"],
        ] {
            let key = twice[0].split('=').next().unwrap();
            assert_eq!(
                change(&twice).unwrap_err().to_string(),
                format!("{key} is said twice; say it once")
            );
        }
        assert!(told("price:20.. price:..40").starts_with("price is said twice"));
        assert!(told("sku:A sku:B").starts_with("sku is said twice"));
    }
}
