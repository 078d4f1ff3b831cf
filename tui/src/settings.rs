//! What the artisan and her shop show of themselves and how she signs in, as rows.

mod change;
mod holiday;
mod picture;

use api::profile::{Audience, Profile};
use api::shop_profile::{CustomWork, Seller, SellerKind, ShopProfile};
use api::sign_in::{SecondStep, Session, SessionKind, SignIn};
use api::{Id, Timestamp};

pub(crate) use change::{Change, Sending, Way, next_audience, next_custom, typed};
pub(crate) use holiday::{Away, days_away, typed_days};
pub(crate) use picture::ShopPicture;

use crate::app::App;
use crate::filter::Filtered;
use crate::list::Row;
use crate::text::wrap;

/// The one thing that is opened on this screen.
pub(crate) const KEY: &str = "told";
/// Letters that a line of the console takes; longer texts are changed elsewhere.
const LINE: usize = 200;

/// Everything that the screen shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// Of the person.
    pub(crate) profile: Profile,
    /// How she signs in.
    pub(crate) sign_in: SignIn,
    /// Where she is signed in.
    pub(crate) sessions: Vec<Session>,
    /// Of the shop, once there is one.
    pub(crate) shop: Option<ShopProfile>,
}

/// What can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// The person's display name.
    Name,
    /// The person's picture.
    Portrait,
    /// What the person tells about herself.
    About,
    /// Where the person lives.
    Place,
    /// The person's links.
    Links,
    /// The name in the address of the person's page.
    Address,
    /// The password to sign in with.
    Password,
    /// The shop's name.
    ShopName,
    /// Where things are made.
    Making,
    /// The shop's story.
    Story,
    /// A picture of the shop.
    ShopPicture(ShopPicture),
    /// Photographs of making.
    Process,
    /// Days in which a piece may come back.
    Returns,
    /// Days until a piece is sent.
    LeadTime,
    /// Whether things are made to order.
    CustomWork,
    /// Private or business.
    Seller,
    /// Whether the shop is away.
    Holiday,
    /// The address to sign in with.
    Email,
    /// Whether a code is asked for after the password.
    SecondStep,
    /// This terminal.
    Here(Id<Session>),
    /// Another browser or terminal that is signed in.
    Session(Id<Session>),
}

/// A row of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// What it is.
    pub(crate) what: What,
    /// Its name.
    pub(crate) label: &'static str,
    /// What it says now.
    pub(crate) value: String,
    /// What there is to say besides, in lines.
    pub(crate) more: String,
    /// Who sees it, where that can be chosen.
    pub(crate) audience: Option<Audience>,
}

impl Setting {
    fn new(what: What, label: &'static str, value: impl Into<String>) -> Self {
        Self { what, label, value: value.into(), more: String::new(), audience: None }
    }

    const fn unit(&self) -> &'static str {
        let days = matches!(self.what, What::Returns | What::LeadTime) && !self.value.is_empty();
        if days { " days" } else { "" }
    }

    /// What it says, with its unit, on one line.
    pub(crate) fn words(&self) -> String {
        wrap(&format!("{}{}", self.value, self.unit()), usize::from(u16::MAX)).join(" ")
    }

    /// All there is to say, in lines of at most `columns`.
    pub(crate) fn lines(&self, columns: usize) -> Vec<String> {
        wrap(&format!("{}{}\n{}", self.value, self.unit(), self.more), columns)
    }
}

impl Filtered for Setting {
    const STATES: &'static [&'static str] = &["profile", "sign-in", "shop"];

    fn is(&self, state: &str) -> bool {
        let own = match self.what {
            What::Email | What::Password | What::SecondStep | What::Here(_) | What::Session(_) => {
                "sign-in"
            }
            what if what.is_personal() => "profile",
            _ => "shop",
        };
        own == state
    }
}

impl Row for Setting {
    fn key(&self) -> String {
        match self.what {
            What::Here(id) | What::Session(id) => id.to_string(),
            _ => self.label.to_owned(),
        }
    }

    fn haystack(&self) -> String {
        format!("{} {} {}", self.label, self.value, self.more).to_lowercase()
    }
}

impl Told {
    /// Keeps what is known already where it is younger than this: answers may overtake each other.
    pub(crate) fn keep_younger(&mut self, known: &Self) {
        if known.profile.version > self.profile.version {
            self.profile = known.profile.clone();
        }
        let version = |told: &Self| told.shop.as_ref().map(|shop| shop.version);
        if version(known) > version(self) {
            self.shop.clone_from(&known.shop);
        }
    }
}

impl What {
    /// Whether it is the person's and not the shop's.
    pub(crate) const fn is_personal(self) -> bool {
        matches!(
            self,
            Self::Name
                | Self::Portrait
                | Self::About
                | Self::Place
                | Self::Links
                | Self::Address
                | Self::Email
        )
    }

    /// What it is good for, or how it is written.
    pub(crate) const fn help(self) -> &'static str {
        match self {
            Self::Name => "On your page, on reviews and on orders.",
            Self::Portrait => "A JPEG, PNG, GIF or WebP file, such as ~/me.jpg. x takes it away.",
            Self::About => "Plain text. More than a line: stall profile edit --about TEXT",
            Self::Place => "Town and country, as near as you like.",
            Self::Links => "Each begins with https://, a space between two.",
            Self::Address => "Such as ana-ng. Empty: nobody can guess your page.",
            Self::ShopName => "The shop's address follows; the old one leads there.",
            Self::Making => "Town and country of the workshop.",
            Self::Story => "More than a line: stall shop edit --story \"$(cat story.md)\"",
            Self::ShopPicture(ShopPicture::Banner) => {
                "A wide JPEG, PNG, GIF or WebP file above your shop. x takes it away."
            }
            Self::ShopPicture(ShopPicture::Portrait) => {
                "A JPEG, PNG, GIF or WebP file: you, in your shop. x takes it away."
            }
            Self::Process => "Photographs of how things are made: stall shop process",
            Self::Returns => "Days to send a piece back; 0 is never, empty not said.",
            Self::LeadTime => "Days until a piece is sent, such as 5 or 3..10; empty not said.",
            Self::CustomWork => "Enter goes from no to on request to yes.",
            Self::Seller => "Who sells for profit is a business: stall shop edit --seller",
            Self::Holiday => {
                "Away, your pieces are shown and cannot be bought. h comes back, x calls a planned one off."
            }
            Self::Email => "Another address: stall profile email change ADDRESS",
            Self::Password => {
                "A new one signs all other browsers and terminals out; this one stays."
            }
            Self::SecondStep => "On, off, new codes: stall profile two-factor",
            Self::Here(_) => "This is where you are: quit with q and run: stall logout",
            Self::Session(_) => {
                "x signs it out. All others: stall profile sessions revoke --others"
            }
        }
    }
}

/// What is known of it.
pub(crate) fn told(app: &App) -> Option<&Told> {
    app.told.known.get(KEY)
}

/// Whether the shop is away, as far as is known.
pub(crate) fn away(app: &App) -> Away {
    let shop = told(app).and_then(|told| told.shop.as_ref());
    Away::of(shop.and_then(|shop| shop.holiday), app.now())
}

/// The rows, the person's first.
pub(crate) fn rows(told: &Told, now: Timestamp) -> Vec<Setting> {
    let profile = &told.profile;
    let own = |what, label, value: &str, audience| Setting {
        audience,
        ..Setting::new(what, label, value)
    };
    let show = profile.show;
    let slug = profile.slug.clone().unwrap_or_default();
    let portrait = profile.avatar.as_ref().map(picture::size).unwrap_or_default();
    let mut rows = vec![
        own(What::Name, "Name", &profile.name, Some(show.name)),
        own(What::Portrait, "Portrait", &portrait, Some(show.avatar)),
        own(What::About, "About you", &profile.about, Some(show.about)),
        own(What::Place, "Place", &profile.place, Some(show.place)),
        own(What::Links, "Links", &profile.links.join(" "), Some(show.links)),
        own(What::Address, "Your page", &slug, None),
    ];
    rows.push(email(&told.sign_in));
    rows.push(Setting::new(What::Password, "Password", "not shown"));
    rows.push(Setting::new(What::SecondStep, "Second step", second_step(told.sign_in.second_step)));
    rows.extend(told.shop.as_ref().into_iter().flat_map(|shop| shop_rows(shop, now)));
    rows.extend(told.sessions.iter().map(session));
    rows
}

fn email(sign_in: &SignIn) -> Setting {
    let SignIn { email, email_verified, pending_email, .. } = sign_in;
    let (value, more) = match pending_email {
        Some(pending) => (
            format!("{email}, waiting for {pending}"),
            "It changes when the link in the letter to the new address is followed. x keeps the old one."
                .to_owned(),
        ),
        None if *email_verified => (email.clone(), String::new()),
        None => (
            format!("{email}, not verified"),
            "Follow the link in the letter to it before you publish. Another letter: stall profile email verify"
                .to_owned(),
        ),
    };
    Setting { more, ..Setting::new(What::Email, "E-mail", value) }
}

/// How the second step stands, for people.
fn second_step(second: SecondStep) -> String {
    match (second.on, second.recovery_codes) {
        (true, 1) => "on, 1 recovery code left".to_owned(),
        (true, left) => format!("on, {left} recovery codes left"),
        (false, _) => second.off_words().to_owned(),
    }
}

fn session(session: &Session) -> Setting {
    let label = match session.kind {
        SessionKind::Web => "Browser",
        SessionKind::Token => "Terminal",
    };
    let value = if session.current {
        format!("this one: {}", session.name)
    } else {
        format!("{}, used {}", session.name, session.used_at.day())
    };
    let may = session.scopes.as_ref().map_or_else(
        || "everything".to_owned(),
        |scopes| scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", "),
    );
    let more = format!(
        "May {may}\nSince {}, last used {} UTC, ends {} unless used before",
        session.created_at.day(),
        session.used_at.minute(),
        session.expires_at.day(),
    );
    let what = if session.current { What::Here } else { What::Session };
    Setting { more, ..Setting::new(what(session.id), label, value) }
}

fn shop_rows(profile: &ShopProfile, now: Timestamp) -> Vec<Setting> {
    let (shop, policies) = (&profile.shop, &profile.policies);
    let row = |what, label, value: String| Setting::new(what, label, value);
    let returns = policies.returns_days.map(|days| days.to_string()).unwrap_or_default();
    let lead = policies.lead_time.map(|lead| lead.to_string());
    vec![
        row(What::Holiday, "Holiday", Away::of(profile.holiday, now).words()),
        row(What::ShopName, "Shop", shop.name.clone()),
        row(What::Making, "Made in", shop.place.clone()),
        row(What::Story, "Story", shop.story.clone()),
        ShopPicture::Banner.row(profile),
        ShopPicture::Portrait.row(profile),
        row(What::Process, "Process", process(profile.process.len())),
        row(What::Returns, "Returns", returns),
        row(What::LeadTime, "Lead time", lead.unwrap_or_default()),
        row(What::CustomWork, "To order", custom_words(policies.custom_work).to_owned()),
        row(What::Seller, "Seller", seller(&profile.seller)),
    ]
}

fn process(photographs: usize) -> String {
    match photographs {
        0 => String::new(),
        1 => "1 photograph".to_owned(),
        many => format!("{many} photographs"),
    }
}

fn seller(seller: &Seller) -> String {
    match (seller.kind, seller.name.as_str()) {
        (SellerKind::Private, _) => "private".to_owned(),
        (SellerKind::Business, "") => "business".to_owned(),
        (SellerKind::Business, name) => format!("business, {name}"),
    }
}

/// Whether things are made to order, for people.
pub(crate) const fn custom_words(custom: CustomWork) -> &'static str {
    match custom {
        CustomWork::No => "no",
        CustomWork::OnRequest => "on request",
        CustomWork::Yes => "yes",
    }
}

/// Whether a text can be changed on one line of the console.
pub(crate) fn fits_a_line(text: &str) -> bool {
    !text.contains('\n') && text.chars().count() <= LINE
}
