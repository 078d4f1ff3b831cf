//! A picture of this machine on its way to the market.

use std::path::{Path, PathBuf};

use api::client::Client;
use api::listing::GalleryEntry;
use api::picture::{LARGEST, Unfit, recognise};
use api::profile::Profile;
use api::shop_profile::ShopProfile;

use super::network::outcome;
use crate::action::{Failure, FailureKind, Outcome};
use crate::settings::ShopPicture;
use crate::text::sentence;

/// Makes a file the portrait.
pub(super) async fn set_portrait(client: &Client, file: &str) -> Outcome<Profile> {
    let bytes = picture(file).await?;
    outcome(client.set_avatar(bytes.into()).await)
}

/// Makes a file a picture of the shop, if that still has this version.
pub(super) async fn set_shop_picture(
    client: &Client,
    version: i64,
    which: ShopPicture,
    file: &str,
    alt: String,
) -> Outcome<ShopProfile> {
    let bytes = picture(file).await?;
    let hash = outcome(client.upload_image(bytes.into()).await)?.hash;
    outcome(client.edit_shop_profile(version, &which.edit(GalleryEntry { hash, alt })).await)
}

/// The bytes of a file. What is no picture is not sent.
async fn picture(typed: &str) -> Outcome<Vec<u8>> {
    let path = path(typed, std::env::home_dir().as_deref());
    read(&path).await.map_err(|why| Failure {
        kind: FailureKind::Refused,
        message: sentence(&format!("{} cannot be used: {why}", path.display())),
    })
}

/// What was typed as a shell would read it: `~` is the home folder, and a file that was dropped onto
/// the terminal may stand in quotes.
fn path(typed: &str, home: Option<&Path>) -> PathBuf {
    let quoted = |quote| typed.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let bare = quoted('\'').or_else(|| quoted('"')).unwrap_or(typed);
    match (bare.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(bare),
    }
}

async fn read(path: &Path) -> Result<Vec<u8>, String> {
    let about = tokio::fs::metadata(path).await.map_err(|error| error.to_string())?;
    if !about.is_file() {
        return Err("it is no file".to_owned());
    }
    let fits = usize::try_from(about.len()).is_ok_and(|length| length <= LARGEST);
    if !fits {
        return Err(Unfit::TooLarge.to_string());
    }
    let bytes = tokio::fs::read(path).await.map_err(|error| error.to_string())?;
    recognise(&bytes).map_err(|unfit| unfit.to_string())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_as_a_shell_would() {
        let home = Some(Path::new("/people/ana"));
        let both = [
            ("~/me.jpg", "/people/ana/me.jpg"),
            ("me.jpg", "me.jpg"),
            ("'/tmp/me and my mug.jpg'", "/tmp/me and my mug.jpg"),
            ("\"~/me.jpg\"", "/people/ana/me.jpg"),
            ("~ana/me.jpg", "~ana/me.jpg"),
        ];
        for (typed, meant) in both {
            assert_eq!(path(typed, home), Path::new(meant), "{typed}");
        }
        assert_eq!(path("~/me.jpg", None), Path::new("~/me.jpg"));
    }

    #[tokio::test]
    async fn what_is_no_picture_is_told_before_it_is_sent() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(read(here).await, Err("it is no file".to_owned()));
        let words = read(&here.join("Cargo.toml")).await.unwrap_err();
        assert!(words.contains("no JPEG, PNG, GIF or WebP"), "{words}");
        assert!(read(&here.join("nothing.jpg")).await.unwrap_err().contains("No such file"));
    }
}
