//! Carries effects to the server and brings answers and live events back.

use std::future::Future;
use std::sync::Arc;

use api::client::{Client, ClientError};
use api::page::{MAX_LIMIT, PageRequest};
use api::payout::ReconcileRequest;
use api::sign_in::PasswordChange;
use api::{Code, Page};
use tokio::sync::Notify;
use tokio::sync::mpsc::Sender;
use tokio::task::AbortHandle;

use super::picture;
use crate::action::{Action, Answer, Failure, FailureKind, Link, Outcome};
use crate::effect::{Ask, Effect, Secret};
use crate::settings::Told;
use crate::text::sentence;
use crate::widgets::password::Asked;

/// Failed attempts after which “reconnecting” becomes “offline”.
const OFFLINE_AFTER: u32 = 5;
/// How long the cursor rests before what it is on is opened; running over rows opens none.
const REST: std::time::Duration = std::time::Duration::from_millis(60);

/// The server, as the runner sees it.
pub(super) struct Network {
    client: Client,
    actions: Sender<Action>,
    opening: Option<AbortHandle>,
    hurry: Arc<Notify>,
}

impl Network {
    /// Prepares everything and sends nothing.
    pub(super) fn new(client: Client, actions: Sender<Action>) -> Self {
        Self { client, actions, opening: None, hurry: Arc::default() }
    }

    /// Begins to listen for live events.
    pub(super) fn listen(&self) {
        let (client, actions) = (self.client.clone(), self.actions.clone());
        let hurry = Arc::clone(&self.hurry);
        tokio::spawn(async move { listen(&client, &actions, &hurry).await });
    }

    /// Tries the stream of events at once, if it is down.
    pub(super) fn hurry(&self) {
        self.hurry.notify_waiters();
    }

    /// Begins a piece of work; its answer comes as an action.
    pub(super) fn perform(&mut self, effect: Effect) {
        let client = self.client.clone();
        match effect {
            Effect::FetchOrder(_) | Effect::FetchListing(_) | Effect::FetchPayout(_) => {
                let opening = self.answer(async move {
                    tokio::time::sleep(REST).await;
                    read(&client, effect).await
                });
                if let Some(older) = self.opening.replace(opening) {
                    older.abort();
                }
            }
            Effect::Reconnect => self.hurry(),
            _ => {
                self.answer(async move { request(&client, effect).await });
            }
        }
    }

    fn answer(&self, work: impl Future<Output = Option<Answer>> + Send + 'static) -> AbortHandle {
        let actions = self.actions.clone();
        let task = tokio::spawn(async move {
            if let Some(answer) = work.await {
                let _ = actions.send(Action::Answer(Box::new(answer))).await;
            }
        });
        task.abort_handle()
    }
}

/// Lists and writes.
async fn request(client: &Client, effect: Effect) -> Option<Answer> {
    Some(match effect {
        Effect::FetchMe => Answer::Me(outcome(client.me().await)),
        Effect::FetchToday => Answer::Today(outcome(client.today().await)),
        Effect::FetchOrders(ask) => {
            let page = client.orders(&page(&ask), None).await;
            Answer::Orders(ask, outcome(page))
        }
        Effect::FetchListings(ask) => {
            let page = client.listings(&page(&ask), None).await;
            Answer::Listings(ask, outcome(page))
        }
        Effect::FetchPayouts(ask) => {
            let page: Result<Page<_>, _> = client.payouts(&page(&ask)).await;
            Answer::Payouts(ask, outcome(page))
        }
        Effect::Ship { number, parcel } => {
            let shipped = client.ship_order(&number, &parcel).await;
            Answer::Shipped(number, outcome(shipped))
        }
        Effect::EditListing { listing, version, edit } => {
            let saved = client.edit_listing(listing, version, &edit).await;
            Answer::ListingSaved(listing.to_string(), outcome(saved))
        }
        Effect::Publish(listing) => Answer::ListingSaved(
            listing.to_string(),
            outcome(client.publish_listing(listing).await),
        ),
        Effect::Pause(listing) => {
            Answer::ListingSaved(listing.to_string(), outcome(client.pause_listing(listing).await))
        }
        Effect::FetchSettings => Answer::Settings(outcome(told(client).await).map(Box::new)),
        Effect::EditProfile { label, version, edit } => {
            Answer::ProfileSaved(label, outcome(client.edit_profile(version, &edit).await))
        }
        Effect::SetPortrait(path) => {
            Answer::ProfileSaved("Portrait", picture::set_portrait(client, &path).await)
        }
        Effect::RemovePortrait => {
            Answer::ProfileSaved("Portrait", outcome(client.remove_avatar().await))
        }
        Effect::ChangePassword { current, new, code } => {
            let change = PasswordChange {
                current_password: current.expose(),
                new_password: new.expose(),
                code: code.map(Secret::expose),
            };
            let changed = client.change_password(&change).await;
            Answer::PasswordChanged(changed.as_ref().err().and_then(fault), outcome(changed))
        }
        Effect::EditShop { label, version, edit } => {
            Answer::ShopSaved(label, outcome(client.edit_shop_profile(version, &edit).await))
        }
        Effect::SetShopPicture { label, version, which, file, alt } => {
            let set = picture::set_shop_picture(client, version, which, &file, alt);
            Answer::ShopSaved(label, set.await)
        }
        Effect::PauseShop { version, pause } => {
            Answer::ShopSaved("Holiday", outcome(client.pause_shop(version, &pause).await))
        }
        Effect::ResumeShop { version } => {
            Answer::ShopSaved("Holiday", outcome(client.resume_shop(version).await))
        }
        Effect::EndSession(id) => Answer::SessionEnded(id, outcome(client.end_session(id).await)),
        Effect::KeepEmail => Answer::EmailKept(outcome(client.keep_email().await)),
        Effect::Reconcile(payout) => {
            let wanted = ReconcileRequest { payout: Some(payout), ..ReconcileRequest::default() };
            Answer::Reconciled(outcome(client.reconcile(&wanted).await))
        }
        _ => return None,
    })
}

/// What the artisan shows, how she signs in, and her shop if she has one.
async fn told(client: &Client) -> Result<Told, ClientError> {
    let own = (client.profile(), client.sign_in(), client.sessions());
    let (profile, sign_in, sessions) = tokio::try_join!(own.0, own.1, own.2)?;
    let shop = match client.shop_profile().await {
        Ok(shop) => Some(shop),
        Err(ClientError::Problem(problem)) if problem.code == Code::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(Told { profile, sign_in, sessions: sessions.items, shop })
}

/// One thing opened.
async fn read(client: &Client, effect: Effect) -> Option<Answer> {
    Some(match effect {
        Effect::FetchOrder(number) => {
            let order = client.order(&number).await;
            Answer::Order(number, outcome(order))
        }
        Effect::FetchListing(id) => {
            Answer::Listing(id.to_string(), outcome(client.listing(id).await))
        }
        Effect::FetchPayout(id) => {
            let payout = client.payout(&id).await;
            Answer::Payout(id, outcome(payout))
        }
        _ => return None,
    })
}

/// Listens until the console is gone, beginning anew after the event seen last.
async fn listen(client: &Client, actions: &Sender<Action>, hurry: &Notify) {
    let mut backoff = client.backoff();
    let (mut last, mut attempt) = (None, 0);
    while !actions.is_closed() {
        match client.events(last).await {
            Ok(mut events) => {
                attempt = 0;
                backoff.reset();
                let _ = actions.send(Action::Link(Link::Live)).await;
                while let Ok(event) = events.next().await {
                    last = Some(event.seq);
                    let _ = actions.send(Action::Event(event)).await;
                }
            }
            Err(ClientError::Problem(problem)) if problem.code == Code::Unauthenticated => {
                let _ = actions.send(Action::Link(Link::SignedOut)).await;
                hurry.notified().await;
                continue;
            }
            Err(_) => {}
        }
        attempt += 1;
        let link =
            if attempt > OFFLINE_AFTER { Link::Offline } else { Link::Reconnecting(attempt) };
        let _ = actions.send(Action::Link(link)).await;
        tokio::select! {
            () = tokio::time::sleep(backoff.next_wait()) => {}
            () = hurry.notified() => {}
        }
    }
}

fn page(ask: &Ask) -> PageRequest {
    PageRequest { limit: Some(MAX_LIMIT), after: ask.after() }
}

/// What of a change of the password was refused.
fn fault(error: &ClientError) -> Option<Asked> {
    let ClientError::Problem(problem) = error else { return None };
    match (problem.code, problem.field.as_deref()) {
        (Code::CodeNeeded, _) | (_, Some("code")) => Some(Asked::Code),
        (_, Some("current_password")) => Some(Asked::Current),
        (_, Some("new_password")) => Some(Asked::New),
        _ => None,
    }
}

pub(super) fn outcome<T>(result: Result<T, ClientError>) -> Outcome<T> {
    result.map_err(|error| {
        let kind = match &error {
            ClientError::Unreachable { .. } => FailureKind::Unreachable,
            ClientError::Problem(problem) => match problem.code {
                Code::Unauthenticated => FailureKind::SignedOut,
                Code::Conflict => FailureKind::Conflict,
                Code::Unavailable => FailureKind::Unreachable,
                _ => FailureKind::Refused,
            },
            ClientError::Protocol(_) | ClientError::Server { .. } => FailureKind::Refused,
        };
        let message = match kind {
            FailureKind::SignedOut => "This terminal is signed out.".to_owned(),
            _ => sentence(&error.to_string()),
        };
        Failure { kind, message }
    })
}

#[cfg(test)]
mod tests {
    use api::Problem;

    use super::*;

    #[test]
    fn a_refused_password_is_told_where_it_was_typed() {
        let at = |code, field: Option<&str>| {
            let (field, detail) = (field.map(str::to_owned), "no".to_owned());
            let problem = Problem { status: 400, code, detail, field, request_id: None };
            fault(&ClientError::Problem(problem))
        };
        assert_eq!(at(Code::Invalid, Some("current_password")), Some(Asked::Current));
        assert_eq!(at(Code::Invalid, Some("new_password")), Some(Asked::New));
        assert_eq!(at(Code::Invalid, Some("code")), Some(Asked::Code));
        assert_eq!(at(Code::CodeNeeded, None), Some(Asked::Code));
        assert_eq!(at(Code::RateLimited, None), None);
    }
}
