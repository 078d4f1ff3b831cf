//! Countries that parcels go to.

/// ISO 3166-1 alpha-2 and the English short name: the European Union, its neighbours in the
/// single market, Switzerland and the United Kingdom, by name.
const COUNTRIES: [(&str, &str); 32] = [
    ("AT", "Austria"),
    ("BE", "Belgium"),
    ("BG", "Bulgaria"),
    ("HR", "Croatia"),
    ("CY", "Cyprus"),
    ("CZ", "Czechia"),
    ("DK", "Denmark"),
    ("EE", "Estonia"),
    ("FI", "Finland"),
    ("FR", "France"),
    ("DE", "Germany"),
    ("GR", "Greece"),
    ("HU", "Hungary"),
    ("IS", "Iceland"),
    ("IE", "Ireland"),
    ("IT", "Italy"),
    ("LV", "Latvia"),
    ("LI", "Liechtenstein"),
    ("LT", "Lithuania"),
    ("LU", "Luxembourg"),
    ("MT", "Malta"),
    ("NL", "Netherlands"),
    ("NO", "Norway"),
    ("PL", "Poland"),
    ("PT", "Portugal"),
    ("RO", "Romania"),
    ("SK", "Slovakia"),
    ("SI", "Slovenia"),
    ("ES", "Spain"),
    ("SE", "Sweden"),
    ("CH", "Switzerland"),
    ("GB", "United Kingdom"),
];

/// What can be chosen: the market's own country first, when it is none of the others.
pub(crate) fn choices(market: &str) -> Vec<(String, String)> {
    let known = COUNTRIES.iter().any(|(code, _)| *code == market);
    let own = (!known).then(|| (market.to_owned(), market.to_owned()));
    let rest = COUNTRIES.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned()));
    own.into_iter().chain(rest).collect()
}

/// Whether parcels go there.
pub(crate) fn is_served(code: &str, market: &str) -> bool {
    code == market || COUNTRIES.iter().any(|(known, _)| *known == code)
}

/// The name of a country, or its code where none is known.
pub(crate) fn name(code: &str) -> &str {
    COUNTRIES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_markets_own_country_is_always_there() {
        assert_eq!(choices("NZ")[0].0, "NZ");
        assert_eq!(choices("DE").len(), COUNTRIES.len());
        assert!(is_served("NZ", "NZ") && !is_served("NZ", "DE"));
        assert_eq!((name("DE"), name("NZ")), ("Germany", "NZ"));
    }
}
