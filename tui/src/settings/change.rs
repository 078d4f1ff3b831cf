//! Changes of the settings, and what leads back from them.

use api::profile::{Audience, Profile, ProfileEdit, ShownEdit};
use api::shop_profile::{
    CustomWork, LeadTime, LeadTimeError, Pause, Policies, ShopProfile, ShopProfileEdit,
};

use super::{ShopPicture, Told, What};
use crate::effect::Effect;

/// What sending a change means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Of the person.
    Profile(ProfileEdit),
    /// The portrait from a file, by its path as it was typed, or none any more. No picture comes
    /// back from that.
    Portrait(Option<String>),
    /// Of the shop.
    Shop(Box<ShopProfileEdit>),
    /// A picture of the shop from a file.
    ShopPicture {
        /// Which one.
        which: ShopPicture,
        /// The path of the file, as it was typed.
        file: String,
        /// What it shows.
        alt: String,
    },
    /// On holiday.
    Pause(Pause),
    /// Back from it.
    Resume,
}

/// A way back from a change that was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    /// The row that was changed.
    pub(crate) label: &'static str,
    /// What leads back.
    pub(crate) back: Change,
    /// What was made of the row. It is only taken back while the row still says that.
    pub(crate) made: Change,
}

/// A change that is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sending {
    /// The row.
    pub(crate) label: &'static str,
    /// What was sent.
    pub(crate) change: Change,
    /// What leads back from it.
    pub(crate) back: Change,
    /// The way back that is gone, where nothing new is changed.
    pub(crate) undoing: Option<Way>,
}

impl Change {
    /// The change of the same fields to what they say now; nothing where there is no shop.
    pub(crate) fn to_now(&self, told: &Told) -> Option<Self> {
        let profile = &told.profile;
        Some(match (self, &told.shop) {
            (Self::Profile(edit), _) => Self::Profile(profile_now(edit, profile)),
            (Self::Portrait(_), _) => self.clone(),
            (_, None) => return None,
            (Self::Shop(edit), Some(shop)) => Self::Shop(Box::new(shop_now(edit, shop))),
            (Self::ShopPicture { which, .. }, Some(shop)) => {
                Self::Shop(Box::new(which.edit_now(shop)))
            }
            (Self::Pause(_) | Self::Resume, Some(shop)) => match shop.holiday {
                Some(away) => Self::Pause(Pause { from: Some(away.from), until: away.until }),
                None => Self::Resume,
            },
        })
    }

    /// Whether it changes who sees something.
    pub(crate) fn is_of_audience(&self) -> bool {
        matches!(self, Self::Profile(edit) if edit.show != ShownEdit::default())
    }

    /// Asks the server for it, on the version that is known.
    pub(crate) fn effect(self, label: &'static str, told: &Told) -> Effect {
        let version = told.shop.as_ref().map_or(0, |shop| shop.version);
        match self {
            Self::Profile(edit) => {
                Effect::EditProfile { label, version: told.profile.version, edit }
            }
            Self::Portrait(Some(path)) => Effect::SetPortrait(path),
            Self::Portrait(None) => Effect::RemovePortrait,
            Self::Shop(edit) => Effect::EditShop { label, version, edit },
            Self::ShopPicture { which, file, alt } => {
                Effect::SetShopPicture { label, version, which, file, alt }
            }
            Self::Pause(pause) => Effect::PauseShop { version, pause },
            Self::Resume => Effect::ResumeShop { version },
        }
    }
}

fn profile_now(edit: &ProfileEdit, now: &Profile) -> ProfileEdit {
    let (asked, show) = (&edit.show, now.show);
    ProfileEdit {
        name: edit.name.as_ref().map(|_| now.name.clone()),
        slug: edit.slug.as_ref().map(|_| now.slug.clone().unwrap_or_default()),
        about: edit.about.as_ref().map(|_| now.about.clone()),
        place: edit.place.as_ref().map(|_| now.place.clone()),
        links: edit.links.as_ref().map(|_| now.links.clone()),
        show: ShownEdit {
            name: asked.name.map(|_| show.name),
            avatar: asked.avatar.map(|_| show.avatar),
            about: asked.about.map(|_| show.about),
            place: asked.place.map(|_| show.place),
            links: asked.links.map(|_| show.links),
        },
    }
}

/// Photographs of making and who sells are not changed in the console.
fn shop_now(edit: &ShopProfileEdit, now: &ShopProfile) -> ShopProfileEdit {
    ShopProfileEdit {
        banner: edit.banner.as_ref().and_then(|_| ShopPicture::Banner.edit_now(now).banner),
        portrait: edit.portrait.as_ref().and_then(|_| ShopPicture::Portrait.edit_now(now).portrait),
        name: edit.name.as_ref().map(|_| now.shop.name.clone()),
        place: edit.place.as_ref().map(|_| now.shop.place.clone()),
        story: edit.story.as_ref().map(|_| now.shop.story.clone()),
        policies: edit.policies.as_ref().map(|_| now.policies.clone()),
        ..ShopProfileEdit::default()
    }
}

/// The change that a line means, or what is wrong with the line; `alt` says what a picture shows.
pub(crate) fn typed(told: &Told, what: What, text: &str, alt: &str) -> Result<Change, String> {
    let text = text.trim().to_owned();
    let words = Some(text.clone());
    let mut profile = ProfileEdit::default();
    match what {
        What::Name => profile.name = words,
        What::Portrait if text.is_empty() => return Err("Name a file, please.".to_owned()),
        What::Portrait => return Ok(Change::Portrait(words)),
        What::About => profile.about = words,
        What::Place => profile.place = words,
        What::Address => profile.slug = words,
        What::Links => {
            profile.links = Some(text.split_whitespace().map(str::to_owned).collect());
        }
        What::ShopPicture(which) => {
            let shop = told.shop.as_ref().ok_or("There is no shop yet: stall shop create")?;
            return which.typed(shop, &text, alt);
        }
        _ => return typed_shop(told, what, text),
    }
    Ok(Change::Profile(profile))
}

fn typed_shop(told: &Told, what: What, text: String) -> Result<Change, String> {
    let policies = told.shop.as_ref().map(|shop| shop.policies.clone()).unwrap_or_default();
    let mut edit = ShopProfileEdit::default();
    match what {
        What::ShopName => edit.name = Some(text),
        What::Making => edit.place = Some(text),
        What::Story => edit.story = Some(text),
        What::Returns => {
            let returns_days = if text.is_empty() { None } else { Some(days(&text)?) };
            edit.policies = Some(Policies { returns_days, ..policies });
        }
        What::LeadTime => {
            edit.policies = Some(Policies { lead_time: lead_time(&text)?, ..policies });
        }
        _ => return Err("This is changed elsewhere.".to_owned()),
    }
    Ok(Change::Shop(Box::new(edit)))
}

fn days(text: &str) -> Result<u32, String> {
    text.trim().parse().map_err(|_| format!("“{text}” is no number of days."))
}

fn lead_time(text: &str) -> Result<Option<LeadTime>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let lead_time = text.parse().map_err(|error: LeadTimeError| format!("{error}."))?;
    Ok(Some(lead_time))
}

/// To order or not, one further.
pub(crate) fn next_custom(policies: &Policies) -> Change {
    let custom_work = next(CustomWork::ALL, policies.custom_work);
    let policies = Policies { custom_work, ..policies.clone() };
    Change::Shop(Box::new(ShopProfileEdit {
        policies: Some(policies),
        ..ShopProfileEdit::default()
    }))
}

/// The next wider audience for a field, and after everybody nobody; nothing for what everybody or
/// nobody sees anyway.
pub(crate) fn next_audience(profile: &Profile, what: What) -> Option<Change> {
    const WIDER: [Audience; 3] = [Audience::Private, Audience::Customers, Audience::Public];
    let (show, mut edit) = (profile.show, ShownEdit::default());
    match what {
        What::Name => edit.name = Some(next(&WIDER, show.name)),
        What::Portrait => edit.avatar = Some(next(&WIDER, show.avatar)),
        What::About => edit.about = Some(next(&WIDER, show.about)),
        What::Place => edit.place = Some(next(&WIDER, show.place)),
        What::Links => edit.links = Some(next(&WIDER, show.links)),
        _ => return None,
    }
    Some(Change::Profile(ProfileEdit { show: edit, ..ProfileEdit::default() }))
}

fn next<T: Copy + PartialEq>(all: &[T], now: T) -> T {
    let place = all.iter().position(|one| *one == now).unwrap_or(0);
    all.get((place + 1) % all.len().max(1)).copied().unwrap_or(now)
}
