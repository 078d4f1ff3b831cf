//! What an address needs, and how it stands on a parcel.

use api::address::AddressFields;
use api::country::{self, Region};
use api::order::Address;

use crate::error::Error;

/// Characters of a line.
const LINE: usize = 100;
/// Characters of a postal code.
const POSTAL_CODE: usize = 16;
/// Characters of a state or province.
const REGION: usize = 60;
/// A name of a postal code that is one, and begins with a vowel.
const EIRCODE: &str = "Eircode";

/// The fields as they are kept: one line each, the country in capitals.
pub(crate) fn cleaned(fields: &AddressFields) -> AddressFields {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let country = line(&fields.country).to_uppercase();
    let region = match country::rules(&country).region {
        Region::None => String::new(),
        _ => line(&fields.region),
    };
    AddressFields {
        name: line(&fields.name),
        line1: line(&fields.line1),
        line2: line(&fields.line2),
        postal_code: line(&fields.postal_code).to_uppercase(),
        city: line(&fields.city),
        region,
        country,
    }
}

/// What cannot be used, field by field. `market` is the market's own country.
pub(crate) fn mistakes(fields: &AddressFields, market: &str) -> Vec<(&'static str, String)> {
    let rules = country::rules(&fields.country);
    let code = rules.code_needed.then(|| format!("The {} is missing.", lower(rules.code_label)));
    let region = match rules.region {
        Region::Needed(label) => {
            Some(format!("An address in {} needs a {}.", rules.said(), lower(label)))
        }
        Region::None | Region::Welcome(_) => None,
    };
    let needed = |words: &str| Some(words.to_owned());
    let asked = [
        ("name", &fields.name, LINE, needed("Who receives the parcels?")),
        ("line1", &fields.line1, LINE, needed("The street and the number are missing.")),
        ("line2", &fields.line2, LINE, None),
        ("postal_code", &fields.postal_code, POSTAL_CODE, code),
        ("city", &fields.city, LINE, needed("The town is missing.")),
        ("region", &fields.region, REGION, region),
    ];
    let mut mistakes = Vec::new();
    for (field, value, most, missing) in asked {
        match missing {
            Some(words) if value.is_empty() => mistakes.push((field, words)),
            _ if !is_line(value, most) => {
                mistakes.push((field, format!("Use one line of up to {most} characters.")));
            }
            _ => {}
        }
    }
    let code_is_fine = fields.postal_code.is_empty() || rules.takes_code(&fields.postal_code);
    if !code_is_fine && mistakes.iter().all(|(field, _)| *field != "postal_code") {
        let (label, sample) = (lower(rules.code_label), rules.code_sample);
        let a = if label == EIRCODE { "An" } else { "A" };
        let words = format!("{a} {label} in {} looks like {sample}.", rules.said());
        mistakes.push(("postal_code", words));
    }
    if !country::is_served(&fields.country, market) {
        mistakes.push(("country", "Choose a country from the list.".to_owned()));
    }
    mistakes
}

/// The fields if they can be used, else everything that is wrong with them.
pub(super) fn checked(fields: &AddressFields, market: &str) -> Result<AddressFields, Error> {
    let fields = cleaned(fields);
    let mistakes = mistakes(&fields, market);
    if mistakes.is_empty() { Ok(fields) } else { Err(Error::Several(mistakes)) }
}

/// The address as an order keeps it. State or province stand beside the town, where the country
/// writes them.
pub(crate) fn on_parcel(fields: &AddressFields) -> Address {
    let AddressFields { name, line1, line2, postal_code, city, region, country } = fields.clone();
    let city = match (region.as_str(), country.as_str()) {
        ("", _) => city,
        (region, "IT" | "CA" | "AU") => format!("{city} {region}"),
        (region, "ES") => format!("{city} ({region})"),
        (region, _) => format!("{city}, {region}"),
    };
    Address { name, line1, line2, postal_code, city, country }
}

fn is_line(text: &str, most: usize) -> bool {
    text.chars().count() <= most && !text.chars().any(char::is_control)
}

/// A label in the middle of a sentence; an abbreviation stays as it is.
pub(super) fn lower(label: &str) -> String {
    if label.starts_with("ZIP") || label == EIRCODE {
        label.to_owned()
    } else {
        label.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(country: &str, code: &str, city: &str, region: &str) -> AddressFields {
        AddressFields {
            name: "Ana Ng".into(),
            line1: "Main Street 4".into(),
            line2: String::new(),
            postal_code: code.into(),
            city: city.into(),
            region: region.into(),
            country: country.into(),
        }
    }

    #[test]
    fn each_country_writes_its_lines_in_its_own_order() {
        let written = |fields| on_parcel(&fields).lines().join(" / ");
        for (fields, line) in [
            (at("DE", "07743", "Jena", ""), "Ana Ng / Main Street 4 / 07743 Jena / Germany"),
            (
                at("GB", "SY8 1AZ", "Ludlow", ""),
                "Ana Ng / Main Street 4 / Ludlow / SY8 1AZ / United Kingdom",
            ),
            (at("IT", "48018", "Faenza", "RA"), "Ana Ng / Main Street 4 / 48018 Faenza RA / Italy"),
            (
                at("ES", "28901", "Getafe", "Madrid"),
                "Ana Ng / Main Street 4 / 28901 Getafe (Madrid) / Spain",
            ),
            (
                at("HU", "1051", "Budapest", ""),
                "Ana Ng / Budapest / Main Street 4 / 1051 / Hungary",
            ),
            (
                at("US", "62701", "Springfield", "IL"),
                "Ana Ng / Main Street 4 / Springfield, IL 62701 / United States",
            ),
            (at("IE", "", "Cong", "Co. Mayo"), "Ana Ng / Main Street 4 / Cong, Co. Mayo / Ireland"),
        ] {
            assert_eq!(written(fields), line);
        }
    }

    #[test]
    fn a_country_asks_for_what_it_needs() {
        let first = |fields| mistakes(&cleaned(&fields), "DE").into_iter().next();
        assert_eq!(first(at("DE", "07743", "Jena", "")), None);
        assert_eq!(first(at("de ", "07743", "Jena", "Thuringia")), None);
        let province = first(at("IT", "48018", "Faenza", "")).unwrap();
        assert_eq!(province, ("region", "An address in Italy needs a province.".into()));
        assert_eq!(first(at("GB", "", "Ludlow", "")).unwrap().1, "The postcode is missing.");
        assert_eq!(first(at("IE", "", "Cong", "")), None, "not every house has an Eircode");
        let (field, words) = first(at("DE", "99", "Jena", "")).unwrap();
        assert_eq!((field, &*words), ("postal_code", "A postal code in Germany looks like 07743."));
        let words = first(at("IE", "99", "Cong", "")).unwrap().1;
        assert!(words.starts_with("An Eircode in Ireland looks like "), "{words}");
        assert_eq!(first(at("US", "62701", "Springfield", "IL")).unwrap().0, "country");
        assert_eq!(
            cleaned(&at("DE", "07743", "Jena", "Thuringia")).region,
            "",
            "nobody asked for it"
        );
    }
}
