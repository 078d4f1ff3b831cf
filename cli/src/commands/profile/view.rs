//! A person and how she signs in, as lines.

use api::profile::{Audience, Profile};
use api::sign_in::{SecondStep, SignIn};

use crate::output::{Cell, Tone, View};

/// Recovery codes below which new ones should be drawn.
const FEW: i64 = 4;

/// What a person shows, and to whom.
pub(super) fn profile(profile: &Profile) -> View {
    let page = profile.slug.clone().unwrap_or_else(|| profile.account.to_string());
    let told = |text: String, who: Audience| {
        Cell::new(if text.is_empty() {
            String::new()
        } else {
            format!("{text}  ({})", who.words())
        })
    };
    let show = profile.show;
    let avatar = profile.avatar.as_ref().map(|image| format!("{} × {}", image.width, image.height));
    View::default().pairs([
        ("name", told(profile.name.clone(), show.name)),
        ("page", Cell::new(format!("/people/{page}{}", found_by(show.name)))),
        ("portrait", told(avatar.unwrap_or_default(), show.avatar)),
        ("about", told(profile.about.clone(), show.about)),
        ("place", told(profile.place.clone(), show.place)),
        ("links", told(profile.links.join(" "), show.links)),
    ])
}

/// Who alone finds the page: whoever may see the name.
const fn found_by(name: Audience) -> &'static str {
    match name {
        Audience::Public => "",
        Audience::Customers => "  (found by customers only)",
        Audience::Private => "  (found by nobody else, since the name is private)",
    }
}

/// How a person signs in.
pub(super) fn sign_in(sign_in: &SignIn) -> [(&'static str, Cell); 3] {
    let verified = if sign_in.email_verified { "" } else { " (not verified)" };
    let pending = sign_in.pending_email.as_ref().map(|pending| {
        Cell::new(format!("{pending}, waiting for the link in the letter to it")).tone(Tone::Warn)
    });
    [
        ("e-mail", Cell::new(format!("{}{verified}", sign_in.email))),
        ("new e-mail", pending.unwrap_or_default()),
        ("second step", second_step(sign_in.second_step)),
    ]
}

/// Whether a code is asked for.
pub(super) fn second_step(second: SecondStep) -> Cell {
    if !second.on {
        return Cell::new(second.off_words()).tone(if second.demanded {
            Tone::Warn
        } else {
            Tone::Plain
        });
    }
    let left = match second.recovery_codes {
        1 => "1 recovery code left".to_owned(),
        left => format!("{left} recovery codes left"),
    };
    let tone = if second.recovery_codes < FEW { Tone::Warn } else { Tone::Good };
    Cell::new(format!("on, {left}")).tone(tone)
}
