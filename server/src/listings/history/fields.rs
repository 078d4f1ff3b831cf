//! The fields of a listing that a save changed.

use api::attribute::Attributes;
use api::listing::{Category, GalleryImage, Listing, ListingStatus, Variant};
use api::making::Making;
use api::question::Question;
use serde::{Deserialize, Serialize};

use crate::listings::change::retitle;

/// Fields with their values; those that stayed are absent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Fields {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<ListingStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    category: Option<Category>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    materials: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attributes: Option<Attributes>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    options: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    variants: Option<Vec<Variant>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    questions: Option<Vec<Question>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    making: Option<Making>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    images: Option<Vec<GalleryImage>>,
}

impl Fields {
    /// Those of a listing in which it differs from another state of it.
    pub(super) fn of(listing: &Listing, other: &Listing) -> Self {
        Self {
            status: differing(&listing.status, &other.status),
            title: differing(&listing.title, &other.title),
            description: differing(&listing.description, &other.description),
            category: differing(&listing.category, &other.category),
            materials: differing(&listing.materials, &other.materials),
            tags: differing(&listing.tags, &other.tags),
            attributes: differing(&listing.attributes, &other.attributes),
            options: differing(&listing.options, &other.options),
            variants: differing(&listing.variants, &other.variants),
            questions: differing(&listing.questions, &other.questions),
            making: differing(&listing.making, &other.making),
            images: differing(&listing.images, &other.images),
        }
    }

    /// Gives a listing these values.
    pub(super) fn put(self, listing: &mut Listing) {
        if let Some(title) = &self.title {
            retitle(listing, title);
        }
        put(&mut listing.status, self.status);
        put(&mut listing.description, self.description);
        put(&mut listing.category, self.category);
        put(&mut listing.materials, self.materials);
        put(&mut listing.tags, self.tags);
        put(&mut listing.attributes, self.attributes);
        put(&mut listing.options, self.options);
        put(&mut listing.variants, self.variants);
        put(&mut listing.questions, self.questions);
        put(&mut listing.making, self.making);
        put(&mut listing.images, self.images);
    }

    /// Names of the pictures among them.
    pub(super) fn pictures(&self) -> impl Iterator<Item = &str> {
        self.images.iter().flatten().map(|image| image.hash.as_str())
    }
}

fn differing<T: Clone + PartialEq>(value: &T, other: &T) -> Option<T> {
    (value != other).then(|| value.clone())
}

fn put<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}
