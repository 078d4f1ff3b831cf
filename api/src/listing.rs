//! Listings, variants and their pictures.

use serde::{Deserialize, Serialize};

use crate::attribute::{AttributeEdits, Attributes};
use crate::id::Kind;
use crate::making::Making;
use crate::question::Question;
use crate::text_enum::text_enum;
use crate::{Id, Money, Timestamp};

text_enum! {
    /// Where a listing stands.
    ListingStatus {
        /// Only the artisan sees it.
        Draft = "draft",
        /// For sale.
        Active = "active",
        /// Taken off the shelf for a while.
        Paused = "paused",
        /// Every variant is gone.
        SoldOut = "sold_out",
        /// Put away; orders still name it.
        Archived = "archived",
    }
}

/// The one table of states: nothing else decides where a listing goes.
impl ListingStatus {
    /// Where its artisan's wish takes a listing: onto the shelf (`Active`), off it for a while
    /// (`Paused`) or away (`Archived`). None where it cannot go so, or where nobody can wish it: a
    /// draft is only begun, and sold out is what its stock makes it.
    #[must_use]
    pub const fn when_asked(self, wish: Self) -> Option<Self> {
        use ListingStatus::{Active, Archived, Draft, Paused, SoldOut};
        match (self, wish) {
            (SoldOut, Active) => Some(SoldOut),
            (Draft | Active | Paused | Archived, Active) => Some(Active),
            (Active | Paused | SoldOut, Paused) => Some(Paused),
            (_, Archived) => Some(Archived),
            (Draft | Archived, Paused) | (_, Draft | SoldOut) => None,
        }
    }

    /// Where its stock takes a listing: without a piece it is sold out, with one it is for sale again.
    #[must_use]
    pub const fn with_stock(self, has_pieces: bool) -> Self {
        match (self, has_pieces) {
            (Self::Active, false) => Self::SoldOut,
            (Self::SoldOut, true) => Self::Active,
            (status, _) => status,
        }
    }

    /// Whether shoppers see it.
    #[must_use]
    pub const fn is_on_shelf(self) -> bool {
        matches!(self, Self::Active | Self::SoldOut)
    }
}

text_enum! {
    /// The shelves of the market, by material.
    Category {
        /// Thrown, built and fired.
        Clay = "clay",
        /// Turned, carved and joined.
        Wood = "wood",
        /// Spun, woven, knitted, sewn.
        Textiles = "textiles",
        /// Poured and dipped.
        Wax = "wax",
        /// Forged, cast, soldered.
        Metal = "metal",
        /// Blown, fused, cut.
        Glass = "glass",
        /// Folded, bound, printed.
        Paper = "paper",
        /// Cut and stitched.
        Leather = "leather",
        /// Everything else.
        Other = "other",
    }
}

impl Category {
    /// What the shelf is called on a page.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Clay => "Clay",
            Self::Wood => "Wood",
            Self::Textiles => "Wool & linen",
            Self::Wax => "Wax",
            Self::Metal => "Metal",
            Self::Glass => "Glass",
            Self::Paper => "Paper",
            Self::Leather => "Leather",
            Self::Other => "Other",
        }
    }
}

/// A piece, or a kind of piece, that an artisan offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// Its id, `lst_…`.
    pub id: Id<Listing>,
    /// Its address: `/listings/{slug}`.
    pub slug: String,
    /// Where it stands.
    pub status: ListingStatus,
    /// Title, 1 to 140 characters.
    pub title: String,
    /// Plain text with paragraphs; may be empty.
    pub description: String,
    /// Its shelf.
    pub category: Category,
    /// What it is made of, in the artisan's words.
    pub materials: Vec<String>,
    /// Words that help to find it.
    pub tags: Vec<String>,
    /// What it says of the attributes of its shelf, and of others that it had.
    #[serde(default)]
    pub attributes: Attributes,
    /// Names of the option axes, none to three: `["Glaze", "Size"]`.
    pub options: Vec<String>,
    /// At least one.
    pub variants: Vec<Variant>,
    /// What whoever orders it is asked, in the order of the form, 0 to 5.
    #[serde(default)]
    pub questions: Vec<Question>,
    /// Whether its pieces are there or are made when they are ordered.
    #[serde(default)]
    pub making: Making,
    /// The gallery, in order, 0 to 20.
    pub images: Vec<GalleryImage>,
    /// When it was drafted.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// Counts the changes; the `ETag` of this listing.
    pub version: i64,
}

impl Kind for Listing {
    const PREFIX: &'static str = "lst";
}

/// One thing that can be put into a cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Its id, `var_…`.
    pub id: Id<Variant>,
    /// The artisan's own number; may be empty.
    pub sku: String,
    /// One value for each option axis of the listing.
    pub values: Vec<String>,
    /// Price, tax included, post included.
    pub price: Money,
    /// Pieces that can be sold now.
    pub available: i64,
}

impl Kind for Variant {
    const PREFIX: &'static str = "var";
}

/// A picture in a gallery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GalleryImage {
    /// BLAKE3 of the stored master, 64 hexadecimal digits.
    pub hash: String,
    /// What a person who cannot see it should know.
    pub alt: String,
    /// Width of the master in pixels.
    pub width: u32,
    /// Height of the master in pixels.
    pub height: u32,
    /// Quantised mean colour, 0 to 63, for the placeholder.
    pub tint: u8,
}

/// An image that the server holds: answer to an upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredImage {
    /// BLAKE3 of the stored master.
    pub hash: String,
    /// SHA-256 of the bytes that were uploaded; the same upload is known by it.
    pub upload_sha256: String,
    /// Width of the master in pixels.
    pub width: u32,
    /// Height of the master in pixels.
    pub height: u32,
}

/// Asks which uploads the server already holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownImagesRequest {
    /// SHA-256 of each file, at most 200.
    pub sha256: Vec<String>,
}

/// Those it holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KnownImages {
    /// The ones found, in no order.
    pub images: Vec<StoredImage>,
}

/// Everything an artisan says about a listing; also what an import row becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListingDraft {
    /// Title, 1 to 140 characters.
    pub title: String,
    /// Plain text.
    #[serde(default)]
    pub description: String,
    /// Its shelf.
    pub category: Category,
    /// What it is made of.
    #[serde(default)]
    pub materials: Vec<String>,
    /// Words that help to find it.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Values of attributes by key; none takes one away, what is not named stays.
    #[serde(default, skip_serializing_if = "AttributeEdits::is_empty")]
    pub attributes: AttributeEdits,
    /// Names of the option axes, none to three.
    #[serde(default)]
    pub options: Vec<String>,
    /// At least one, at most 100.
    pub variants: Vec<VariantDraft>,
    /// What whoever orders it is asked; absent leaves those that there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub questions: Option<Vec<Question>>,
    /// From stock or made to order; absent leaves it as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub making: Option<Making>,
}

/// One variant of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantDraft {
    /// The artisan's own number; may be empty.
    #[serde(default)]
    pub sku: String,
    /// One value for each option axis.
    #[serde(default)]
    pub values: Vec<String>,
    /// Price, at least the currency's minimum charge.
    pub price: Money,
    /// Pieces that can be sold.
    pub stock: i64,
}

/// Changes a listing; absent fields stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListingEdit {
    /// New title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// New text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// New shelf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Values of attributes by key; none takes one away, what is not named stays.
    #[serde(default, skip_serializing_if = "AttributeEdits::is_empty")]
    pub attributes: AttributeEdits,
    /// All questions anew; none takes them away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub questions: Option<Vec<Question>>,
    /// From stock, or made to order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub making: Option<Making>,
    /// New SKUs, prices and stock by variant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<VariantEdit>,
}

/// Changes one variant; absent fields stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantEdit {
    /// Which one.
    pub id: Id<Variant>,
    /// New SKU; empty takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// New price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// New number of pieces that can be sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<i64>,
}

/// Sets a whole gallery in one write: `PUT /api/v1/listings/{id}/images`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GalleryEdit {
    /// The pictures in order, at most 20.
    pub images: Vec<GalleryEntry>,
}

/// One place in a gallery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GalleryEntry {
    /// Hash of a stored image.
    pub hash: String,
    /// Alt text, at most 250 characters.
    #[serde(default)]
    pub alt: String,
}

impl GalleryEntry {
    /// In the place of a picture that a shop has one of: takes away the one that is there.
    #[must_use]
    pub const fn none() -> Self {
        Self { hash: String::new(), alt: String::new() }
    }
}

/// The entry under which a picture that is there stays as it is.
impl From<&GalleryImage> for GalleryEntry {
    fn from(image: &GalleryImage) -> Self {
        Self { hash: image.hash.clone(), alt: image.alt.clone() }
    }
}

/// A row of the artisan's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingSummary {
    /// Its id.
    pub id: Id<Listing>,
    /// Its address.
    pub slug: String,
    /// Where it stands.
    pub status: ListingStatus,
    /// Title.
    pub title: String,
    /// Its shelf.
    pub category: Category,
    /// SKU of the variant with the lowest price, the first of them; may be empty.
    pub sku: String,
    /// Lowest price.
    pub price: Money,
    /// Highest price.
    pub highest: Money,
    /// Pieces of all variants.
    pub available: i64,
    /// Whether it is made to order, whatever the number of pieces.
    #[serde(default)]
    pub made_to_order: bool,
    /// Number of variants.
    pub variants: i64,
    /// Number of pictures.
    pub images: i64,
    /// First picture.
    pub cover: Option<String>,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl ListingSummary {
    /// What names it shortly: the end of its address, which no new title changes.
    #[must_use]
    pub fn handle(&self) -> &str {
        self.slug.rsplit('-').next().unwrap_or(&self.slug)
    }

    /// Its price for people: `from €24.00` where variants differ.
    #[must_use]
    pub fn price_label(&self) -> String {
        let from = if self.price == self.highest { "" } else { "from " };
        format!("{from}{}", self.price)
    }

    /// Its SKU for people, and how many more variants there are: `MUG-OAT +2`.
    #[must_use]
    pub fn sku_label(&self) -> String {
        match (self.sku.as_str(), self.variants - 1) {
            ("", more) if more > 0 => format!("{} variants", self.variants),
            (sku, more) if more > 0 => format!("{sku} +{more}"),
            (sku, _) => sku.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ListingStatus;

    #[test]
    fn every_state_says_where_wishes_and_stock_take_it() {
        let shown = |status: Option<ListingStatus>| status.map_or("-", ListingStatus::as_str);
        let mut table =
            format!("{:<9}{:<9}{:<9}{:<9}{:<9}", "is", "publish", "pause", "archive", "wish");
        table.push_str("no piece pieces   shown");
        for status in ListingStatus::ALL {
            let [publish, pause, archive, draft, sold_out] = [
                ListingStatus::Active,
                ListingStatus::Paused,
                ListingStatus::Archived,
                ListingStatus::Draft,
                ListingStatus::SoldOut,
            ]
            .map(|wish| shown(status.when_asked(wish)));
            assert_eq!(draft, sold_out);
            let line = format!(
                "\n{status:<9}{publish:<9}{pause:<9}{archive:<9}{draft:<9}{:<9}{:<9}{}",
                status.with_stock(false),
                status.with_stock(true),
                status.is_on_shelf()
            );
            table.push_str(&line);
        }
        insta::assert_snapshot!(table, @r"
        is       publish  pause    archive  wish     no piece pieces   shown
        draft    active   -        archived -        draft    draft    false
        active   active   paused   archived -        sold_out active   true
        paused   active   paused   archived -        paused   paused   false
        sold_out sold_out paused   archived -        sold_out active   true
        archived active   -        archived -        archived archived false
        ");
    }
}
