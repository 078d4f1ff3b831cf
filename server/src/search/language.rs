//! The language that pieces are described in, and how its words are cut.

use tantivy::Index;
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language as Tongue, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer,
    StopWordFilter, TextAnalyzer,
};

/// Words without their ending: mugs and mug are one.
pub(super) const STEMMED: &str = "stemmed";
/// Words as they are, for unfinished ones.
pub(super) const PLAIN: &str = "plain";
/// Words with their accents, for suggestions.
pub(super) const SPELLED: &str = "spelled";
/// Words as they are, without those that say nothing, such as “the”.
const TELLING: &str = "telling";
/// Longer tokens are no words.
const LONGEST_TOKEN: usize = 40;

/// A language whose endings the search knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// Danish.
    Danish,
    /// Dutch.
    Dutch,
    /// English.
    #[default]
    English,
    /// Finnish.
    Finnish,
    /// French.
    French,
    /// German.
    German,
    /// Hungarian.
    Hungarian,
    /// Italian.
    Italian,
    /// Norwegian.
    Norwegian,
    /// Portuguese.
    Portuguese,
    /// Romanian.
    Romanian,
    /// Spanish.
    Spanish,
    /// Swedish.
    Swedish,
}

impl Language {
    /// Its English name in small letters, as it is written in settings.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Danish => "danish",
            Self::Dutch => "dutch",
            Self::English => "english",
            Self::Finnish => "finnish",
            Self::French => "french",
            Self::German => "german",
            Self::Hungarian => "hungarian",
            Self::Italian => "italian",
            Self::Norwegian => "norwegian",
            Self::Portuguese => "portuguese",
            Self::Romanian => "romanian",
            Self::Spanish => "spanish",
            Self::Swedish => "swedish",
        }
    }

    const fn tongue(self) -> Tongue {
        match self {
            Self::Danish => Tongue::Danish,
            Self::Dutch => Tongue::Dutch,
            Self::English => Tongue::English,
            Self::Finnish => Tongue::Finnish,
            Self::French => Tongue::French,
            Self::German => Tongue::German,
            Self::Hungarian => Tongue::Hungarian,
            Self::Italian => Tongue::Italian,
            Self::Norwegian => Tongue::Norwegian,
            Self::Portuguese => Tongue::Portuguese,
            Self::Romanian => Tongue::Romanian,
            Self::Spanish => Tongue::Spanish,
            Self::Swedish => Tongue::Swedish,
        }
    }
}

/// Names the ways of cutting to an index.
pub(super) fn register(index: &Index, language: Language) {
    let lower = || {
        TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(RemoveLongFilter::limit(LONGEST_TOKEN))
            .filter(LowerCaser)
    };
    let silent = StopWordFilter::new(language.tongue())
        .unwrap_or_else(|| StopWordFilter::remove(std::iter::empty()));
    let stemmer = Stemmer::new(language.tongue());
    let known = index.tokenizers();
    known.register(SPELLED, lower().build());
    known.register(PLAIN, lower().filter(AsciiFoldingFilter).build());
    known.register(TELLING, lower().filter(silent).filter(AsciiFoldingFilter).build());
    known.register(STEMMED, lower().filter(AsciiFoldingFilter).filter(stemmer).build());
}

/// The words of a text that say something; all of them, when none does.
pub(super) fn telling_words(index: &Index, text: &str) -> tantivy::Result<Vec<String>> {
    let words = cut(index, TELLING, text)?;
    if words.is_empty() { cut(index, PLAIN, text) } else { Ok(words) }
}

/// The words of a text with their accents, in small letters.
pub(super) fn spelled(index: &Index, text: &str) -> tantivy::Result<Vec<String>> {
    cut(index, SPELLED, text)
}

/// A word without its ending.
pub(super) fn stem(index: &Index, word: &str) -> tantivy::Result<String> {
    Ok(cut(index, STEMMED, word)?.pop().unwrap_or_default())
}

fn cut(index: &Index, tokenizer: &str, text: &str) -> tantivy::Result<Vec<String>> {
    let mut analyzer = index.tokenizers().get(tokenizer).ok_or_else(|| {
        tantivy::TantivyError::SystemError(format!("no tokenizer is called {tokenizer}"))
    })?;
    let mut words = Vec::new();
    analyzer.token_stream(text).process(&mut |token| words.push(token.text.clone()));
    Ok(words)
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;
    use tantivy::schema::Schema;

    use super::*;

    fn index(language: Language) -> Index {
        let index = Index::create_in_ram(Schema::builder().build());
        register(&index, language);
        index
    }

    #[test]
    fn each_language_has_its_own_endings_and_silent_words() {
        let german = index(Language::German);
        assert_eq!(stem(&german, "Schüsseln").unwrap(), stem(&german, "schussel").unwrap());
        let english = index(Language::English);
        assert_eq!(stem(&english, "berries").unwrap(), stem(&english, "berry").unwrap());
        assert_eq!(telling_words(&english, "The mug with a lid").unwrap(), ["mug", "lid"]);
        assert_eq!(telling_words(&english, "The").unwrap(), ["the"], "better than nothing");
        assert_eq!(telling_words(&german, "Becher für Tee").unwrap(), ["becher", "tee"]);
    }

    #[test]
    fn a_setting_is_spelled_as_the_folder_of_its_index() {
        for language in Language::value_variants() {
            let setting = language.to_possible_value().unwrap();
            assert_eq!(setting.get_name(), language.name());
        }
    }
}
