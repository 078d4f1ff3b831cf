//! `stall profile log`.

use api::audit::{AuditEntry, UNTOLD};

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Cell, Column};
use crate::paging::Paging;

/// What stands below the options.
pub(super) fn help() -> String {
    let untold = UNTOLD.join("\n  ");
    format!("Not listed:\n  {untold}\n\nExample:\n  stall profile log --limit 20")
}

/// Lists what was done in one's name.
pub(crate) async fn run(ctx: &Context, paging: Paging) -> anyhow::Result<Exit> {
    let client = ctx.client()?;
    let rows = paging.collect(&ctx.talk, async |page| client.profile_log(&page).await).await?;
    ctx.out.list(&rows, ROWS)?;
    Ok(Exit::Done)
}

const ROWS: &[Column<AuditEntry>] = &[
    Column { title: "WHEN", cell: |row| Cell::new(row.at.minute()) },
    Column { title: "WITH", cell: |row| Cell::new(row.means).minor() },
    Column { title: "YOU", cell: |row| Cell::long(row.verb.told()) },
    Column { title: "OBJECT", cell: |row| Cell::id(row.named().unwrap_or_default()) },
];
