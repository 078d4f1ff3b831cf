//! `stall profile edit`.

use std::path::PathBuf;

use api::profile::{Audience, ProfileEdit, ShownEdit};

use super::super::picture;
use super::view;
use crate::context::Context;
use crate::exit::Exit;

/// Change what others see of you
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  stall profile edit --name 'Ana Ng' --about 'I throw pots.' --show about=public
  stall profile edit --avatar me.jpg --show avatar=customers
  stall profile edit --link https://example.org/ana --link https://example.com")]
#[command(override_usage = "stall profile edit [OPTIONS]")]
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
    /// Who sees a field: FIELD=public, customers or private; fields are name, avatar, about, place,
    /// links. Customers are who bought from your shop and makers you bought from
    #[arg(long, value_name = "FIELD=WHO", value_parser = show)]
    show: Option<Vec<Show>>,
    /// A picture of yourself; an empty name takes it away
    #[arg(long, value_name = "FILE", value_parser = picture::or_none())]
    avatar: Option<PathBuf>,
}

/// Who sees one field from now on: `about=public`.
#[derive(Clone, Copy, Debug)]
struct Show {
    field: fn(&mut ShownEdit) -> &mut Option<Audience>,
    who: Audience,
}

/// Changes it.
pub(crate) async fn run(ctx: &Context, args: Args) -> anyhow::Result<Exit> {
    let Args { name, about, place, link, slug, show, avatar } = args;
    let show = shown(show.as_deref().unwrap_or_default());
    let edit = ProfileEdit { name, slug, about, place, links: link, show };
    let picture = match avatar {
        Some(path) if !path.as_os_str().is_empty() => Some(picture::read(&path)?),
        Some(_) => Some(Vec::new()),
        None => None,
    };
    let is_new_picture = picture.as_ref().is_some_and(|bytes| !bytes.is_empty());
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
    if is_new_picture && profile.show.avatar == Audience::Private {
        ctx.talk.note("Nobody but you sees it: `stall profile edit --show avatar=public`");
    }
    Ok(Exit::Done)
}

fn is_change(edit: &ProfileEdit) -> bool {
    let ProfileEdit { name, slug, about, place, links, show } = edit;
    let words = [name, slug, about, place].iter().any(|word| word.is_some());
    words || links.is_some() || *show != ShownEdit::default()
}

/// Reads `about=public`.
fn show(pair: &str) -> Result<Show, String> {
    let (field, who) = pair.split_once('=').ok_or("write FIELD=WHO, such as about=public")?;
    let field: fn(&mut ShownEdit) -> &mut Option<Audience> = match field {
        "name" => |show| &mut show.name,
        "avatar" => |show| &mut show.avatar,
        "about" => |show| &mut show.about,
        "place" => |show| &mut show.place,
        "links" => |show| &mut show.links,
        _ => {
            return Err(format!(
                "“{field}” is no field; use one of: name, avatar, about, place, links"
            ));
        }
    };
    let who = who.parse::<Audience>().map_err(|error| error.to_string())?;
    Ok(Show { field, who })
}

fn shown(given: &[Show]) -> ShownEdit {
    let mut edit = ShownEdit::default();
    for Show { field, who } in given {
        *field(&mut edit) = Some(*who);
    }
    edit
}
