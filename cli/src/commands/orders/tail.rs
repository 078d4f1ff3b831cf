//! `stall orders tail`.

use api::client::{Client, ClientError, Events};
use api::event::{Event, EventKind};

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Cell, Column};

const COLUMNS: &[Column<Event>] = &[
    Column { title: "AT", cell: |event| Cell::new(event.at.minute()) },
    Column { title: "KIND", cell: |event| Cell::new(event.kind) },
    Column { title: "ORDER", cell: |event| Cell::new(&event.object) },
    Column { title: "WHAT", cell: |event| Cell::new(&event.text) },
];

/// Arguments of `orders tail`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Begin after this event; its number is `seq` in JSON
    #[arg(long, value_name = "SEQ")]
    since: Option<i64>,
    /// Stop after so many events
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

/// Follows the events until it is stopped; a lost connection is taken up where it broke.
pub(super) async fn run(ctx: &Context, client: &Client, args: Args) -> anyhow::Result<Exit> {
    let mut tail = Tail { ctx, last: args.since, left: args.limit, first: true };
    let mut backoff = client.backoff();
    // The first failure is told at once: a wrong address or a spent token will not mend itself.
    let mut stream = client.events(tail.last).await?;
    ctx.talk.note("Waiting for orders; Ctrl-C stops.");
    loop {
        let Err(error) = tail.follow(&mut stream).await? else { return Ok(Exit::Done) };
        ctx.talk.note(format!("{error}; connecting again"));
        backoff.reset();
        stream = loop {
            tokio::time::sleep(backoff.next_wait()).await;
            match client.events(tail.last).await {
                Ok(stream) => break stream,
                Err(error) if Exit::of_client(&error) == Exit::Unreachable => {}
                Err(error) => return Err(error.into()),
            }
        };
    }
}

struct Tail<'a> {
    ctx: &'a Context,
    last: Option<i64>,
    left: Option<u64>,
    first: bool,
}

impl Tail<'_> {
    /// Writes events until there were enough, or the stream breaks: the inner error.
    async fn follow(&mut self, stream: &mut Events) -> anyhow::Result<Result<(), ClientError>> {
        while self.left != Some(0) {
            let event = match stream.next().await {
                Ok(event) => event,
                Err(error @ ClientError::Unreachable { .. }) => return Ok(Err(error)),
                Err(error) => return Err(error.into()),
            };
            self.last = Some(event.seq);
            self.write(&event)?;
        }
        Ok(Ok(()))
    }

    fn write(&mut self, event: &Event) -> anyhow::Result<()> {
        match event.kind {
            EventKind::OrderPaid | EventKind::OrderShipped => {
                self.ctx.out.next(event, COLUMNS, self.first)?;
                self.first = false;
                self.left = self.left.map(|left| left.saturating_sub(1));
            }
            EventKind::Reset => {
                self.ctx.talk.warn("some events were missed; `stall orders list` shows all orders");
            }
            _ => {}
        }
        Ok(())
    }
}
