//! The order of the photographs of how things are made.

use api::listing::GalleryEntry;
use serde::Deserialize;

/// Which way a photograph goes among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Way {
    /// A place nearer to the first.
    Earlier,
    /// A place nearer to the last.
    Later,
}

/// Lets the photograph with this hash change places with its neighbour; the first goes no earlier
/// and the last no later. Nothing when there is none.
pub(super) fn shift(entries: &mut [GalleryEntry], hash: &str, way: Way) -> Option<()> {
    let place = entries.iter().position(|entry| entry.hash == hash)?;
    let neighbour = match way {
        Way::Earlier => place.saturating_sub(1),
        Way::Later => (place + 1).min(entries.len() - 1),
    };
    entries.swap(place, neighbour);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photographs(hashes: &str) -> Vec<GalleryEntry> {
        let entry = |hash: char| GalleryEntry { hash: hash.into(), alt: String::new() };
        hashes.chars().map(entry).collect()
    }

    fn after(hash: &str, way: Way) -> Option<String> {
        let mut entries = photographs("abc");
        shift(&mut entries, hash, way)?;
        Some(entries.into_iter().map(|entry| entry.hash).collect())
    }

    #[test]
    fn a_photograph_goes_past_its_neighbour_and_never_off_the_end() {
        assert_eq!(after("b", Way::Earlier).unwrap(), "bac");
        assert_eq!(after("b", Way::Later).unwrap(), "acb");
        assert_eq!(after("a", Way::Earlier).unwrap(), "abc");
        assert_eq!(after("c", Way::Later).unwrap(), "abc");
        assert_eq!(after("x", Way::Later), None);
    }
}
