//! What one person sees of another.

use api::listing::GalleryImage;
use api::profile::{Audience, Profile, Shown};

use crate::accounts::profiles;

/// How a viewer stands to the person on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// Anybody.
    Stranger,
    /// One of them bought from the other's shop and paid.
    Partner,
    /// The person herself.
    Oneself,
}

impl Relation {
    const fn may_see(self, audience: Audience) -> bool {
        matches!(
            (self, audience),
            (Self::Oneself, _) | (_, Audience::Public) | (Self::Partner, Audience::Customers)
        )
    }
}

/// The fields of a profile that a viewer may see; what may not be seen is as empty as what was
/// never told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The end of the page's address.
    pub(crate) address: String,
    pub(crate) name: String,
    pub(crate) avatar: Option<GalleryImage>,
    pub(crate) about: String,
    pub(crate) place: String,
    pub(crate) links: Vec<Link>,
    /// Who sees which field; told to the person herself only.
    pub(crate) show: Shown,
}

/// A link with the host that is shown for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) url: String,
    pub(crate) host: String,
}

/// What a viewer sees; nothing at all without the name.
pub(crate) fn by(profile: &Profile, relation: Relation) -> Option<Seen> {
    let show = profile.show;
    let told = |audience: Audience, text: &str| {
        if relation.may_see(audience) { text.to_owned() } else { String::new() }
    };
    let links = if relation.may_see(show.links) { profile.links.as_slice() } else { &[] };
    relation.may_see(show.name).then(|| Seen {
        address: profile.slug.clone().unwrap_or_else(|| profile.account.to_string()),
        name: profile.name.clone(),
        avatar: profile.avatar.clone().filter(|_| relation.may_see(show.avatar)),
        about: told(show.about, &profile.about),
        place: told(show.place, &profile.place),
        links: links
            .iter()
            .map(|url| Link { host: profiles::host(url), url: url.clone() })
            .collect(),
        show,
    })
}

#[cfg(test)]
mod tests {
    use api::Id;
    use uuid::Uuid;

    use super::*;

    fn profile(show: Shown) -> Profile {
        Profile {
            account: Id::from_uuid(Uuid::from_u128(7)),
            slug: None,
            name: "Ana".into(),
            avatar: None,
            about: "Likes mugs.".into(),
            place: "Jena".into(),
            links: vec!["https://example.org/ana".into()],
            show,
            version: 1,
        }
    }

    #[test]
    fn only_the_name_is_public_until_somebody_says_otherwise() {
        let seen = by(&profile(Shown::default()), Relation::Partner).unwrap();
        assert_eq!((seen.name.as_str(), seen.about.as_str(), seen.place.as_str()), ("Ana", "", ""));
        assert!(seen.links.is_empty());
    }

    #[test]
    fn each_field_has_its_own_audience() {
        let show =
            Shown { about: Audience::Customers, place: Audience::Public, ..Shown::default() };
        let told = |relation| {
            let seen = by(&profile(show), relation).unwrap();
            (seen.about, seen.place, seen.links.len())
        };
        assert_eq!(told(Relation::Stranger), (String::new(), "Jena".into(), 0));
        assert_eq!(told(Relation::Partner), ("Likes mugs.".into(), "Jena".into(), 0));
        assert_eq!(told(Relation::Oneself), ("Likes mugs.".into(), "Jena".into(), 1));
    }

    #[test]
    fn who_may_not_see_the_name_finds_nobody() {
        let show = Shown { name: Audience::Customers, about: Audience::Public, ..Shown::default() };
        assert_eq!(by(&profile(show), Relation::Stranger), None);
        assert!(by(&profile(show), Relation::Partner).is_some());
        assert!(by(&profile(show), Relation::Oneself).is_some());
    }
}
