//! `stall profile edit`.

use std::path::PathBuf;

use api::profile::{Audience, ProfileEdit, ShownEdit};

use super::super::picture;
use super::view;
use crate::context::Context;
use crate::exit::{Exit, Failure};

/// Change what others see of you
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  stall profile edit --name 'Ana Ng' --about 'I throw pots.' --show about=public
  stall profile edit --avatar me.jpg --show avatar=customers
  stall profile edit --link https://example.org/ana --link https://example.com")]
#[group(required = true, multiple = true)]
pub(crate) struct Args {
    /// New name
    #[arg(long)]
    name: Option<String>,
    /// What you tell about yourself; plain text
    #[arg(long, value_name = "TEXT")]
    about: Option<String>,
    /// Where you live, as near as you like
    #[arg(long)]
    place: Option<String>,
    /// A link; all links are replaced, and an empty one takes them away
    #[arg(long, value_name = "URL")]
    link: Option<Vec<String>>,
    /// Name in the address of your page, such as ana-ng; empty gives it up
    #[arg(long, value_name = "WORD")]
    slug: Option<String>,
    /// Who sees a field: FIELD=public, customers or private; fields are name, avatar, about, place, links
    #[arg(long, value_name = "FIELD=WHO")]
    show: Option<Vec<String>>,
    /// A picture of yourself; an empty name takes it away
    #[arg(long, value_name = "FILE")]
    avatar: Option<PathBuf>,
}

/// Changes it.
pub(crate) async fn run(ctx: &Context, args: Args) -> anyhow::Result<Exit> {
    let Args { name, about, place, link, slug, show, avatar } = args;
    let edit = ProfileEdit { name, slug, about, place, links: link, show: shown(show.as_deref())? };
    let picture = match avatar {
        Some(path) if !path.as_os_str().is_empty() => Some(picture::read(&path)?),
        Some(_) => Some(Vec::new()),
        None => None,
    };
    let client = ctx.client()?;
    let mut profile = client.profile().await?;
    if is_change(&edit) {
        profile = client.edit_profile(profile.version, &edit).await?;
    }
    match picture {
        Some(bytes) if bytes.is_empty() => profile = client.remove_avatar().await?,
        Some(bytes) => profile = client.set_avatar(bytes.into()).await?,
        None => {}
    }
    ctx.out.one(&profile, || view::profile(&profile))?;
    Ok(Exit::Done)
}

fn is_change(edit: &ProfileEdit) -> bool {
    let ProfileEdit { name, slug, about, place, links, show } = edit;
    let words = [name, slug, about, place].iter().any(|word| word.is_some());
    words || links.is_some() || *show != ShownEdit::default()
}

/// Reads `about=public`.
fn shown(given: Option<&[String]>) -> Result<ShownEdit, Failure> {
    let mut show = ShownEdit::default();
    for pair in given.unwrap_or_default() {
        let refuse =
            |help: String| Failure::usage(format!("“{pair}” shows nothing to anybody"), help);
        let (field, who) = pair
            .split_once('=')
            .ok_or_else(|| refuse("use FIELD=WHO, such as about=public".into()))?;
        let who: Audience = who.parse().map_err(|error| refuse(format!("{error}")))?;
        let place = match field {
            "name" => &mut show.name,
            "avatar" => &mut show.avatar,
            "about" => &mut show.about,
            "place" => &mut show.place,
            "links" => &mut show.links,
            _ => return Err(refuse("fields are name, avatar, about, place and links".into())),
        };
        *place = Some(who);
    }
    Ok(show)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sees_what_is_said_in_pairs() {
        let pairs = ["about=public".to_owned(), "avatar=customers".to_owned()];
        let show = shown(Some(&pairs)).unwrap();
        assert_eq!((show.about, show.avatar), (Some(Audience::Public), Some(Audience::Customers)));
        assert_eq!(show.name, None);
        for wrong in ["about", "about=all", "email=public"] {
            assert!(shown(Some(&[wrong.to_owned()])).is_err(), "{wrong}");
        }
    }
}
