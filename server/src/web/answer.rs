//! Problems in the shape the asker reads: JSON for programs, a page for people.

use api::Problem;
use api::problem::Code;
use askama::Template;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use url::{Position, Url};

use super::page::{Layout, Page, sentence};
use super::people::{SESSION_COOKIE, Viewer};
use super::request::RequestId;
use super::unsaved::Unsaved;
use super::ways::Way;
use super::{cookie, local_path, problem};
use crate::accounts;
use crate::error::Error;
use crate::state::AppState;

/// Words of an extractor that refused a request are short; more is not worth reading.
const LONGEST_TEXT: usize = 4096;

#[derive(Template)]
#[template(path = "errors/problem.html")]
struct ProblemPage {
    layout: Layout,
    heading: &'static str,
    problem: Problem,
    /// The form that was sent, if it holds nothing but texts.
    unsaved: Option<Unsaved>,
    /// Whether a form with a file was sent, of which nothing is kept.
    upload_lost: bool,
    /// Where whoever met this problem goes on, if there is a place for that.
    way: Option<Way>,
}

impl ProblemPage {
    /// Whether nothing stands at this address, so that it is of no use to try once more.
    fn is_nowhere(&self) -> bool {
        self.problem.code == Code::NotFound
    }

    /// What happened, as people read it.
    fn told(&self) -> String {
        match (self.problem.status, self.way) {
            (404, Some(_)) => {
                "It may have been removed already, in another window, or belong to another \
                 account. Nothing was changed."
                    .to_owned()
            }
            (404, None) => "It may have been sold, moved or never been here.".to_owned(),
            (405, _) => {
                "This address is for a button of another page. Nothing was done.".to_owned()
            }
            _ => sentence(&self.problem.detail),
        }
    }

    /// How the market is asked to forget who is signed in, and who it is now.
    const fn others(&self) -> &'static str {
        if self.layout.name.is_some() { "Sign in as somebody else" } else { "Sign in" }
    }
}

/// Restates every problem for whoever asked, with the request's id in it.
pub(super) async fn for_the_asker(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let asked = Asked {
        method: request.method().clone(),
        uri: request.uri().clone(),
        headers: request.headers().clone(),
    };
    let response = next.run(request).await;
    match find_problem(response).await {
        Ok(answer) => answer,
        Err(Found { mut problem, headers, from_text, unsaved, way }) => {
            problem.request_id = id.map(|id| id.0);
            if from_text && problem.code == Code::Invalid && !asked.is_of_a_program() {
                asked.not_understood().clone_into(&mut problem.detail);
            }
            let mut response = asked.restate(&state, problem, unsaved, way).await;
            for (name, value) in &headers {
                let body_header = [header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name);
                if !body_header {
                    response.headers_mut().append(name, value.clone());
                }
            }
            response
        }
    }
}

/// A problem in an answer.
struct Found {
    problem: Problem,
    headers: HeaderMap,
    /// Whether its words are the line of text that an extractor wrote for programmers.
    from_text: bool,
    /// The form that was sent.
    unsaved: Option<Unsaved>,
    /// Where to go on.
    way: Option<Way>,
}

/// A problem beside the body, or an error whose body is a line of text; anything else passes.
async fn find_problem(mut response: Response) -> Result<Response, Found> {
    let status = response.status();
    let unsaved = response.extensions_mut().remove::<Unsaved>();
    let way = response.extensions_mut().remove::<Way>();
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let headers = std::mem::take(response.headers_mut());
        return Err(Found { problem, headers, from_text: false, unsaved, way });
    }
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_text = kind.is_none_or(|kind| kind.starts_with("text/plain"));
    if !(is_text && (status.is_client_error() || status.is_server_error())) {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let text = to_bytes(body, LONGEST_TEXT).await.unwrap_or_default();
    let problem = problem::from_status(status, &String::from_utf8_lossy(&text));
    Err(Found { problem, headers: parts.headers, from_text: true, unsaved, way })
}

/// What is kept of a request until its answer is known.
struct Asked {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

impl Asked {
    /// Whether programs ask for this address, who want JSON.
    fn is_of_a_program(&self) -> bool {
        let program = ["/api/", "/webhooks/", "/healthz", "/readyz"];
        program.iter().any(|prefix| self.uri.path().starts_with(prefix))
    }

    /// Whether it is a form with a file in it.
    fn sends_a_file(&self) -> bool {
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
    }

    /// For people, when a field of a form or of an address was missing or no value that it can have.
    fn not_understood(&self) -> &'static str {
        if self.method == Method::GET {
            "a part of this address was not understood; begin again at the first page"
        } else {
            "the form arrived incomplete and nothing was changed; go back, load the page again and \
             send it once more"
        }
    }

    async fn restate(
        &self,
        state: &AppState,
        problem: Problem,
        unsaved: Option<Unsaved>,
        way: Option<Way>,
    ) -> Response {
        if self.is_of_a_program() {
            return problem::document(problem);
        }
        // The page must come even when the database does not answer: then without a name on it.
        let viewer = Viewer::of(state, &self.headers).await.unwrap_or_default();
        let layout = Layout::of(state, &viewer);
        let session = cookie::find(state, &self.headers, SESSION_COOKIE);
        let ended = viewer.account.is_none() && session.is_some();
        match (problem.code, unsaved, viewer.account) {
            (Code::Unauthenticated, Some(unsaved), _) => sign_in_again(layout, &unsaved),
            // Whose session has ended may be one for whom there is something at this address.
            (Code::NotFound, Some(unsaved), _) if ended => sign_in_again(layout, &unsaved),
            (Code::Unauthenticated, None, _) => Redirect::to(&self.login()).into_response(),
            (Code::PasswordNeeded, Some(unsaved), Some(account)) => {
                let page = accounts::prove_again(state, layout, account, &unsaved).await;
                page.map_or_else(Error::into_response, |page| {
                    (StatusCode::FORBIDDEN, page).into_response()
                })
            }
            (Code::PasswordNeeded, ..) => {
                let back = self.back().unwrap_or_else(|| self.uri.path().to_owned());
                let to = local_path::with_query("/account/confirm", &[("next", &back)]);
                Redirect::to(&to).into_response()
            }
            (_, unsaved, _) => self.page(layout, problem, unsaved, way),
        }
    }

    fn page(
        &self,
        layout: Layout,
        problem: Problem,
        unsaved: Option<Unsaved>,
        way: Option<Way>,
    ) -> Response {
        let status =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let heading = match status {
            StatusCode::METHOD_NOT_ALLOWED => "There is no page here",
            _ => heading(problem.code),
        };
        let upload_lost = self.sends_a_file();
        let way = way.or_else(|| Way::from(&self.method, &self.uri));
        let page = ProblemPage { layout, heading, problem, unsaved, upload_lost, way };
        let mut response = (status, Page(page)).into_response();
        if self.method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        response
    }

    /// Where somebody goes after signing in: to the page that was asked for, or to the one on which
    /// the form stood, because a form cannot be sent again.
    fn back(&self) -> Option<String> {
        if self.method == Method::GET {
            let place = self.uri.path_and_query()?;
            return local_path::checked(place.as_str());
        }
        let from = self.headers.get(header::REFERER)?.to_str().ok()?;
        let from = Url::parse(from).ok()?;
        local_path::checked(&from[Position::BeforePath..Position::AfterQuery])
    }

    /// The login page; it says when what was sent is lost.
    fn login(&self) -> String {
        let back = self.back();
        let lost = (self.method != Method::GET).then_some(("news", "lost"));
        let asked: Vec<_> = back.iter().map(|back| ("next", back.as_str())).chain(lost).collect();
        if asked.is_empty() {
            "/login".to_owned()
        } else {
            local_path::with_query("/login", &asked)
        }
    }
}

/// The login page with what was typed on it.
fn sign_in_again(layout: Layout, unsaved: &Unsaved) -> Response {
    let page = accounts::sign_in_again(layout, unsaved);
    (StatusCode::UNAUTHORIZED, page).into_response()
}

const fn heading(code: Code) -> &'static str {
    match code {
        Code::NotFound => "We cannot find that",
        Code::Unauthenticated => "Sign in first",
        Code::Forbidden => "That is not for you",
        Code::PasswordNeeded => "Your password first",
        Code::CodeNeeded => "Your code as well",
        Code::FactorNeeded => "The second step first",
        Code::ShopNeeded => "A shop first",
        Code::ShopSuspended => "Your shop is suspended",
        Code::Invalid | Code::DevicePending | Code::DeviceDenied | Code::DeviceExpired => {
            "That does not work"
        }
        Code::Conflict => "Something changed meanwhile",
        Code::TooLarge => "That is too large",
        Code::RateLimited => "Too many attempts",
        Code::Unavailable => "Not right now",
        Code::Internal => "Something broke",
    }
}
