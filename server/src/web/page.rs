//! HTML pages: the frame around every page, and what a form says when it comes back.

use api::account::PaymentsMode;
use api::listing::Category;
use api::staff::Suspension;
use askama::Template;
use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse, Response};

use crate::entropy::Entropy;
use crate::error::{Error, Refusals};
use crate::state::AppState;
use crate::web::people::{Artisan, Viewer};

/// For a page that anybody may ask for and no cache may keep, because it holds a secret.
pub(crate) const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// How a form begins that is known by its page (`components/form.html`): that page is for one person.
const MARK: &str = "<input type=\"hidden\" name=\"once\"";

/// A template as an answer.
pub(crate) struct Page<T>(pub(crate) T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(html) if html.contains(MARK) => (NO_STORE, Html(html)).into_response(),
            Ok(html) => Html(html).into_response(),
            Err(error) => Error::Internal(anyhow::Error::new(error)).into_response(),
        }
    }
}

/// What the frame around every page shows.
pub(crate) struct Layout {
    /// Name of the market.
    pub(crate) market: String,
    /// Address of the market without a slash at the end, for links that leave the browser.
    pub(crate) origin: String,
    /// Name of the person who is signed in.
    pub(crate) name: Option<String>,
    /// Pieces in the cart.
    pub(crate) cart: i64,
    /// Whether money is simulated, which every page then says.
    pub(crate) simulated: bool,
    /// The shelf that the page belongs to.
    pub(crate) shelf: Option<Category>,
    /// The suspension that holds, on the pages on which an artisan changes her shop.
    pub(crate) suspension: Option<Suspension>,
    entropy: Entropy,
}

impl Layout {
    /// The frame for one viewer.
    pub(crate) fn of(state: &AppState, viewer: &Viewer) -> Self {
        Self {
            market: state.config.market_name.clone(),
            origin: state.config.public_url(),
            name: viewer.account.as_ref().map(|account| account.name.clone()),
            cart: viewer.cart,
            simulated: state.config.payments == PaymentsMode::Simulator,
            shelf: None,
            suspension: None,
            entropy: state.entropy.clone(),
        }
    }

    /// A mark that tells a form on this opened page from every other (`web::press`).
    pub(crate) fn once(&self) -> String {
        self.entropy.secret().text()
    }

    /// The frame of a page on which an artisan changes her shop: while it is suspended it says so
    /// before anything is typed.
    pub(crate) fn at_work(state: &AppState, viewer: &Viewer, artisan: &Artisan) -> Self {
        Self { suspension: artisan.suspension.clone(), ..Self::of(state, viewer) }
    }

    /// The same frame with a shelf marked as the current one.
    pub(crate) fn on_shelf(self, current: Category) -> Self {
        Self { shelf: Some(current), ..self }
    }

    /// Whether this shelf is the current one.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand values by reference")]
    pub(crate) fn is_on(&self, category: &Category) -> bool {
        self.shelf.as_ref() == Some(category)
    }
}

/// What is to be said beside the fields of a form; the field named `""` is the form as a whole.
#[derive(Debug, Default)]
pub(crate) struct Mistakes {
    wrong: Vec<(&'static str, String)>,
    /// What was saved meanwhile.
    saved: Vec<(&'static str, String)>,
}

impl Mistakes {
    /// Notes what is wrong with a field.
    pub(crate) fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.wrong.push((field, message.into()));
    }

    /// What is wrong with this field, or nothing; of two remarks the first.
    pub(crate) fn of(&self, field: &str) -> &str {
        beside(&self.wrong, field)
    }

    /// What was saved in this field meanwhile; otherwise nothing.
    pub(crate) fn saved(&self, field: &str) -> &str {
        beside(&self.saved, field)
    }

    /// Whether the form can be used.
    pub(crate) const fn is_empty(&self) -> bool {
        self.wrong.is_empty()
    }

    /// That something else was saved meanwhile: `changed` says what, by field.
    pub(super) fn changed_meanwhile(changed: Vec<(&'static str, String)>) -> Self {
        let words = "something else was saved meanwhile, in another window or by another program. \
                     Beside each field that was changed stands what is saved now; a field that you \
                     had left as it was has taken it. Save once more to keep what stands in the \
                     fields.";
        let say = |words: String| if words.is_empty() { "nothing".to_owned() } else { words };
        let saved = changed.into_iter().map(|(field, words)| (field, say(words))).collect();
        Self { wrong: vec![("", words.to_owned())], saved }
    }

    /// Turns an error that a person can mend into a remark in the form; any other goes on.
    pub(crate) fn take(error: Error) -> Result<Self, Error> {
        let (field, message) = match error {
            Error::Invalid { field, message } => (field, message),
            Error::Several(all) => return Ok(Self::from(all)),
            Error::TooLarge(message) => ("image", message),
            Error::Forbidden(message) | Error::Conflict(message) => ("", message),
            other => return Err(other),
        };
        Ok(Self::from(vec![(field, message)]))
    }
}

/// The first of these remarks that is about a field, or nothing.
fn beside<'a>(remarks: &'a [(&'static str, String)], field: &str) -> &'a str {
    remarks.iter().find(|(name, _)| *name == field).map_or("", |(_, words)| words)
}

impl From<Vec<(&'static str, String)>> for Mistakes {
    fn from(wrong: Vec<(&'static str, String)>) -> Self {
        Self { wrong, saved: Vec::new() }
    }
}

impl From<Refusals> for Mistakes {
    fn from(wrong: Refusals) -> Self {
        Self::from(wrong.all())
    }
}

/// The first letter of a name, in place of a portrait.
pub(crate) fn initial(name: &str) -> String {
    name.chars()
        .find(|letter| letter.is_alphanumeric())
        .map(|letter| letter.to_uppercase().to_string())
        .unwrap_or_default()
}

/// A message with a capital at the start, as it stands on a page.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
