//! Words for addresses: lower-case ASCII letters, digits and hyphens.

use api::Id;
use api::id::Kind;
use unicode_normalization::UnicodeNormalization as _;

/// Addresses stay readable in a letter or a chat.
const LONGEST: usize = 60;
/// Characters of an id that stand in an address: 60 random bits of its end. With ten million ids the
/// chance that any two share them is 1 in 23,000; with 40 bits it would be even at a million.
const SHORT: usize = 12;

/// The words of a name as they stand in an address; `fallback` when no letter of it is Latin.
pub(crate) fn slug(name: &str, fallback: &str) -> String {
    let mut slug = String::new();
    for letter in name.nfkd().flat_map(|letter| latin(letter).chars().collect::<Vec<_>>()) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') && !is_silent(letter) {
            slug.push('-');
        }
    }
    if slug.len() > LONGEST {
        let cut = slug[..LONGEST].rfind('-').unwrap_or(LONGEST);
        slug.truncate(cut);
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() { fallback.to_owned() } else { slug.to_owned() }
}

/// What two names have in common that people take for the same: their words in an address, or,
/// where that would lose letters, all their letters and digits in lower case.
pub(crate) fn likeness(name: &str) -> String {
    let slug = slug(name, "");
    let kept = |letter: char| latin(letter).is_ascii() || is_silent(letter);
    if !slug.is_empty() && name.nfkd().filter(|letter| letter.is_alphanumeric()).all(kept) {
        return slug;
    }
    let lower: String = name.nfkc().flat_map(char::to_lowercase).collect();
    let words = lower.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    if words.is_empty() { lower } else { words.join("-") }
}

/// The end of an id in lower case: short enough for an address, unique in the market.
pub(crate) fn short<T: Kind>(id: Id<T>) -> String {
    let text = id.to_string().to_ascii_lowercase();
    text[text.len() - SHORT..].to_owned()
}

/// The short id at the end of an address, which may be of fewer characters than ids are given now; a
/// new one where there is none yet, or another's.
pub(crate) fn short_in<T: Kind>(address: &str, id: Id<T>) -> String {
    let own = short(id);
    let there = address.rsplit('-').next().unwrap_or_default();
    if !there.is_empty() && own.ends_with(there) { there.to_owned() } else { own }
}

/// Accents that stand alone after decomposition, and apostrophes, leave no gap.
fn is_silent(letter: char) -> bool {
    unicode_normalization::char::is_combining_mark(letter) || matches!(letter, '\'' | '’')
}

/// Letters that decomposition leaves whole.
fn latin(letter: char) -> String {
    match letter {
        'ß' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'þ' | 'Þ' => "th",
        'ı' => "i",
        '&' => " and ",
        other => return other.to_string(),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_become_words_of_an_address() {
        assert_eq!(slug("Töpferei Größe & Søn", "shop"), "topferei-grosse-and-son");
        assert_eq!(slug("  Ana's  Mugs!! ", "shop"), "anas-mugs");
        assert_eq!(slug("陶器", "shop"), "shop");
        assert_eq!(slug("½ Żółw", "shop"), "1-2-zolw");
    }

    #[test]
    fn an_address_keeps_its_end_and_a_copy_has_its_own() {
        let id: Id<api::listing::Listing> = "lst_01JD3V7M8K6Q2Z5X9T4B0C1D2E".parse().unwrap();
        assert_eq!(short_in("", id), "5x9t4b0c1d2e");
        assert_eq!(short_in("oat-mug-4b0c1d2e", id), "4b0c1d2e", "one of eight characters");
        assert_eq!(short_in("oat-mug-4b0c1d2f", id), short(id), "another's");
    }

    #[test]
    fn names_that_look_the_same_are_alike() {
        for (one, other) in
            [("Töpferei Größe", "TOPFEREI  grosse!"), ("陶器 工房", "陶器・工房"), ("Ана", "АНА")]
        {
            assert_eq!(likeness(one), likeness(other));
        }
        for (one, other) in
            [("陶器 K", "花 K"), ("かき", "がき"), ("Ana", "Anna"), ("🍵🍵", "🍵☕")]
        {
            assert_ne!(likeness(one), likeness(other), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn every_name_gives_an_address_of_plain_letters(name in "\\PC{0,140}") {
            let slug = slug(&name, "shop");
            prop_assert!(!slug.is_empty() && slug.len() <= LONGEST);
            prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
        }
    }
}
