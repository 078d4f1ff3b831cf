//! `stall import`.

mod error_file;
mod file;
mod history;
mod photos;
mod plan;
mod report;
mod summary;
mod survey;
mod upload;

use std::path::PathBuf;

use api::Id;
use api::client::Client;
use api::import::{ApplyRequest, Decimal, Format, Import, ImportStatus, NewImport, Wishes, sniff};

use self::file::File;
use self::photos::Folder;
use self::plan::Plan;
use self::summary::Summary;
use self::survey::Survey;
use self::upload::{Photos, Upload};
use crate::commands::agree;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::progress::Progress;

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:
  stall import products.csv --images photos/ --dry-run     what would happen
  stall import products.csv --images photos/ --publish     do it, and put them on sale
  stall import EtsyListingsDownload.csv -o json --yes
  stall import template > my-shop.csv                      a file to begin with

A second run of the same file changes nothing. Rows with errors are left out and written to an
error file, which can be corrected and imported like any other file."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    file: FileArgs,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List what was imported, newest first
    List(history::List),
    /// Show one import
    Show(history::One),
    /// Go on with an import that was stopped while it was applied
    Resume(history::One),
    /// Print a file to begin with: our columns and three rows
    Template,
}

/// What to import, and how.
#[derive(Debug, clap::Args)]
struct FileArgs {
    /// File to read; `-` is standard input
    #[arg(required = true)]
    file: Option<PathBuf>,
    /// Folder with the pictures: by the name in the file, or SKU-1.jpg, handle-1.jpg, title-1.jpg
    #[arg(long, value_name = "DIR")]
    images: Option<PathBuf>,
    /// Whose columns: auto, stall, shopify or etsy
    #[arg(long, default_value = "auto", value_parser = or_auto::<Format>, hide_default_value = true)]
    format: OrAuto<Format>,
    /// Check every row, show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Put on sale what the file has for sale; drafts otherwise
    #[arg(long)]
    publish: bool,
    /// Remove variants that the file no longer has
    #[arg(long)]
    allow_delete: bool,
    /// What stands before the cents: auto, dot or comma
    #[arg(long, value_name = "MARK", default_value = "auto", hide_default_value = true)]
    price_decimal: Decimal,
    /// Encoding of the file: auto, utf-8, windows-1252, utf-16le …
    #[arg(long, default_value = "auto", hide_default_value = true)]
    encoding: String,
    /// What stands between the cells: auto, comma, semicolon, tab, pipe or one character
    #[arg(long, value_name = "MARK", default_value = "auto", value_parser = delimiter, hide_default_value = true)]
    delimiter: OrAuto<u8>,
    /// Where rows with errors go; FILE.errors.csv when absent
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// Pictures to send at the same time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=32))]
    jobs: u8,
}

/// A choice that may be left to us.
#[derive(Clone, Copy, Debug)]
struct OrAuto<T>(Option<T>);

/// Does it.
pub(crate) async fn run(ctx: &Context, args: Args) -> anyhow::Result<Exit> {
    match args.command {
        None => import(ctx, args.file).await,
        Some(Command::List(list)) => history::list(ctx, list).await,
        Some(Command::Show(one)) => history::show(ctx, one).await,
        Some(Command::Resume(one)) => history::resume(ctx, one).await,
        Some(Command::Template) => {
            Output::text(api::import::TEMPLATE)?;
            Ok(Exit::Done)
        }
    }
}

/// One import under way.
struct Run<'a> {
    ctx: &'a Context,
    client: &'a Client,
    args: &'a FileArgs,
    file: &'a File,
    folder: &'a Folder,
    survey: &'a Survey,
}

async fn import(ctx: &Context, args: FileArgs) -> anyhow::Result<Exit> {
    let client = ctx.client()?;
    let folder = args.images.as_deref().map(Folder::open).transpose()?.unwrap_or_default();
    let path = args.file.clone().unwrap_or_default();
    let file = File::open(&path)?;
    let currency = client.shop().await.map_err(super::shop::none)?.currency;
    let wishes = Wishes {
        format: args.format.0,
        encoding: Some(args.encoding.clone()).filter(|name| name != "auto"),
        delimiter: args.delimiter.0,
    };
    let layout = sniff(file.reader()?, &wishes).map_err(|error| cannot_be_read(&file, &error))?;
    report::layout(&ctx.talk, &file, &layout);
    let survey = Survey::of(&file, layout, (currency, args.price_decimal), &folder).await?;
    report::findings(&ctx.talk, &file, &survey)?;
    Run { ctx, client: &client, args: &args, file: &file, folder: &folder, survey: &survey }
        .go()
        .await
}

impl Run<'_> {
    async fn go(&self) -> anyhow::Result<Exit> {
        let progress = Progress::new(self.ctx);
        // Nothing travels for a plan that nobody can agree to.
        let decided = self.ctx.globals.yes || self.ctx.may_ask();
        let upload = Upload {
            client: self.client,
            talk: &self.ctx.talk,
            jobs: usize::from(self.args.jobs),
            dry_run: self.args.dry_run || !decided,
        };
        let photos = upload.run(&self.survey.photos, &progress).await?;
        let plan = self.plan(&photos, &progress).await?;
        report::plan(&self.ctx.talk, &plan, &photos, self);
        if self.args.dry_run {
            self.client.drop_import(plan.import.id).await?;
            return self.end(Summary::planned(self.survey, &plan, &photos));
        }
        if plan.changes_something() && !self.agreed(&plan).await? {
            self.client.drop_import(plan.import.id).await?;
            self.ctx.talk.note(report::declined(&photos));
            return Ok(Exit::Done);
        }
        let request = ApplyRequest { allow_delete: self.args.allow_delete };
        let import = apply(self.ctx, self.client, &plan.import, &request).await?;
        report::applied(&self.ctx.talk, &plan, &import);
        self.end(Summary::applied(self.survey, &plan, &photos, import))
    }

    /// Sends what can be imported and gathers what the market would do with it.
    async fn plan(&self, photos: &Photos, progress: &Progress<'_>) -> anyhow::Result<Plan> {
        let new = NewImport {
            file: self.file.name(),
            format: self.survey.layout.format,
            allow_delete: self.args.allow_delete,
            kept_out: u32::try_from(self.survey.failed).unwrap_or(u32::MAX),
        };
        let import = self.client.open_import(&new).await?;
        let mut plan = Plan::new(import);
        match plan.fill(self, photos, progress).await {
            Ok(()) => Ok(plan),
            Err(error) => {
                // The error is what counts; a plan that stays behind changes nothing.
                let _ = self.client.drop_import(plan.import.id).await;
                Err(error)
            }
        }
    }

    /// Asks, unless `--yes` has answered.
    async fn agreed(&self, plan: &Plan) -> anyhow::Result<bool> {
        if self.ctx.globals.yes {
            return Ok(true);
        }
        if !self.ctx.may_ask() {
            self.client.drop_import(plan.import.id).await?;
            let help = "add --yes to apply the plan, or --dry-run to look at it";
            return Err(
                Failure::new(Exit::InputNeeded, "the plan waits for an answer", help).into()
            );
        }
        let question = report::question(plan);
        let answer = tokio::task::spawn_blocking(move || agree::ask(&question)).await??;
        Ok(answer)
    }

    /// Writes the error file where there is something for it, then the result.
    fn end(&self, mut summary: Summary) -> anyhow::Result<Exit> {
        let failed = !summary.errors.is_empty() || summary.listings.failed > 0;
        if failed && (!self.args.dry_run || self.args.errors.is_some()) {
            let path = error_file::write(
                self.file,
                self.survey,
                &summary.errors,
                self.args.errors.as_deref(),
            )?;
            self.ctx.talk.note(format!(
                "Rows with errors are in {}; correct and import it.",
                path.display()
            ));
        }
        summary.errors.sort_by_key(|error| error.line);
        self.ctx.out.one(&summary, || summary.view())?;
        Ok(if failed { Exit::Partly } else { Exit::Done })
    }
}

/// Applies a plan to its end; a stopped run can be resumed.
async fn apply(
    ctx: &Context,
    client: &Client,
    import: &Import,
    request: &ApplyRequest,
) -> anyhow::Result<Import> {
    let progress = Progress::new(ctx);
    let total = u64::try_from(import.planned).unwrap_or_default();
    let bar = progress.bar("listings", total);
    let before = u64::try_from(import.done).unwrap_or_default();
    bar.set(before);
    ctx.talk.if_stopped(resume_hint(import.id, before, total));
    loop {
        let applied = client.apply_import(import.id, request).await;
        let import =
            applied.inspect_err(|_| ctx.talk.note(resume_hint(import.id, bar.done(), total)))?;
        let done = u64::try_from(import.done).unwrap_or_default();
        bar.set(done);
        ctx.talk.if_stopped(resume_hint(import.id, done, total));
        if import.status == ImportStatus::Applied {
            return Ok(import);
        }
    }
}

/// The market carries out what it has in hand even when nobody waits for the answer, so there may
/// be more than it has told.
fn resume_hint(id: Id<Import>, done: u64, total: u64) -> String {
    let known = match done {
        0 => format!("some of {total} listings may be in"),
        done if done == total => format!("{done} of {total} listings are in"),
        _ => format!("{done} of {total} listings are in, and perhaps some more"),
    };
    format!("{known}. Continue with: `stall import resume {id}`")
}

fn cannot_be_read(file: &File, error: &api::import::FileError) -> anyhow::Error {
    Failure::usage(format!("{}: {error}", file.name()), "`stall help import` lists the formats")
        .into()
}

fn or_auto<T: std::str::FromStr>(text: &str) -> Result<OrAuto<T>, String>
where
    T::Err: std::fmt::Display,
{
    if text == "auto" {
        return Ok(OrAuto(None));
    }
    text.parse().map(|choice| OrAuto(Some(choice))).map_err(|error: T::Err| error.to_string())
}

fn delimiter(text: &str) -> Result<OrAuto<u8>, String> {
    let byte = match text {
        "auto" => return Ok(OrAuto(None)),
        "comma" => b',',
        "semicolon" => b';',
        "tab" | "\\t" => b'\t',
        "pipe" => b'|',
        _ => match text.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => *byte,
            _ => return Err("use auto, comma, semicolon, tab, pipe or one character".to_owned()),
        },
    };
    Ok(OrAuto(Some(byte)))
}
