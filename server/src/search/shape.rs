//! What the index holds of a listing, and how words are cut.

use api::Id;
use api::listing::{Category, Listing};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, TextAnalyzer,
};
use tantivy::{Index, TantivyDocument, Term};
use uuid::Uuid;

/// Words with their English ending cut off: mugs and mug are one.
const STEMMED: &str = "stemmed";
/// Words as they are, for unfinished and mistyped ones.
const PLAIN: &str = "plain";
/// Longer tokens are no words.
const LONGEST_TOKEN: usize = 40;

/// The fields.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) schema: Schema,
    pub(super) id: Field,
    pub(super) title: Field,
    /// Tags and materials.
    pub(super) words: Field,
    pub(super) description: Field,
    pub(super) shop: Field,
    /// Title, tags, materials and shop, unstemmed.
    pub(super) plain: Field,
    /// Place in [`Category::ALL`].
    pub(super) category: Field,
    /// Lowest price in minor units.
    pub(super) price: Field,
    /// When it was published, in microseconds.
    pub(super) published: Field,
}

/// A listing for sale, as the index reads it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: Id<Listing>,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) category: Category,
    pub(super) materials: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) price_minor: i64,
    pub(super) published_at: i64,
    pub(super) shop_name: String,
}

impl Shape {
    pub(super) fn new() -> Self {
        let mut schema = Schema::builder();
        Self {
            id: schema.add_bytes_field("id", INDEXED | STORED),
            title: schema.add_text_field("title", text(STEMMED)),
            words: schema.add_text_field("words", text(STEMMED)),
            description: schema.add_text_field("description", text(STEMMED)),
            shop: schema.add_text_field("shop", text(STEMMED)),
            plain: schema.add_text_field("plain", text(PLAIN)),
            category: schema.add_u64_field("category", INDEXED | FAST),
            price: schema.add_i64_field("price", INDEXED | FAST),
            published: schema.add_i64_field("published", FAST),
            schema: schema.build(),
        }
    }

    /// The document of an entry.
    pub(super) fn document(&self, entry: &Entry) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_bytes(self.id, entry.id.uuid().as_bytes());
        document.add_text(self.title, &entry.title);
        document.add_text(self.description, &entry.description);
        document.add_text(self.shop, &entry.shop_name);
        for word in entry.tags.iter().chain(&entry.materials) {
            document.add_text(self.words, word);
            document.add_text(self.plain, word);
        }
        document.add_text(self.plain, &entry.title);
        document.add_text(self.plain, &entry.shop_name);
        document.add_u64(self.category, place(entry.category));
        document.add_i64(self.price, entry.price_minor);
        document.add_i64(self.published, entry.published_at);
        document
    }

    /// What finds the document of a listing.
    pub(super) fn key(&self, id: Id<Listing>) -> Term {
        Term::from_field_bytes(self.id, id.uuid().as_bytes())
    }

    /// The listing that a stored document is of.
    pub(super) fn id_of(&self, document: &TantivyDocument) -> Option<Id<Listing>> {
        let bytes = document.get_first(self.id)?.as_bytes()?;
        Some(Id::from_uuid(Uuid::from_slice(bytes).ok()?))
    }
}

/// A shelf as a number.
pub(super) fn place(category: Category) -> u64 {
    let place = Category::ALL.iter().position(|known| *known == category);
    place.and_then(|place| u64::try_from(place).ok()).unwrap_or_default()
}

fn text(tokenizer: &str) -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(tokenizer)
        .set_index_option(IndexRecordOption::WithFreqs);
    TextOptions::default().set_indexing_options(indexing)
}

/// Names the two ways of cutting to an index.
pub(super) fn register_tokenizers(index: &Index) {
    let plain = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST_TOKEN))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter);
    index.tokenizers().register(PLAIN, plain.build());
    let stemmed = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST_TOKEN))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .filter(Stemmer::default());
    index.tokenizers().register(STEMMED, stemmed.build());
}

/// A text cut into unstemmed words.
pub(super) fn plain_words(index: &Index, text: &str) -> tantivy::Result<Vec<String>> {
    cut(index, PLAIN, text)
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
