//! What a shopper types at checkout, and whether it can be used.

use api::Id;
use api::order::Address;
use api::shop::Shop;

use super::countries;
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
    /// Who receives the parcels.
    pub(crate) name: String,
    /// Street and number.
    pub(crate) line1: String,
    /// Second line; may be empty.
    pub(crate) line2: String,
    /// Postal code.
    pub(crate) postal_code: String,
    /// Town.
    pub(crate) city: String,
    /// ISO 3166-1 alpha-2.
    pub(crate) country: String,
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
                "name" => asked.name = value,
                "line1" => asked.line1 = value,
                "line2" => asked.line2 = value,
                "postal_code" => asked.postal_code = value,
                "city" => asked.city = value,
                "country" => asked.country = value.to_uppercase(),
                other => {
                    let shop = other.strip_prefix("note-").and_then(|shop| shop.parse().ok());
                    let shop = shop.ok_or_else(unknown)?;
                    asked.notes.extend((!value.is_empty()).then_some((shop, value)));
                }
            }
        }
        Ok(asked)
    }

    /// Where the parcels go.
    pub(crate) fn address(&self) -> Address {
        Address {
            name: self.name.clone(),
            line1: self.line1.clone(),
            line2: self.line2.clone(),
            postal_code: self.postal_code.clone(),
            city: self.city.clone(),
            country: self.country.clone(),
        }
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
        self.check_address(market, &mut mistakes);
        if self.notes.iter().any(|(_, note)| note.chars().count() > LONGEST_NOTE) {
            mistakes.add("note", format!("A note has up to {LONGEST_NOTE} characters."));
        }
        mistakes
    }

    fn check_address(&self, market: &str, mistakes: &mut Mistakes) {
        let needed: [(&'static str, &str, usize, &str); 4] = [
            ("name", &self.name, 100, "Who receives the parcels?"),
            ("line1", &self.line1, 100, "The street and the number are missing."),
            ("postal_code", &self.postal_code, 16, "The postal code is missing."),
            ("city", &self.city, 100, "The town is missing."),
        ];
        for (field, value, most, missing) in needed {
            if value.is_empty() {
                mistakes.add(field, missing);
            } else if !is_line(value, most) {
                mistakes.add(field, format!("Use one line of up to {most} characters."));
            }
        }
        if !is_line(&self.line2, 100) {
            mistakes.add("line2", "Use one line of up to 100 characters.");
        }
        if !countries::is_served(&self.country, market) {
            mistakes.add("country", "Choose a country from the list.");
        }
    }
}

fn unknown() -> Error {
    Error::invalid("form", "the form holds a field that checkout does not know; open it anew")
}

fn is_line(text: &str, most: usize) -> bool {
    text.chars().count() <= most && !text.chars().any(char::is_control)
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
        assert_eq!(asked.address().country, "DE", "typed small, kept in capitals");
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
    fn a_name_that_checkout_does_not_know_is_refused() {
        for strange in ["note-../x", "note-", "total", "Email", ""] {
            let mut pairs = pairs(&[]);
            pairs.push((strange.to_owned(), "1".to_owned()));
            assert!(matches!(Asked::read(pairs), Err(Error::Invalid { .. })), "{strange}");
        }
    }
}
