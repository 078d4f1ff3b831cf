//! `stall listings edit`, `edits` and `undo`: one change to many listings.

use api::Id;
use api::bulk_edit::{BulkChange, BulkEdit, BulkEditStatus, BulkFilter, BulkRow, NewBulkEdit};
use api::client::{Client, ClientError};
use api::import::PlannedAction;
use api::page::{MAX_LIMIT, PageRequest};
use serde::Serialize;

use super::history;
use crate::commands::agree;
use crate::context::Context;
use crate::exit::{Exit, Failure, lookup};
use crate::output::{Cell, Column, View};
use crate::paging::Paging;
use crate::progress::Progress;
use crate::talk::Talk;
use crate::words::counted;

/// Listings of a plan that are shown on a terminal; `-o json` shows all of them.
const SHOWN: usize = 20;
/// Fields that are shown of each.
const FIELDS: usize = 6;

/// Arguments of `listings edit`.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").required(true).args(["filter", "all", "resume"]))]
pub(crate) struct Edit {
    /// Which listings, such as `status:active tag:gift price:20..40 sku:MUG- oat`; all of it holds
    #[arg(long = "where", value_name = "FILTER")]
    filter: Vec<String>,
    /// Every listing that is not archived
    #[arg(long)]
    all: bool,
    /// What becomes of them, such as price=+5%, stock=10, tag=+gift, made-in=10..14/5 or status=paused
    #[arg(long, value_name = "CHANGE", required_unless_present = "resume")]
    set: Vec<String>,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Go on with one that was stopped while it was applied
    #[arg(long, value_name = "EDIT", conflicts_with_all = ["set", "dry_run"])]
    resume: Option<Id<BulkEdit>>,
}

/// Arguments of `listings undo`.
#[derive(Debug, clap::Args)]
pub(crate) struct Undo {
    /// Its id, edt_…; the last one when absent
    #[arg(value_name = "EDIT")]
    id: Option<Id<BulkEdit>>,
}

/// Arguments of `listings edits`.
#[derive(Debug, clap::Args)]
pub(crate) struct Edits {
    #[command(flatten)]
    paging: Paging,
}

const ROWS: &[Column<BulkEdit>] = &[
    Column { title: "EDIT", cell: |edit| Cell::new(edit.id) },
    Column { title: "WHEN", cell: |edit| Cell::new(edit.created_at.minute()).minor() },
    Column { title: "WHERE", cell: |edit| Cell::long(meant(edit)) },
    Column { title: "SET", cell: |edit| Cell::long(edit.change.to_string()) },
    Column { title: "STATUS", cell: |edit| Cell::new(edit.status) },
    Column { title: "CHANGED", cell: |edit| Cell::number(edit.done) },
    Column { title: "AS BEFORE", cell: |edit| Cell::number(edit.undone).minor() },
];

/// What an edit came to, with every listing of its plan. Its keys are an interface.
#[derive(Debug, Serialize)]
struct Summary {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
    #[serde(flatten)]
    edit: BulkEdit,
    listings: Vec<BulkRow>,
}

/// Plans, shows, asks, applies.
pub(super) async fn edit(ctx: &Context, client: &Client, args: Edit) -> anyhow::Result<Exit> {
    if let Some(id) = args.resume {
        let edit = client.edit(id).await.map_err(|error| unknown(error, id))?;
        return resume(ctx, client, edit).await;
    }
    let currency = client.shop().await.map_err(crate::commands::shop::none)?.currency;
    let misread = |error: api::bulk_edit::WordError| {
        Failure::usage(error.to_string(), "`stall help listings edit` shows examples")
    };
    let filter = BulkFilter::parse(&args.filter.join(" "), currency).map_err(misread)?;
    if filter == BulkFilter::default() && !args.all {
        return Err(Failure::usage("--where says nothing", "name some, or add --all").into());
    }
    let mut change = BulkChange::default();
    args.set.iter().try_for_each(|text| change.set(text, currency)).map_err(misread)?;
    let opened = client.open_edit(&NewBulkEdit { filter, change }).await?;
    let agreed = async {
        let planned = plan(ctx, client, opened.id).await?;
        let left = decide(ctx, client, &planned, args.dry_run).await?;
        anyhow::Ok((planned, left))
    };
    match agreed.await {
        Ok((planned, None)) => {
            let applied = apply(ctx, client, planned).await?;
            end(ctx, client, applied).await
        }
        Ok((_, Some(exit))) => {
            client.drop_edit(opened.id).await?;
            Ok(exit)
        }
        Err(error) => {
            // The error is what counts; a plan that stays behind changes nothing.
            let _ = client.drop_edit(opened.id).await;
            Err(error)
        }
    }
}

/// Lists those of the past.
pub(super) async fn list(ctx: &Context, client: &Client, args: Edits) -> anyhow::Result<Exit> {
    let rows = args.paging.collect(&ctx.talk, async |page| client.edits(&page).await).await?;
    if rows.is_empty() {
        ctx.talk.note("No bulk edits in the last 30 days.");
    }
    ctx.out.list(&rows, ROWS)?;
    Ok(Exit::Done)
}

/// Which listings an edit means, in the words of `--where`.
fn meant(edit: &BulkEdit) -> String {
    let filter = edit.filter.to_string();
    if filter.is_empty() { "--all".to_owned() } else { filter }
}

/// Looks at every listing.
async fn plan(ctx: &Context, client: &Client, id: Id<BulkEdit>) -> anyhow::Result<BulkEdit> {
    let progress = Progress::new(ctx);
    let bar = progress.bar("plan", 0);
    loop {
        let edit = client.plan_edit(id).await?;
        bar.set(number(edit.planned + edit.failed + edit.unchanged));
        if edit.status != BulkEditStatus::Planning {
            return Ok(edit);
        }
    }
}

/// Shows the plan and asks. Nothing comes back if it is to be applied, else how the run ends.
async fn decide(
    ctx: &Context,
    client: &Client,
    planned: &BulkEdit,
    dry_run: bool,
) -> anyhow::Result<Option<Exit>> {
    ctx.talk.note(format!(
        "  change {:>5}   unchanged {:>5}   fail {:>5}",
        planned.planned, planned.unchanged, planned.failed
    ));
    say_rows(ctx, client, planned).await?;
    if dry_run || planned.planned == 0 {
        let listings = all_rows(ctx, client, planned.id).await?;
        if planned.unchanged + planned.failed + planned.planned == 0 {
            ctx.talk.note(format!("No listing matches: {}", meant(planned)));
        }
        ctx.talk.note("Nothing was changed.");
        let exit = if planned.failed > 0 { Exit::Partly } else { Exit::Done };
        let summary = Summary { dry_run, edit: planned.clone(), listings };
        ctx.out.one(&summary, || summary.view())?;
        return Ok(Some(exit));
    }
    let question = format!("Change {}? [y/N]", counted(planned.planned, "listing"));
    let help = "add --yes to apply the plan, or --dry-run to look at it";
    if agree::to(ctx, question, help).await? {
        return Ok(None);
    }
    ctx.talk.note("Nothing was changed.");
    Ok(Some(Exit::Done))
}

/// The first listings of a plan, field by field, and why others cannot be changed.
async fn say_rows(ctx: &Context, client: &Client, planned: &BulkEdit) -> anyhow::Result<()> {
    let limit = u32::try_from(SHOWN).ok();
    let page = PageRequest { limit, after: None };
    let rows = client.edit_rows(planned.id, Some(PlannedAction::Change), &page).await?.items;
    for row in &rows {
        ctx.talk.note(format!("  {}", history::shown(&row.title)));
        for change in row.changes.iter().take(FIELDS) {
            ctx.talk.note(history::line(change));
        }
        if row.changes.len() > FIELDS {
            ctx.talk.note(format!("      … and {} more fields", row.changes.len() - FIELDS));
        }
    }
    let more = planned.planned - i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if more > 0 {
        ctx.talk.note(format!(
            "  … and {}; --dry-run -o json names all of them",
            counted(more, "more listing")
        ));
    }
    say_errors(ctx, planned);
    Ok(())
}

fn say_errors(ctx: &Context, edit: &BulkEdit) {
    for error in edit.errors.iter().take(SHOWN) {
        Talk::plain(&format!("error: {}: {}", history::shown(&error.title), error.message));
    }
    let more = edit.failed + edit.skipped - i64::try_from(SHOWN).unwrap_or(i64::MAX);
    if more > 0 {
        ctx.talk.note(format!("  … and {more} more"));
    }
}

/// Applies a plan to its end; a stopped run can be resumed.
async fn apply(ctx: &Context, client: &Client, edit: BulkEdit) -> anyhow::Result<BulkEdit> {
    let hint = format!(
        "Continue with: `stall listings edit --resume {0}`, or take it back with: `stall listings undo {0}`",
        edit.id
    );
    let work = async |edit: &BulkEdit| client.apply_edit(edit.id).await;
    repeat(ctx, edit, BulkEditStatus::Applied, &hint, work).await
}

/// Calls until the edit stands where it shall.
async fn repeat(
    ctx: &Context,
    mut edit: BulkEdit,
    wanted: BulkEditStatus,
    hint: &str,
    step: impl AsyncFn(&BulkEdit) -> Result<BulkEdit, ClientError>,
) -> anyhow::Result<BulkEdit> {
    let progress = Progress::new(ctx);
    let is_undo = wanted == BulkEditStatus::Undone;
    let bar = progress.bar("listings", number(if is_undo { edit.done } else { edit.planned }));
    ctx.talk.if_stopped(hint);
    while edit.status != wanted {
        edit = step(&edit).await.inspect_err(|_| ctx.talk.note(hint))?;
        bar.set(number(if is_undo { edit.undone + edit.skipped } else { edit.done }));
    }
    Ok(edit)
}

async fn resume(ctx: &Context, client: &Client, edit: BulkEdit) -> anyhow::Result<Exit> {
    match edit.status {
        BulkEditStatus::Applying | BulkEditStatus::Applied => {
            let applied = apply(ctx, client, edit).await?;
            end(ctx, client, applied).await
        }
        BulkEditStatus::Planning | BulkEditStatus::Planned => {
            let message = format!("nobody agreed to the plan of {}", edit.id);
            Err(Failure::new(Exit::Conflict, message, "make the edit anew").into())
        }
        BulkEditStatus::Undoing | BulkEditStatus::Undone => {
            let message = format!("{} was undone", edit.id);
            Err(Failure::new(Exit::Conflict, message, "make the edit anew").into())
        }
    }
}

/// Takes an edit back: the one that is named, else the last.
pub(super) async fn undo(ctx: &Context, client: &Client, args: Undo) -> anyhow::Result<Exit> {
    let edit = match args.id {
        Some(id) => client.edit(id).await.map_err(|error| unknown(error, id))?,
        None => last(client).await?,
    };
    let left = edit.done - edit.undone - edit.skipped;
    let when = edit.created_at.minute();
    let question =
        format!("Give {} back what they had before {when}? [y/N]", counted(left, "listing"));
    if edit.status != BulkEditStatus::Undone
        && !agree::to(ctx, question, "add --yes to undo it").await?
    {
        ctx.talk.note("Nothing was changed.");
        return Ok(Exit::Done);
    }
    let hint = format!("Continue with: `stall listings undo {}`", edit.id);
    let work = async |edit: &BulkEdit| client.undo_edit(edit.id).await;
    let undone = repeat(ctx, edit, BulkEditStatus::Undone, &hint, work).await?;
    end(ctx, client, undone).await
}

/// The newest edit of which something was applied and not taken back.
async fn last(client: &Client) -> anyhow::Result<BulkEdit> {
    let mut page = PageRequest::default();
    loop {
        let edits = client.edits(&page).await?;
        let open = |edit: &BulkEdit| {
            use BulkEditStatus::{Applied, Applying, Undoing};
            matches!(edit.status, Applied | Applying | Undoing) && edit.done > 0
        };
        if let Some(edit) = edits.items.into_iter().find(open) {
            return Ok(edit);
        }
        page.after = edits.next;
        if page.after.is_none() {
            let help = "`stall listings restore` puts single listings back";
            return Err(Failure::new(Exit::Failed, "there is no bulk edit to undo", help).into());
        }
    }
}

/// Says what was left out, then the result.
async fn end(ctx: &Context, client: &Client, edit: BulkEdit) -> anyhow::Result<Exit> {
    say_errors(ctx, &edit);
    let was_undone = edit.status == BulkEditStatus::Undone;
    if !was_undone && edit.done > 0 {
        ctx.talk.note(format!("Undo it with: `stall listings undo {}`", edit.id));
    }
    let left_out = if was_undone { edit.skipped } else { edit.failed };
    let listings = all_rows(ctx, client, edit.id).await?;
    let summary = Summary { dry_run: false, edit, listings };
    ctx.out.one(&summary, || summary.view())?;
    Ok(if left_out > 0 { Exit::Partly } else { Exit::Done })
}

/// Every row of the plan, where somebody reads them: people see the first above the question.
async fn all_rows(
    ctx: &Context,
    client: &Client,
    id: Id<BulkEdit>,
) -> anyhow::Result<Vec<BulkRow>> {
    if ctx.out.is_for_people() {
        return Ok(Vec::new());
    }
    let fetch = async |page: PageRequest| {
        let page = PageRequest { limit: Some(MAX_LIMIT), ..page };
        client.edit_rows(id, None, &page).await
    };
    Ok(Paging::ALL.collect(&ctx.talk, fetch).await?)
}

impl Summary {
    /// For people.
    fn view(&self) -> View {
        let edit = &self.edit;
        // A plan that was not applied is gone by now.
        let is_plan = edit.status == BulkEditStatus::Planned;
        let id = if is_plan { String::new() } else { edit.id.to_string() };
        let status = match (self.dry_run, is_plan) {
            (true, _) => "dry run".to_owned(),
            (false, true) => "nothing to change".to_owned(),
            (false, false) => edit.status.to_string(),
        };
        let undone = edit.undone_at.map(|_| edit.undone.to_string()).unwrap_or_default();
        let skipped = edit.undone_at.map(|_| edit.skipped.to_string()).unwrap_or_default();
        let changed = if is_plan { edit.planned } else { edit.done };
        View::default().pairs([
            ("edit", Cell::new(id)),
            ("status", Cell::new(status)),
            (if is_plan { "would change" } else { "changed" }, Cell::new(changed)),
            ("unchanged", Cell::new(edit.unchanged)),
            ("failed", Cell::new(edit.failed)),
            ("as before", Cell::new(undone)),
            ("left as is", Cell::new(skipped)),
        ])
    }
}

fn unknown(error: ClientError, id: Id<BulkEdit>) -> anyhow::Error {
    let help = "`stall listings edits` shows those of the last 30 days";
    lookup(error, format!("you have no bulk edit {id}"), help)
}

fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}
