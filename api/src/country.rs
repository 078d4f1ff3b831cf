//! Countries that parcels go to, and how an address is written there.

/// What a country's addresses ask for beside street and town.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// Neither state nor province.
    None,
    /// Written when it is known, under this name.
    Welcome(&'static str),
    /// Without it a parcel may not arrive; under this name.
    Needed(&'static str),
}

/// Where the postal code stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// `07743 Jena`.
    BeforeTown,
    /// `Valletta VLT 1117`.
    AfterTown,
    /// On a line of its own below the town.
    BelowTown,
    /// On a line of its own below the street, the town standing above it.
    BelowStreet,
}

/// A country and how its addresses are written.
///
/// Order of lines, the need of a region and the names of fields follow the postal data of
/// libaddressinput, <https://chromium-i18n.appspot.com/ssl-address>, as of November 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2; empty for a country that is not in the table.
    pub code: &'static str,
    /// English short name.
    pub name: &'static str,
    /// What the postal code is called.
    pub code_label: &'static str,
    /// A postal code as it looks there.
    pub code_sample: &'static str,
    /// Whether every address has one.
    pub code_needed: bool,
    /// Where it stands.
    pub place_of_code: Place,
    /// State or province.
    pub region: Region,
}

impl Country {
    /// How a postal code looks there.
    #[must_use]
    pub fn code_hint(&self) -> String {
        let sample = self.code_sample;
        if sample.is_empty() { String::new() } else { format!("Such as {sample}") }
    }

    /// Its name in a sentence, after “in”.
    #[must_use]
    pub fn said(&self) -> String {
        let article = if ["GB", "NL", "US"].contains(&self.code) { "the " } else { "" };
        format!("{article}{}", self.name)
    }

    /// Whether a postal code can be one, by its letters and digits; what stands in between is
    /// people's habit. Where codes are made of digits, letters before them are, too.
    #[must_use]
    pub fn takes_code(&self, code: &str) -> bool {
        let (given, sample) = (shape(code), shape(self.code_sample));
        match self.code {
            "" => true,
            "GB" => BRITISH_CODES.contains(&given.as_str()),
            "IE" => given.len() == sample.len() && given.starts_with("A9"),
            "CA" | "MT" | "NL" => given == sample,
            code => {
                let digits = given.trim_start_matches('A');
                digits == sample.trim_start_matches('A') || (code == "US" && digits == "999999999")
            }
        }
    }

    /// Whether the postal code is written before the town.
    #[must_use]
    pub fn begins_with_code(&self) -> bool {
        self.place_of_code == Place::BeforeTown
    }

    /// What state or province are called; empty where nobody writes them.
    #[must_use]
    pub const fn region_label(&self) -> &'static str {
        match self.region {
            Region::None => "",
            Region::Welcome(label) | Region::Needed(label) => label,
        }
    }

    /// Whether a parcel may not arrive without it.
    #[must_use]
    pub const fn needs_region(&self) -> bool {
        matches!(self.region, Region::Needed(_))
    }
}

/// Postcodes of the United Kingdom as [`shape`] writes them: the six of BS 7666, and those of its
/// forces, `BFPO 57`.
const BRITISH_CODES: [&str; 10] = [
    "A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA", "AAAA9", "AAAA99", "AAAA999",
    "AAAA9999",
];

/// `A` for each letter of a postal code and `9` for each digit.
fn shape(code: &str) -> String {
    let signs = code.chars().filter(|sign| sign.is_alphanumeric());
    signs.map(|sign| if sign.is_ascii_digit() { '9' } else { 'A' }).collect()
}

const fn country(code: &'static str, name: &'static str, code_sample: &'static str) -> Country {
    Country {
        code,
        name,
        code_label: "Postal code",
        code_sample,
        code_needed: true,
        place_of_code: Place::BeforeTown,
        region: Region::None,
    }
}

/// The European Union, its neighbours in the single market, Switzerland and the United Kingdom, by
/// name; below them the countries that markets outside of Europe begin with.
const COUNTRIES: [Country; 36] = [
    country("AT", "Austria", "1010"),
    country("BE", "Belgium", "1000"),
    country("BG", "Bulgaria", "1000"),
    country("HR", "Croatia", "10000"),
    country("CY", "Cyprus", "1010"),
    country("CZ", "Czechia", "110 00"),
    country("DK", "Denmark", "1050"),
    country("EE", "Estonia", "10111"),
    country("FI", "Finland", "00100"),
    country("FR", "France", "75001"),
    country("DE", "Germany", "07743"),
    country("GR", "Greece", "104 31"),
    Country { place_of_code: Place::BelowStreet, ..country("HU", "Hungary", "1051") },
    country("IS", "Iceland", "101"),
    Country {
        code_label: "Eircode",
        code_needed: false,
        place_of_code: Place::BelowTown,
        region: Region::Welcome("County"),
        ..country("IE", "Ireland", "D02 AF30")
    },
    Country { region: Region::Needed("Province"), ..country("IT", "Italy", "48018") },
    Country { place_of_code: Place::AfterTown, ..country("LV", "Latvia", "LV-1010") },
    country("LI", "Liechtenstein", "9490"),
    country("LT", "Lithuania", "LT-01103"),
    country("LU", "Luxembourg", "L-1009"),
    Country { place_of_code: Place::AfterTown, ..country("MT", "Malta", "VLT 1117") },
    country("NL", "Netherlands", "3011 AA"),
    country("NO", "Norway", "0151"),
    country("PL", "Poland", "00-001"),
    country("PT", "Portugal", "1100-148"),
    country("RO", "Romania", "010011"),
    country("SK", "Slovakia", "811 01"),
    country("SI", "Slovenia", "1000"),
    Country { region: Region::Needed("Province"), ..country("ES", "Spain", "28013") },
    country("SE", "Sweden", "111 20"),
    country("CH", "Switzerland", "8001"),
    Country {
        code_label: "Postcode",
        place_of_code: Place::BelowTown,
        ..country("GB", "United Kingdom", "SY8 1AZ")
    },
    Country {
        code_label: "Postcode",
        place_of_code: Place::AfterTown,
        region: Region::Needed("State"),
        ..country("AU", "Australia", "3000")
    },
    Country {
        place_of_code: Place::AfterTown,
        region: Region::Needed("Province"),
        ..country("CA", "Canada", "H3B 1A7")
    },
    Country {
        code_label: "Postcode",
        place_of_code: Place::AfterTown,
        ..country("NZ", "New Zealand", "6011")
    },
    Country {
        code_label: "ZIP code",
        place_of_code: Place::AfterTown,
        region: Region::Needed("State"),
        ..country("US", "United States", "62701")
    },
];

/// Countries at the beginning of the table that every market sends to.
const SERVED: usize = 32;

/// Codes and names to choose from: the market's own country first, when it is none of the others.
#[must_use]
pub fn choices(market: &str) -> Vec<(String, String)> {
    let known = COUNTRIES[..SERVED].iter().any(|country| country.code == market);
    let own = (!known).then(|| (market.to_owned(), name(market).to_owned()));
    let rest = COUNTRIES[..SERVED].iter();
    let rest = rest.map(|country| (country.code.to_owned(), country.name.to_owned()));
    own.into_iter().chain(rest).collect()
}

/// Whether parcels go there.
#[must_use]
pub fn is_served(code: &str, market: &str) -> bool {
    code == market || COUNTRIES[..SERVED].iter().any(|known| known.code == code)
}

/// How addresses are written in a country; in one that is not in the table, with what nearly all
/// countries have.
#[must_use]
pub fn rules(code: &str) -> Country {
    let unknown = Country {
        code_needed: false,
        region: Region::Welcome("State or province"),
        ..country("", "", "")
    };
    COUNTRIES.iter().find(|known| known.code == code).copied().unwrap_or(unknown)
}

/// The name of a country, or its code where none is known.
#[must_use]
pub fn name(code: &str) -> &str {
    COUNTRIES.iter().find(|known| known.code == code).map_or(code, |known| known.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_markets_own_country_is_always_there() {
        assert_eq!(choices("NZ")[0], ("NZ".into(), "New Zealand".into()));
        assert_eq!(choices("JP")[0], ("JP".into(), "JP".into()));
        assert_eq!(choices("DE").len(), SERVED);
        assert!(is_served("NZ", "NZ") && !is_served("NZ", "DE"));
        assert_eq!((name("DE"), name("JP")), ("Germany", "JP"));
    }

    #[test]
    fn a_postal_code_looks_as_those_of_its_country() {
        for (country, code, is_one) in [
            ("DE", "07743", true),
            ("DE", "D-07743", true),
            ("DE", "99", false),
            ("DE", "077434", false),
            ("SE", "11120", true),
            ("PL", "00 001", true),
            ("US", "62701", true),
            ("US", "62701-1234", true),
            ("US", "6270", false),
            ("GB", "SY8 1AZ", true),
            ("GB", "ec1a1bb", true),
            ("GB", "NONSENSE", false),
            ("GB", "07743", false),
            ("IE", "D02AF30", true),
            ("IE", "Galway", false),
            ("NL", "3011AA", true),
            ("NL", "3011", false),
            ("LV", "1010", true),
            ("LV", "LV-1010", true),
            ("MT", "VLT 1117", true),
            ("CA", "H3B 1A7", true),
            ("CA", "62701", false),
            ("JP", "100-0001", true),
        ] {
            assert_eq!(rules(country).takes_code(code), is_one, "{country} {code}");
        }
    }

    #[test]
    fn the_table_names_every_country_once() {
        let mut codes: Vec<&str> = COUNTRIES.iter().map(|country| country.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), COUNTRIES.len());
        assert!(
            codes
                .iter()
                .all(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()))
        );
    }
}
