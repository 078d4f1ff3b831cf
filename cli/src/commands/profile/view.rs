//! A profile, as lines.

use api::profile::{Audience, Profile};

use crate::output::{Cell, View};

/// What a person shows, and to whom.
pub(super) fn profile(profile: &Profile) -> View {
    let page = profile.slug.clone().unwrap_or_else(|| profile.account.to_string());
    let told = |text: String, who: Audience| {
        Cell::new(if text.is_empty() { String::new() } else { format!("{text}  ({who})") })
    };
    let show = profile.show;
    let avatar = profile.avatar.as_ref().map(|image| format!("{} × {}", image.width, image.height));
    View::default().pairs([
        ("name", told(profile.name.clone(), show.name)),
        ("page", Cell::new(format!("/people/{page}"))),
        ("portrait", told(avatar.unwrap_or_default(), show.avatar)),
        ("about", told(profile.about.clone(), show.about)),
        ("place", told(profile.place.clone(), show.place)),
        ("links", told(profile.links.join(" "), show.links)),
    ])
}
