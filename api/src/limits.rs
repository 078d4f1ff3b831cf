//! How much a listing may say. The server refuses more; the import says so beside the cell.

/// Characters of a title.
pub const TITLE: usize = 140;
/// Characters of a description.
pub const DESCRIPTION: usize = 10_000;
/// Tags, and materials, of a listing.
pub const WORDS: usize = 13;
/// Characters of a tag, a material, the name of an option or a value of it.
pub const WORD: usize = 60;
/// Options of a listing.
pub const OPTIONS: usize = 3;
/// Variants of a listing.
pub const VARIANTS: usize = 100;
/// Characters of a SKU.
pub const SKU: usize = 60;
/// Pieces of a variant.
pub const PIECES: i64 = 1_000_000;
/// Lowest price in the smallest unit: Stripe's minimum charge, 50 of it in EUR and USD
/// (<https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts>).
pub const LOWEST_PRICE: i64 = 50;
/// Highest price in the smallest unit: Stripe's maximum charge has eight digits.
pub const HIGHEST_PRICE: i64 = 99_999_999;
/// Questions of a listing.
pub const QUESTIONS: usize = 5;
/// Characters of the label of a question.
pub const LABEL: usize = 80;
/// Characters of an answer in a shopper's own words.
pub const ANSWER: u32 = 200;
/// Answers to choose from.
pub const CHOICES: usize = 30;
/// Days in which a piece is made to order.
pub const MAKING_DAYS: u32 = 365;
/// Pieces begun in a week.
pub const WEEKLY: u32 = 10_000;
/// Pictures of a listing.
pub const IMAGES: usize = 20;
/// Characters of an alternative text.
pub const ALT: usize = 250;
