//! The pictures that a shop has one of: what their rows say, and what changes them.

use api::listing::{GalleryEntry, GalleryImage};
use api::shop_profile::{ShopProfile, ShopProfileEdit};

use super::{Change, Setting, What};

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShopPicture {
    /// The wide one above everything.
    Banner,
    /// The maker.
    Portrait,
}

impl ShopPicture {
    /// What it is now.
    pub(crate) const fn of(self, shop: &ShopProfile) -> Option<&GalleryImage> {
        match self {
            Self::Banner => shop.banner.as_ref(),
            Self::Portrait => shop.portrait.as_ref(),
        }
    }

    /// What makes it so; an empty hash takes it away.
    pub(crate) fn edit(self, entry: GalleryEntry) -> ShopProfileEdit {
        let mut edit = ShopProfileEdit::default();
        match self {
            Self::Banner => edit.banner = Some(entry),
            Self::Portrait => edit.portrait = Some(entry),
        }
        edit
    }

    /// What makes it as it is now.
    pub(crate) fn edit_now(self, shop: &ShopProfile) -> ShopProfileEdit {
        self.edit(self.of(shop).map_or_else(GalleryEntry::none, GalleryEntry::from))
    }

    /// Takes it away.
    pub(crate) fn removal(self) -> Change {
        Change::Shop(Box::new(self.edit(GalleryEntry::none())))
    }

    /// What a form asks for: another file, or only other words for the picture that is there.
    pub(crate) fn typed(self, shop: &ShopProfile, file: &str, alt: &str) -> Result<Change, String> {
        let (file, alt) = (file.trim().to_owned(), alt.trim().to_owned());
        match self.of(shop) {
            _ if !file.is_empty() => Ok(Change::ShopPicture { which: self, file, alt }),
            Some(now) => {
                let described = GalleryEntry { hash: now.hash.clone(), alt };
                Ok(Change::Shop(Box::new(self.edit(described))))
            }
            None => Err("Name a file, please.".to_owned()),
        }
    }

    /// Its row.
    pub(super) fn row(self, shop: &ShopProfile) -> Setting {
        let label = match self {
            Self::Banner => "Banner",
            Self::Portrait => "Shop portrait",
        };
        let picture = self.of(shop);
        let more = match picture.map(|picture| picture.alt.as_str()) {
            None => String::new(),
            Some("") => "Nothing says yet what it shows.".to_owned(),
            Some(alt) => format!("It shows: {alt}"),
        };
        let value = picture.map(size).unwrap_or_default();
        Setting { more, ..Setting::new(What::ShopPicture(self), label, value) }
    }
}

/// How large a picture is, for people.
pub(super) fn size(image: &GalleryImage) -> String {
    format!("{} × {} pixels", image.width, image.height)
}
