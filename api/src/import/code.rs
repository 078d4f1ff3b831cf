//! Every reason for which a row is refused or doubted, in one list.

use super::RowError;
use crate::text_enum::text_enum;

text_enum! {
    /// What is wrong with a row, or doubtful about it. Stable: scripts look for these words.
    ///
    /// Those marked *note* do not keep the listing out; they say what a person should look at.
    RowCode {
        /// The quoted cell that begins here never ends.
        QuoteUnclosed = "quote.unclosed",
        /// The quoted cell that begins here holds a quote that is not doubled.
        QuoteStray = "quote.stray",
        /// One row is longer than a megabyte.
        RowTooLarge = "row.too_large",
        /// More cells than the header has columns.
        RowRagged = "row.ragged",
        /// Bytes that are no text in the encoding of the file.
        TextUndecodable = "text.undecodable",
        /// No handle.
        KeyMissing = "key.missing",
        /// Rows of one product do not stand together, or two products share a key.
        KeyScattered = "key.scattered",
        /// No title.
        TitleMissing = "title.missing",
        /// Longer than 140 characters.
        TitleTooLong = "title.too_long",
        /// Longer than 10,000 characters.
        DescriptionTooLong = "description.too_long",
        /// Note: only the first thirteen tags, or materials, were taken.
        WordsTooMany = "words.too_many",
        /// Note: a tag or material was cut at 60 characters.
        WordTooLong = "words.too_long",
        /// Not one of our shelves.
        CategoryUnknown = "category.unknown",
        /// Not a value that the attribute can have; a note where it comes from another platform.
        AttributeUnfit = "attribute.unfit",
        /// Neither yes nor no.
        PublishUnknown = "publish.unknown",
        /// A later row of the same product says something else.
        FieldContradicts = "field.contradicts",
        /// No price.
        PriceMissing = "price.missing",
        /// Not an amount.
        PriceNotANumber = "price.not_a_number",
        /// `1,234` may be one thousand or one and a bit.
        PriceAmbiguous = "price.ambiguous",
        /// More decimals than the currency has.
        PriceTooManyDecimals = "price.too_many_decimals",
        /// Nothing is given away here.
        PriceZero = "price.zero",
        /// Below nothing.
        PriceNegative = "price.negative",
        /// The word `variable`.
        PriceVariable = "price.variable",
        /// Another currency than the shop's.
        PriceCurrency = "price.currency",
        /// Less than can be charged.
        PriceTooLow = "price.too_low",
        /// More than can be charged.
        PriceTooHigh = "price.too_high",
        /// No number of pieces.
        StockMissing = "stock.missing",
        /// Not a whole number.
        StockNotANumber = "stock.not_a_number",
        /// More than a million.
        StockTooHigh = "stock.too_high",
        /// Days or pieces of what is made to order that are no numbers, or too many or too few.
        MakingUnknown = "making.unknown",
        /// Note: below nothing, so taken as none.
        StockNegative = "stock.negative",
        /// Note: the other platform does not count this one, so taken as none.
        StockUntracked = "stock.untracked",
        /// The same SKU on two variants of the file.
        SkuDuplicate = "sku.duplicate",
        /// Longer than 60 characters.
        SkuTooLong = "sku.too_long",
        /// A spreadsheet turned the number into `1.23E+11`.
        SkuScientific = "sku.scientific",
        /// Note: SKUs were given to variants in the order of the file.
        SkuByOrder = "sku.by_order",
        /// Note: SKUs could not be given to variants.
        SkuUnmatched = "sku.unmatched",
        /// A value without the name of its option.
        OptionUnnamed = "option.unnamed",
        /// A variant without a value for one of the options.
        OptionMissing = "option.missing",
        /// Two variants with the same values; upper and lower case count as the same.
        OptionDuplicate = "option.duplicate",
        /// A name or value of more than 60 characters.
        OptionTooLong = "option.too_long",
        /// Note: a value that is listed twice was taken once.
        OptionRepeated = "option.repeated",
        /// More variants than a listing holds.
        VariantsTooMany = "variants.too_many",
        /// Note: the file has one price and one stock for all variants.
        VariantsToConfirm = "variants.to_confirm",
        /// Note: put away on the other platform, so it stays a draft.
        StatusArchived = "status.archived",
        /// Note: only the first twenty pictures were taken.
        ImagesTooMany = "images.too_many",
        /// Note: a picture that the file names is not in the folder.
        ImageMissing = "image.missing",
        /// Note: a picture that is in the folder is not taken.
        ImageRefused = "image.refused",
        /// Not a position.
        ImagePosition = "image.position",
        /// Note: an alternative text was cut at 250 characters.
        AltTooLong = "alt.too_long",
        /// The server refused the listing.
        ListingRefused = "listing.refused",
    }
}

impl RowError {
    /// A finding at a line and a column; `column` is empty when the whole row is meant.
    #[must_use]
    pub fn new(line: u64, column: &str, code: RowCode, message: impl Into<String>) -> Self {
        Self {
            line,
            column: column.to_owned(),
            code: code.as_str().to_owned(),
            message: message.into(),
        }
    }
}
