//! What a profile may say.

use api::account::Account;
use api::profile::{ABOUT, LINK, LINKS, PLACE, Profile, ProfileEdit, Shown, ShownEdit};
use url::{Host, Url};

use crate::accounts::checked_name;
use crate::error::{Error, Refusals};
use crate::text;

/// Characters of a name in an address.
const SLUG: std::ops::RangeInclusive<usize> = 3..=40;

/// The profile of somebody who never changed it.
pub(super) fn untold(account: &Account) -> Profile {
    Profile {
        account: account.id,
        slug: None,
        name: account.name.clone(),
        avatar: None,
        about: String::new(),
        place: String::new(),
        links: Vec::new(),
        show: Shown::default(),
        version: 0,
    }
}

/// The profile after a change, as far as nothing is wrong with it.
pub(super) fn edited(
    before: &Profile,
    edit: &ProfileEdit,
    wrong: &mut Refusals,
) -> Result<Profile, Error> {
    let mut after = before.clone();
    wrong.put(&mut after.name, edit.name.as_deref().map(checked_name))?;
    wrong.put(&mut after.slug, edit.slug.as_deref().map(checked_slug))?;
    let about = edit.about.as_deref().map(|about| text::lines("about", about, ABOUT));
    wrong.put(&mut after.about, about)?;
    let place = edit.place.as_deref().map(|place| text::line("place", place, PLACE));
    wrong.put(&mut after.place, place)?;
    wrong.put(&mut after.links, edit.links.as_deref().map(checked_links))?;
    after.show = shown(before.show, edit.show);
    Ok(after)
}

fn shown(before: Shown, edit: ShownEdit) -> Shown {
    Shown {
        name: edit.name.unwrap_or(before.name),
        avatar: edit.avatar.unwrap_or(before.avatar),
        about: edit.about.unwrap_or(before.about),
        place: edit.place.unwrap_or(before.place),
        links: edit.links.unwrap_or(before.links),
    }
}

/// Lower-case letters, digits and single hyphens inside; empty gives the name up.
fn checked_slug(given: &str) -> Result<Option<String>, Error> {
    let slug = given.trim().to_lowercase();
    if slug.is_empty() {
        return Ok(None);
    }
    let letters = slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let hyphens = slug.starts_with('-') || slug.ends_with('-') || slug.contains("--");
    if !letters || hyphens || !SLUG.contains(&slug.len()) {
        return Err(Error::invalid(
            "slug",
            "an address has 3 to 40 of a to z, 0 to 9 and single hyphens between them",
        ));
    }
    Ok(Some(slug))
}

/// Links in the one way in which they are kept, each once.
pub(super) fn checked_links(given: &[String]) -> Result<Vec<String>, Error> {
    let mut links = Vec::new();
    for link in given.iter().map(|link| link.trim()).filter(|link| !link.is_empty()) {
        let link = checked_link(link)?;
        if !links.contains(&link) {
            links.push(link);
        }
    }
    if links.len() > LINKS {
        return Err(Error::invalid("links", format!("at most {LINKS} links, please")));
    }
    Ok(links)
}

/// A link as browsers read it: `https`, a host with a name and a dot in it, nobody's password.
fn checked_link(given: &str) -> Result<String, Error> {
    let refuse = || {
        let shown: String = given.chars().take(60).collect();
        Error::invalid("links", format!("“{shown}” is no link; one reads https://example.org/ana"))
    };
    let url = Url::parse(given).map_err(|_| refuse())?;
    let named = matches!(url.host(), Some(Host::Domain(host)) if host.contains('.'));
    let plain = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
    if !named || !plain || given.contains(char::is_whitespace) || url.as_str().len() > LINK {
        return Err(refuse());
    }
    Ok(url.into())
}

/// What a link is shown as: its host, in the letters that the network uses, so that nobody can
/// pass off look-alike letters as a known name.
pub(crate) fn host(link: &str) -> String {
    let url = Url::parse(link).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_that_lead_to_a_named_host_safely_are_kept() {
        assert_eq!(checked_link("https://Example.ORG/a b").map_err(|_| ()), Err(()));
        assert_eq!(checked_link("https://Example.ORG/ana").unwrap(), "https://example.org/ana");
        for link in [
            "http://example.org",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://me:secret@example.org",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://localhost/",
            "//example.org",
            "example.org",
            "https://",
        ] {
            assert!(checked_link(link).is_err(), "{link}");
        }
        assert!(checked_link(&format!("https://example.org/{}", "x".repeat(200))).is_err());
    }

    #[test]
    fn a_host_cannot_be_faked_with_look_alikes() {
        let link = checked_link("https://аpple.com/").unwrap();
        assert_eq!(host(&link), "xn--pple-43d.com");
        assert_eq!(host("https://www.example.org/shop?x=1"), "example.org");
    }

    #[test]
    fn a_name_in_an_address_is_plain() {
        assert_eq!(checked_slug(" Ana-Ng2 ").unwrap().as_deref(), Some("ana-ng2"));
        assert_eq!(checked_slug(" ").unwrap(), None);
        for slug in ["ab", "-ana", "ana-", "a--b", "ana ng", "änna", "acc_01", &"a".repeat(41)] {
            assert!(checked_slug(slug).is_err(), "{slug}");
        }
    }
}
