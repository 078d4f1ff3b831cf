//! What the index holds of a listing.

use std::collections::{BTreeSet, HashMap};

use api::Id;
use api::attribute::Attribute;
use api::listing::{Category, Listing};
use api::shop_profile::Holiday;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{TantivyDocument, Term};

use super::Facet;
use super::language::{PLAIN, SPELLED, STEMMED};

/// Names of the fast fields.
pub(super) const LEFT: &str = "left";
pub(super) const RIGHT: &str = "right";
pub(super) const PRICE: &str = "price";
pub(super) const PUBLISHED: &str = "published";
pub(super) const SOLD_OUT: &str = "sold_out";
pub(super) const AWAY_FROM: &str = "away_from";
pub(super) const AWAY_UNTIL: &str = "away_until";
pub(super) const READY_IN: &str = "ready_in";
const CATEGORY: &str = "category";
const MATERIAL: &str = "material";
const SHOP: &str = "shop_slug";
/// Facets that are counted by the words of a field.
pub(super) fn counted() -> impl Iterator<Item = (Facet, String)> {
    let always = [(Facet::Shelf, CATEGORY), (Facet::Material, MATERIAL), (Facet::Shop, SHOP)];
    let always = always.into_iter().map(|(facet, name)| (facet, name.to_owned()));
    always.chain(attributes().map(|it| (Facet::Attribute(it.key), name(it))))
}

/// Attributes that lists can be narrowed by; each has a field.
fn attributes() -> impl Iterator<Item = &'static Attribute> {
    Attribute::all().iter().filter(|it| it.facet)
}

fn name(attribute: &Attribute) -> String {
    format!("attribute_{}", attribute.key)
}

/// The fields.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) schema: Schema,
    pub(super) id: Field,
    /// The two halves of the id, which order what is equal otherwise.
    left: Field,
    right: Field,
    pub(super) title: Field,
    /// Tags and materials.
    pub(super) words: Field,
    pub(super) description: Field,
    pub(super) shop: Field,
    /// Title, tags, materials and shop, unstemmed.
    pub(super) plain: Field,
    /// The same with their accents.
    pub(super) spelled: Field,
    category: Field,
    /// Lowest price in minor units.
    price: Field,
    /// When it was published, in microseconds.
    published: Field,
    /// Materials as they were typed.
    material: Field,
    shop_slug: Field,
    /// Values of attributes, by key.
    attributes: HashMap<&'static str, Field>,
    sold_out: Field,
    /// The holiday that the shop is on, has planned or had, in microseconds.
    away_from: Field,
    away_until: Field,
    /// Days until it is ready to ship at the latest; absent where nobody says.
    ready_in: Field,
}

/// A listing on the shelf, or gone from it because it was sold, as the index reads it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: Id<Listing>,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) category: Category,
    pub(super) materials: Vec<String>,
    pub(super) tags: Vec<String>,
    /// Values of attributes, with their keys.
    pub(super) attributes: BTreeSet<(&'static str, String)>,
    pub(super) price_minor: i64,
    pub(super) published_at: i64,
    pub(super) sold_out: bool,
    pub(super) shop_name: String,
    pub(super) shop_slug: String,
    pub(super) holiday: Option<Holiday>,
    pub(super) ready_in: Option<i64>,
}

impl Shape {
    pub(super) fn new() -> Self {
        let mut schema = Schema::builder();
        Self {
            id: schema.add_bytes_field("id", INDEXED),
            left: schema.add_u64_field(LEFT, FAST),
            right: schema.add_u64_field(RIGHT, FAST),
            title: schema.add_text_field("title", text(STEMMED)),
            words: schema.add_text_field("words", text(STEMMED)),
            description: schema.add_text_field("description", text(STEMMED)),
            shop: schema.add_text_field("shop", text(STEMMED)),
            plain: schema.add_text_field("plain", text(PLAIN)),
            spelled: schema.add_text_field("spelled", text(SPELLED)),
            category: schema.add_text_field(CATEGORY, FAST),
            price: schema.add_i64_field(PRICE, FAST),
            published: schema.add_i64_field(PUBLISHED, FAST),
            material: schema.add_text_field(MATERIAL, FAST),
            shop_slug: schema.add_text_field(SHOP, FAST),
            attributes: attributes()
                .map(|it| (it.key, schema.add_text_field(&name(it), FAST)))
                .collect(),
            sold_out: schema.add_bool_field(SOLD_OUT, FAST),
            away_from: schema.add_i64_field(AWAY_FROM, FAST),
            away_until: schema.add_i64_field(AWAY_UNTIL, FAST),
            ready_in: schema.add_i64_field(READY_IN, FAST),
            schema: schema.build(),
        }
    }

    /// The document of an entry.
    pub(super) fn document(&self, entry: &Entry) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_bytes(self.id, entry.id.uuid().as_bytes());
        let (left, right) = entry.id.uuid().as_u64_pair();
        document.add_u64(self.left, left);
        document.add_u64(self.right, right);
        document.add_text(self.title, &entry.title);
        document.add_text(self.description, &entry.description);
        document.add_text(self.shop, &entry.shop_name);
        for word in entry.tags.iter().chain(&entry.materials) {
            document.add_text(self.words, word);
        }
        let words = entry.tags.iter().chain(&entry.materials);
        for text in words.chain([&entry.title, &entry.shop_name]) {
            document.add_text(self.plain, text);
            document.add_text(self.spelled, text);
        }
        document.add_text(self.category, entry.category.as_str());
        document.add_i64(self.price, entry.price_minor);
        document.add_i64(self.published, entry.published_at);
        document.add_bool(self.sold_out, entry.sold_out);
        document.add_text(self.shop_slug, &entry.shop_slug);
        for (key, value) in &entry.attributes {
            if let Some(field) = self.attributes.get(key) {
                document.add_text(*field, value);
            }
        }
        self.add_materials(&mut document, &entry.materials);
        let from = entry.holiday.map_or(i64::MAX, |holiday| holiday.from.micros());
        let until = entry.holiday.and_then(|holiday| holiday.until);
        document.add_i64(self.away_from, from);
        document.add_i64(self.away_until, until.map_or(i64::MAX, api::Timestamp::micros));
        if let Some(days) = entry.ready_in {
            document.add_i64(self.ready_in, days);
        }
        document
    }

    /// Each material once, however often and in whatever letters it was typed.
    fn add_materials(&self, document: &mut TantivyDocument, materials: &[String]) {
        let mut keys: Vec<String> = Vec::new();
        for material in materials {
            let key = key(material);
            if !key.is_empty() && !keys.contains(&key) {
                document.add_text(self.material, material.trim());
                keys.push(key);
            }
        }
    }

    /// What finds the document of a listing.
    pub(super) fn key(&self, id: Id<Listing>) -> Term {
        Term::from_field_bytes(self.id, id.uuid().as_bytes())
    }
}

/// A material in the letters in which it is asked for.
pub(super) fn key(material: &str) -> String {
    material.trim().to_lowercase()
}

fn text(tokenizer: &str) -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(tokenizer)
        .set_index_option(IndexRecordOption::Basic);
    TextOptions::default().set_indexing_options(indexing)
}
