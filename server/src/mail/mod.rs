//! Letters to people: written in the transaction that causes them, sent by a job.

pub(crate) mod pages;
mod store;

use api::Id;
use api::account::Account;
use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use store::Letter;

use crate::db::Tx;
use crate::error::Error;
use crate::jobs::{self, Job};
use crate::state::AppState;

/// How letters leave the house.
#[derive(Clone)]
pub enum Mailer {
    /// They stay in the database and are shown at `/dev/mail`: the demo.
    Kept,
    /// By SMTP.
    Smtp {
        /// The relay.
        transport: Box<AsyncSmtpTransport<Tokio1Executor>>,
        /// Whom they come from.
        from: Box<Mailbox>,
    },
}

impl Mailer {
    /// From `STALL_MAIL_URL`: absent keeps them, `smtp://user:password@host?from=a@b` sends them.
    pub fn open(url: Option<&str>, market: &str) -> anyhow::Result<Self> {
        let Some(url) = url else { return Ok(Self::Kept) };
        let parsed = url::Url::parse(url)?;
        let from = parsed
            .query_pairs()
            .find(|(name, _)| name == "from")
            .map(|(_, value)| value.into_owned())
            .ok_or_else(|| anyhow::anyhow!("STALL_MAIL_URL needs ?from=address"))?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.build();
        let from = Mailbox::new(Some(market.to_owned()), from.parse()?);
        Ok(Self::Smtp { transport: Box::new(transport), from: Box::new(from) })
    }

    /// Whether letters stay here for everybody to read, as only a demo may.
    #[must_use]
    pub const fn keeps(&self) -> bool {
        matches!(self, Self::Kept)
    }
}

/// Whom a letter goes to.
#[derive(Clone, Copy)]
pub(crate) struct Recipient<'a> {
    /// The address.
    address: &'a str,
    /// Whose letter it is: the account that it tells of, whatever becomes of its address.
    account: Option<Id<Account>>,
}

impl<'a> Recipient<'a> {
    /// The person who has this account.
    pub(crate) fn of(account: &'a Account) -> Self {
        Self { address: &account.email, account: Some(account.id) }
    }

    /// Whoever reads what goes to an address. None where no account has the address yet or bought
    /// with it; then the letter belongs to the account that proves the address.
    pub(crate) const fn at(address: &'a str, account: Option<Id<Account>>) -> Self {
        Self { address, account }
    }
}

/// Writes a letter in the caller's transaction; it leaves when that is committed. Nobody writes to
/// people who went: their address is empty.
pub(crate) async fn write(
    state: &AppState,
    tx: &mut Tx,
    to: Recipient<'_>,
    subject: &str,
    body: &str,
) -> Result<(), Error> {
    if to.address.is_empty() {
        return Ok(());
    }
    hand_in(state, tx, to, (subject, body), false).await
}

/// Writes the last letter to somebody whose account goes in the caller's transaction; nothing of it
/// stays once it is sent.
pub(crate) async fn write_last(
    state: &AppState,
    tx: &mut Tx,
    address: &str,
    subject: &str,
    body: &str,
) -> Result<(), Error> {
    hand_in(state, tx, Recipient::at(address, None), (subject, body), true).await
}

async fn hand_in(
    state: &AppState,
    tx: &mut Tx,
    to: Recipient<'_>,
    text: (&str, &str),
    fleeting: bool,
) -> Result<(), Error> {
    let id = state.entropy.uuid(state.clock.now());
    store::insert(tx, id, to, text, fleeting, state.clock.now()).await?;
    jobs::enqueue(state, tx, &SendMail { mail: id }).await?;
    Ok(())
}

/// Makes letters that went to the proved address of an account, and to nobody's account, its own. To
/// be called before the address changes, since whoever proves it next must not have them.
pub(crate) async fn keep(tx: &mut Tx, account: Id<Account>) -> Result<(), Error> {
    store::keep(tx, account).await
}

/// The newest letters, for `/dev/mail`.
pub async fn newest(state: &AppState) -> Result<Vec<Letter>, Error> {
    store::newest(&state.db).await
}

/// One letter, for `/dev/mail/{id}`.
pub(crate) async fn find(state: &AppState, id: Uuid) -> Result<Letter, Error> {
    store::find(&state.db, id).await?.ok_or(Error::NotFound)
}

/// Hands a letter to the relay.
#[derive(Serialize, Deserialize)]
pub(crate) struct SendMail {
    mail: Uuid,
}

impl Job for SendMail {
    const KIND: &'static str = "send_mail";

    async fn run(self, state: &AppState) -> Result<(), Error> {
        let Some(letter) = store::find(&state.db, self.mail).await? else { return Ok(()) };
        if letter.sent_at.is_some() {
            return Ok(());
        }
        if let Mailer::Smtp { transport, from } = &state.mailer {
            let message = Message::builder()
                .from(Mailbox::clone(from))
                .to(letter.recipient.parse().map_err(anyhow::Error::new)?)
                // The same letter twice, after a crash between sending and noting, is one to the reader.
                .message_id(Some(format!("<{}@stallwright>", self.mail)))
                .subject(letter.subject.clone())
                .body(letter.body.clone())
                .map_err(anyhow::Error::new)?;
            transport.send(message).await.map_err(anyhow::Error::new)?;
        }
        store::mark_sent(&state.db, &letter, state.clock.now()).await
    }
}
