//! What a person shows of herself, and to whom.

use serde::{Deserialize, Serialize};

use crate::Id;
use crate::account::Account;
use crate::listing::GalleryImage;
use crate::text_enum::text_enum;

/// Characters of what a person tells about herself.
pub const ABOUT: usize = 2000;
/// Characters of a place.
pub const PLACE: usize = 80;
/// Links of a profile.
pub const LINKS: usize = 5;
/// Characters of a link.
pub const LINK: usize = 200;

text_enum! {
    /// Who sees a field of a profile.
    Audience {
        /// Everybody.
        Public = "public",
        /// People who bought from this person's shop, and artisans this person bought from.
        Customers = "customers",
        /// Nobody else.
        Private = "private",
    }
}

impl Audience {
    /// For people, as it stands beside a field: `customers only`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Customers => "customers only",
            Self::Private => "private",
        }
    }
}

/// A person's profile as the person herself sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Whose it is; `/people/{account}` always leads to the page.
    pub account: Id<Account>,
    /// A name for the address of the page, `/people/{slug}`, if one was chosen.
    pub slug: Option<String>,
    /// Display name.
    pub name: String,
    /// Portrait, if there is one.
    pub avatar: Option<GalleryImage>,
    /// What the person tells about herself; plain text, may be empty.
    pub about: String,
    /// Where the person lives; may be empty.
    pub place: String,
    /// Addresses elsewhere, all `https://`.
    pub links: Vec<String>,
    /// Who sees which field.
    pub show: Shown,
    /// Grows with each change, for `If-Match`; 0 before the first.
    pub version: i64,
}

/// Who sees which field. Only the name is public until the person says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Of the display name. Who may not see it does not find the page.
    pub name: Audience,
    /// Of the portrait.
    pub avatar: Audience,
    /// Of the text.
    pub about: Audience,
    /// Of the place.
    pub place: Audience,
    /// Of the links.
    pub links: Audience,
}

impl Default for Shown {
    fn default() -> Self {
        let (name, rest) = (Audience::Public, Audience::Private);
        Self { name, avatar: rest, about: rest, place: rest, links: rest }
    }
}

/// Changes a profile; absent fields stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileEdit {
    /// New display name, 1 to 80 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// New name in the address of the page, 3 to 40 of a–z, 0–9 and hyphens; empty gives it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// New text, at most [`ABOUT`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// New place, at most [`PLACE`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// All links, at most [`LINKS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links: Option<Vec<String>>,
    /// Who sees which field from now on.
    #[serde(default)]
    pub show: ShownEdit,
}

/// Changes who sees which field; absent ones stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownEdit {
    /// Of the display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Audience>,
    /// Of the portrait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<Audience>,
    /// Of the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Audience>,
    /// Of the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Audience>,
    /// Of the links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links: Option<Audience>,
}
