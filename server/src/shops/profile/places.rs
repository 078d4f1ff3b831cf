//! The places at which a shop shows pictures, and how what stands at one of them is changed.

use api::listing::{GalleryEntry, GalleryImage};
use api::shop_profile::{ShopProfile, ShopProfileEdit};
use serde::{Deserialize, Serialize};

/// Where a picture of a shop stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Place {
    /// Wide, above everything.
    Banner,
    /// Who makes the pieces.
    Portrait,
    /// How things are made; any number in their order.
    #[default]
    Process,
}

impl Place {
    /// Each of them.
    pub(super) const ALL: [Self; 3] = [Self::Banner, Self::Portrait, Self::Process];

    /// As it is stored and sent.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Banner => "banner",
            Self::Portrait => "portrait",
            Self::Process => "process",
        }
    }

    /// What a picture at this place is.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Banner => "the banner of your shop",
            Self::Portrait => "the portrait in your shop",
            Self::Process => "a photograph of making",
        }
    }

    /// The shape in which it is shown.
    pub(super) const fn frame(self) -> &'static str {
        match self {
            Self::Banner => "banner",
            Self::Portrait | Self::Process => "frame",
        }
    }

    /// The pictures that stand here.
    pub(super) fn pictures(self, profile: &ShopProfile) -> &[GalleryImage] {
        match self {
            Self::Banner => profile.banner.as_slice(),
            Self::Portrait => profile.portrait.as_slice(),
            Self::Process => &profile.process,
        }
    }

    /// The picture with this hash, if it stands here.
    pub(super) fn find(self, profile: &ShopProfile, hash: &str) -> Option<GalleryImage> {
        self.pictures(profile).iter().find(|image| image.hash == hash).cloned()
    }

    /// The change after which these pictures stand here; of a banner or a portrait the last one.
    pub(super) fn edit(self, mut entries: Vec<GalleryEntry>) -> ShopProfileEdit {
        let unchanged = ShopProfileEdit::default();
        let last = |entries: &mut Vec<_>| Some(entries.pop().unwrap_or_else(GalleryEntry::none));
        match self {
            Self::Banner => ShopProfileEdit { banner: last(&mut entries), ..unchanged },
            Self::Portrait => ShopProfileEdit { portrait: last(&mut entries), ..unchanged },
            Self::Process => ShopProfileEdit { process: Some(entries), ..unchanged },
        }
    }
}
