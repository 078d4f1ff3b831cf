//! What a shopper types at checkout, and whether it can be used.

use api::address::AddressFields;
use api::listing::Variant;
use api::shop::Shop;
use api::{Id, Timestamp};

use crate::accounts::addresses::address;
use crate::error::Error;
use crate::web::page::Mistakes;

/// Characters of a note to a shop.
const LONGEST_NOTE: usize = 500;
/// Letters of a random name that the page gave to this attempt.
const ATTEMPT: usize = 64;

/// The form as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Names this attempt: the same form sent twice is one purchase.
    pub(crate) attempt: String,
    /// Where letters go.
    pub(crate) email: String,
    /// Where the parcels go.
    pub(crate) place: AddressFields,
    /// Whether the place shall be kept in the shopper's address book.
    pub(crate) keep: bool,
    /// When what is made to order is ready, as the form told it: variant and day.
    pub(crate) told: Vec<Told>,
    /// Notes by shop; empty ones are left out.
    pub(crate) notes: Vec<(Id<Shop>, String)>,
}

impl Asked {
    /// Reads the pairs of a form; a name that it does not know is refused.
    pub(crate) fn read(pairs: Vec<(String, String)>) -> Result<Self, Error> {
        let mut asked = Self::default();
        for (name, value) in pairs {
            let value = value.replace("\r\n", "\n").trim().to_owned();
            match name.as_str() {
                "attempt" => asked.attempt = value,
                "email" => asked.email = value,
                "name" => asked.place.name = value,
                "line1" => asked.place.line1 = value,
                "line2" => asked.place.line2 = value,
                "postal_code" => asked.place.postal_code = value,
                "city" => asked.place.city = value,
                "region" => asked.place.region = value,
                "country" => asked.place.country = value,
                "keep" => asked.keep = true,
                "ready" => asked.told.push(told(&value).ok_or_else(unknown)?),
                other => {
                    let shop = other.strip_prefix("note-").and_then(|shop| shop.parse().ok());
                    let shop = shop.ok_or_else(unknown)?;
                    asked.notes.extend((!value.is_empty()).then_some((shop, value)));
                }
            }
        }
        asked.place = address::cleaned(&asked.place);
        Ok(asked)
    }

    /// The note to one shop.
    pub(crate) fn note(&self, shop: Id<Shop>) -> &str {
        self.notes.iter().find(|(to, _)| *to == shop).map_or("", |(_, note)| note)
    }

    /// What cannot be used, field by field. `market` is the market's own country.
    pub(crate) fn check(&self, market: &str) -> Mistakes {
        let mut mistakes = Mistakes::default();
        if self.attempt.len() != ATTEMPT {
            mistakes.add("", "This form was incomplete. Please send it once more.");
        }
        if !is_email(&self.email) {
            mistakes.add("email", "An e-mail address looks like name@example.org.");
        }
        for (field, words) in address::mistakes(&self.place, market) {
            mistakes.add(field, words);
        }
        if self.notes.iter().any(|(_, note)| note.chars().count() > LONGEST_NOTE) {
            mistakes.add("note", format!("A note has up to {LONGEST_NOTE} characters."));
        }
        mistakes
    }
}

/// A variant and the day by which the shopper was told that it is ready, counted from 1970 in UTC.
pub(crate) type Told = (Id<Variant>, i64);

/// Reads what [`ready`] writes.
fn told(value: &str) -> Option<Told> {
    let (variant, day) = value.rsplit_once(':')?;
    Some((variant.parse().ok()?, day.parse().ok()?))
}

/// A field that says when a variant is ready.
pub(super) fn ready(variant: Id<Variant>, at: Timestamp) -> String {
    format!("{variant}:{}", day(at))
}

/// The day of a moment, counted from 1970 in UTC.
pub(crate) const fn day(at: Timestamp) -> i64 {
    at.seconds().div_euclid(24 * 3600)
}

fn unknown() -> Error {
    Error::invalid("form", "the form holds a field that checkout does not know; open it anew")
}

/// One `@`, something on both sides, a dot in the domain, no blanks: what a letter needs to leave.
/// Longest: RFC 5321, section 4.5.3.1.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |part: &str| {
        !part.is_empty()
            && !part.chars().any(|c| c.is_whitespace() || c.is_control() || "@<>,;".contains(c))
    };
    let labels = domain.split('.').all(|label| !label.is_empty());
    text.len() <= 254 && plain(local) && plain(domain) && domain.contains('.') && labels
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn pairs(changed: &[(&str, &str)]) -> Vec<(String, String)> {
        let attempt = "a".repeat(64);
        let all = [
            ("attempt", attempt.as_str()),
            ("email", "ana@example.org"),
            ("name", "Ana Ng"),
            ("line1", "Kirchgasse 4"),
            ("postal_code", "07743"),
            ("city", "Jena"),
            ("country", "de"),
        ];
        all.iter()
            .map(|(name, value)| {
                let value = changed.iter().find(|(other, _)| other == name).map_or(*value, |c| c.1);
                ((*name).to_owned(), value.to_owned())
            })
            .chain(
                changed
                    .iter()
                    .filter(|(name, _)| name.starts_with("note-"))
                    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
            )
            .collect()
    }

    #[test]
    fn a_complete_form_passes() {
        let asked = Asked::read(pairs(&[])).unwrap();
        assert!(asked.check("DE").is_empty(), "{:?}", asked.check("DE"));
        assert_eq!(asked.place.country, "DE", "typed small, kept in capitals");
    }

    #[test]
    fn each_mistake_stands_beside_its_field() {
        for (field, value) in [
            ("email", "ana at example"),
            ("email", "ana@localhost"),
            ("email", "a@b..org"),
            ("email", "Ana <ana@example.org>"),
            ("name", ""),
            ("line1", "  "),
            ("postal_code", "12345678901234567"),
            ("city", "Je\u{7}na"),
            ("country", "XX"),
        ] {
            let mistakes = Asked::read(pairs(&[(field, value)])).unwrap().check("DE");
            assert!(!mistakes.of(field).is_empty(), "{field} = {value:?}");
        }
        assert!(!Asked::read(pairs(&[("attempt", "")])).unwrap().check("DE").of("").is_empty());
    }

    #[test]
    fn notes_find_their_shops() {
        let shop: Id<Shop> = Id::from_uuid(Uuid::from_u128(5));
        let asked = Asked::read(pairs(&[(&format!("note-{shop}"), " wrap it\r\nwell ")])).unwrap();
        assert_eq!(asked.note(shop), "wrap it\nwell");
    }

    #[test]
    fn a_day_that_was_told_comes_back() {
        let variant = Id::from_uuid(Uuid::from_u128(7));
        let at = Timestamp::from_seconds(1_795_348_800);
        let form = pairs(&[]).into_iter().chain([("ready".to_owned(), ready(variant, at))]);
        assert_eq!(Asked::read(form.collect()).unwrap().told, [(variant, day(at))]);
        for wrong in ["", "7", "var_x:1", &format!("{variant}:soon")] {
            let form = vec![("ready".to_owned(), wrong.to_owned())];
            assert!(matches!(Asked::read(form), Err(Error::Invalid { .. })), "{wrong}");
        }
    }

    #[test]
    fn a_name_that_checkout_does_not_know_is_refused() {
        for strange in ["note-../x", "note-", "total", "Email", ""] {
            let mut pairs = pairs(&[]);
            pairs.push((strange.to_owned(), "1".to_owned()));
            assert!(matches!(Asked::read(pairs), Err(Error::Invalid { .. })), "{strange}");
        }
    }
}
