//! Imports of the past.

use api::Id;
use api::client::Client;
use api::import::{ApplyRequest, Import, ImportStatus, RowError};

use super::summary::counts;
use crate::context::Context;
use crate::exit::{Exit, Failure, lookup};
use crate::output::{Cell, Column, Grid, View};
use crate::paging::Paging;

/// Arguments of `import list`.
#[derive(Debug, clap::Args)]
pub(super) struct List {
    #[command(flatten)]
    paging: Paging,
}

/// Arguments of `import show` and `import resume`.
#[derive(Debug, clap::Args)]
pub(super) struct One {
    /// Its id, imp_…
    #[arg(value_name = "IMPORT")]
    id: Id<Import>,
}

const ROWS: &[Column<Import>] = &[
    Column { title: "IMPORT", cell: |import| Cell::new(import.id) },
    Column { title: "DATE", cell: |import| Cell::new(import.created_at.minute()).minor() },
    Column { title: "FILE", cell: |import| Cell::long(&import.file) },
    Column { title: "STATUS", cell: |import| Cell::new(import.status) },
    Column { title: "CREATED", cell: |import| Cell::number(import.listings.created).minor() },
    Column { title: "CHANGED", cell: |import| Cell::number(import.listings.changed).minor() },
    Column { title: "UNCHANGED", cell: |import| Cell::number(import.listings.unchanged).minor() },
    Column { title: "FAILED", cell: |import| Cell::number(import.listings.failed) },
];

/// Shows the history.
pub(super) async fn list(ctx: &Context, args: List) -> anyhow::Result<Exit> {
    let client = ctx.client()?;
    let rows = args.paging.collect(&ctx.talk, async |page| client.imports(&page).await).await?;
    if rows.is_empty() {
        ctx.talk.note("Nothing was imported yet.");
    }
    ctx.out.list(&rows, ROWS)?;
    Ok(Exit::Done)
}

/// Shows one.
pub(super) async fn show(ctx: &Context, args: One) -> anyhow::Result<Exit> {
    let import = find(&ctx.client()?, args.id).await?;
    ctx.out.one(&import, || view(&import))?;
    Ok(Exit::Done)
}

/// Goes on where applying stopped; what was asked then still holds.
pub(super) async fn resume(ctx: &Context, args: One) -> anyhow::Result<Exit> {
    let client = ctx.client()?;
    let import = find(&client, args.id).await?;
    let import = match import.status {
        ImportStatus::Applied => import,
        ImportStatus::Applying => {
            let import = super::apply(ctx, &client, &import, &ApplyRequest::default()).await?;
            super::report::refusals(&ctx.talk, import.errors.iter());
            import
        }
        ImportStatus::Planning => {
            let message =
                format!("nobody agreed to the plan of {}, which may be incomplete", import.id);
            let help = "import the file again; pictures that are in stay in";
            return Err(Failure::new(Exit::Conflict, message, help).into());
        }
    };
    ctx.out.one(&import, || view(&import))?;
    Ok(if import.listings.failed > 0 { Exit::Partly } else { Exit::Done })
}

async fn find(client: &Client, id: Id<Import>) -> anyhow::Result<Import> {
    let unknown = |error| {
        lookup(error, format!("you have no import {id}"), "`stall import list` shows the ids")
    };
    client.import(id).await.map_err(unknown)
}

fn view(import: &Import) -> View {
    let applied = import.applied_at.map(api::Timestamp::minute).unwrap_or_default();
    let mut errors = Grid::new(["LINE", "COLUMN", "WHY IT FAILED"]);
    let row = |error: &RowError| {
        let (column, message) = (Cell::long(&error.column), Cell::long(&error.message));
        vec![Cell::number(error.line), column, message]
    };
    errors.rows = import.errors.iter().map(row).collect();
    let view = View::default().pairs([
        ("import", Cell::new(import.id)),
        ("file", Cell::new(&import.file)),
        ("format", Cell::new(import.format)),
        ("status", Cell::new(import.status)),
        ("begun", Cell::new(import.created_at.minute())),
        ("applied", Cell::new(applied)),
        ("listings", Cell::new(counts(&import.listings))),
        ("variants", Cell::new(counts(&import.variants))),
    ]);
    if errors.rows.is_empty() { view } else { view.grid(errors) }
}
