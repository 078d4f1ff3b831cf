//! Problems in the shape the asker reads: JSON for programs, a page for people.

use api::Problem;
use api::problem::Code;
use askama::Template;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::page::{Layout, Page};
use super::people::Viewer;
use super::request::RequestId;
use super::unsaved::Unsaved;
use super::{local_path, problem};
use crate::accounts;
use crate::state::AppState;

/// Words of an extractor that refused a request are short; more is not worth reading.
const LONGEST_TEXT: usize = 4096;

#[derive(Template)]
#[template(path = "errors/problem.html")]
struct ProblemPage {
    layout: Layout,
    heading: &'static str,
    problem: Problem,
}

impl ProblemPage {
    /// Where whoever met this problem goes on, if there is a place for that.
    const fn way_on(&self) -> Option<(&'static str, &'static str)> {
        match self.problem.code {
            Code::FactorNeeded => Some(("/account/factor", "Set the second step up")),
            Code::ShopSuspended => Some(("/sell", "Your shop")),
            _ => None,
        }
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
        Err(Found { mut problem, headers, from_text, unsaved }) => {
            problem.request_id = id.map(|id| id.0);
            if from_text && problem.code == Code::Invalid && !asked.is_of_a_program() {
                asked.not_understood().clone_into(&mut problem.detail);
            }
            let mut response = match unsaved {
                Some(unsaved) if problem.code == Code::Unauthenticated => {
                    asked.sign_in_again(&state, &unsaved).await
                }
                _ => asked.restate(&state, problem).await,
            };
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
}

/// A problem beside the body, or an error whose body is a line of text; anything else passes.
async fn find_problem(mut response: Response) -> Result<Response, Found> {
    let status = response.status();
    let unsaved = response.extensions_mut().remove::<Unsaved>();
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let headers = std::mem::take(response.headers_mut());
        return Err(Found { problem, headers, from_text: false, unsaved });
    }
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_text = kind.is_none_or(|kind| kind.starts_with("text/plain"));
    if !(is_text && (status.is_client_error() || status.is_server_error())) {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let text = to_bytes(body, LONGEST_TEXT).await.unwrap_or_default();
    let problem = problem::from_status(status, &String::from_utf8_lossy(&text));
    Err(Found { problem, headers: parts.headers, from_text: true, unsaved })
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

    /// For people, when a field of a form or of an address was missing or no value that it can have.
    fn not_understood(&self) -> &'static str {
        if self.method == Method::GET {
            "a part of this address was not understood; begin again at the first page"
        } else {
            "the form arrived incomplete and nothing was changed; go back, load the page again and \
             send it once more"
        }
    }

    async fn restate(&self, state: &AppState, problem: Problem) -> Response {
        let path = self.uri.path();
        if self.is_of_a_program() {
            return problem::document(problem);
        }
        if problem.code == Code::Unauthenticated {
            return Redirect::to(&self.login()).into_response();
        }
        if problem.code == Code::PasswordNeeded {
            // Forms that need the password stand at the address that they are sent to.
            let back = if self.method == Method::GET { self.place() } else { path };
            let to = local_path::with_query("/account/confirm", &[("next", back)]);
            return Redirect::to(&to).into_response();
        }
        // The page must come even when the database does not answer: then without a name on it.
        let viewer = Viewer::of(state, &self.headers).await.unwrap_or_default();
        let status =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let page = ProblemPage {
            layout: Layout::of(state, &viewer),
            heading: heading(problem.code),
            problem,
        };
        let mut response = (status, Page(page)).into_response();
        if self.method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        response
    }

    /// The login page with what was typed on it.
    async fn sign_in_again(&self, state: &AppState, unsaved: &Unsaved) -> Response {
        let viewer = Viewer::of(state, &self.headers).await.unwrap_or_default();
        let page = accounts::sign_in_again(Layout::of(state, &viewer), unsaved);
        (StatusCode::UNAUTHORIZED, page).into_response()
    }

    /// Path and query.
    fn place(&self) -> &str {
        self.uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str)
    }

    /// The login page, which leads back here after a page was asked for (a form cannot be sent again).
    fn login(&self) -> String {
        let back = Some(self.place()).filter(|_| self.method == Method::GET);
        match back.and_then(local_path::checked) {
            Some(next) => local_path::with_query("/login", &[("next", &next)]),
            None => "/login".to_owned(),
        }
    }
}

const fn heading(code: Code) -> &'static str {
    match code {
        Code::NotFound => "We cannot find that",
        Code::Unauthenticated => "Sign in first",
        Code::Forbidden => "That is not for you",
        Code::PasswordNeeded => "Your password first",
        Code::CodeNeeded => "Your code as well",
        Code::FactorNeeded => "The second step first",
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
