//! The page to create a token.

use api::sign_in::Scope;
use askama::Template;
use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::Grant;
use crate::error::{Error, Refusals};
use crate::state::AppState;
use crate::web::page::{Layout, Mistakes, Page};
use crate::web::people::{Proved, Viewer};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/account/tokens", get(show).post(create))
}

#[derive(Template)]
#[template(path = "accounts/tokens.html")]
struct TokensPage {
    layout: Layout,
    /// What it is for. Not `name`: in the macros of forms that word is the name of the field.
    called: String,
    chosen: Vec<Scope>,
    /// The new token; it is shown this once.
    token: String,
    mistakes: Mistakes,
}

impl TokensPage {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand values by reference")]
    fn has(&self, scope: &Scope) -> bool {
        self.chosen.contains(scope)
    }
}

fn page(state: &AppState, viewer: &Viewer) -> TokensPage {
    TokensPage {
        layout: Layout::of(state, viewer),
        called: String::new(),
        chosen: Vec::new(),
        token: String::new(),
        mistakes: Mistakes::default(),
    }
}

async fn show(
    State(state): State<AppState>,
    Proved(_): Proved,
    viewer: Viewer,
) -> Page<impl Template> {
    Page(page(&state, &viewer))
}

/// Boxes that are ticked come as fields that all are called `scope`.
async fn create(
    State(state): State<AppState>,
    Proved(asker): Proved,
    viewer: Viewer,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    if let Some((field, _)) = fields.iter().find(|(name, _)| name != "name" && name != "scope") {
        return Err(Error::invalid("form", format!("unknown field `{field}`")));
    }
    let of = |wanted: &'static str| {
        fields.iter().filter(move |(name, _)| name == wanted).map(|(_, value)| value.as_str())
    };
    let called = of("name").next().unwrap_or_default().to_owned();
    let known = of("scope").map(str::parse).collect::<Result<Vec<Scope>, _>>();
    let chosen = known.map_err(|error| Error::invalid("scope", error.to_string()))?;
    let blank = page(&state, &viewer);
    let mut wrong = Refusals::default();
    let name = wrong.take(super::checked_name(&called))?;
    let grant = wrong.take(Grant::asked(Some(chosen.clone())))?;
    let (Some(name), Some(grant)) = (name, grant) else {
        let page = TokensPage { called, chosen, mistakes: wrong.into(), ..blank };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response());
    };
    let made = super::create(&state, &asker, &name, &grant).await?;
    Ok(Page(TokensPage { called: name, chosen, token: made.token, ..blank }).into_response())
}
