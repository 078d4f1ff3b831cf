//! What everybody may look at: home, shelves, search, listings, shops and the texts of the market.

pub(crate) mod pages;
mod structured;

/// The first `most` characters of a text, cut at a word, for descriptions and teasers.
pub(crate) fn teaser(text: &str, most: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= most {
        return flat;
    }
    let cut: String = flat.chars().take(most).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches([',', '.', ';', ':']))
}

#[cfg(test)]
mod tests {
    use super::teaser;

    #[test]
    fn a_teaser_ends_at_a_word() {
        assert_eq!(teaser("Thrown in\n one go.", 40), "Thrown in one go.");
        assert_eq!(teaser("Thrown in one go, neck last.", 18), "Thrown in one go…");
        assert_eq!(teaser("ÄÖÜäöüÄÖÜäöü", 5), "ÄÖÜäö…", "cut between characters, never inside one");
    }
}
