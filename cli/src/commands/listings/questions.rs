//! `stall listings questions`.

use api::Money;
use api::client::Client;
use api::listing::{Listing, ListingEdit};
use api::question::{AnswerKind, Question};

use super::find;
use crate::commands::price;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::output::{Cell, Column};

/// Characters of an answer where nobody says how many.
const LONGEST: u32 = 60;

/// Arguments of `listings questions`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its id, a SKU of it, or the last part of its address
    #[arg(value_name = "LISTING")]
    listing: String,
    /// Ask this as well; a question with the same label is replaced
    #[arg(long, value_name = "LABEL", conflicts_with = "remove")]
    add: Option<String>,
    /// Characters that an answer may have, 1 to 200 (60 unless said)
    #[arg(long, value_name = "N", requires = "add", conflicts_with = "choice")]
    longest: Option<u32>,
    /// One of the answers to choose from, in place of one's own words; give it several times
    #[arg(long, value_name = "ANSWER", requires = "add")]
    choice: Vec<String>,
    /// The piece cannot be ordered without an answer
    #[arg(long, requires = "add")]
    required: bool,
    /// What an answer adds to the price of each piece, such as 5.00
    #[arg(long, value_name = "PRICE", requires = "add")]
    surcharge: Option<String>,
    /// Do not ask this any more
    #[arg(long, value_name = "LABEL")]
    remove: Option<String>,
}

const ROWS: &[Column<Question>] = &[
    Column { title: "QUESTION", cell: |row| Cell::long(&row.label) },
    Column { title: "ANSWER", cell: |row| Cell::long(row.answer_label()) },
    Column { title: "REQUIRED", cell: |row| Cell::new(if row.required { "yes" } else { "no" }) },
    Column {
        title: "SURCHARGE",
        cell: |row| Cell::number(row.surcharge.map_or_else(String::new, |added| added.to_string())),
    },
];

/// Shows what a listing asks, after a change if there is one to make.
pub(super) async fn run(ctx: &Context, client: &Client, args: Args) -> anyhow::Result<Exit> {
    let listing = find::listing(client, &args.listing).await?;
    let Some(questions) = changed(&listing, &args)? else {
        if listing.questions.is_empty() {
            ctx.talk.note(format!("“{}” asks nothing.", listing.title));
        }
        ctx.out.list(&listing.questions, ROWS)?;
        return Ok(Exit::Done);
    };
    let edit = ListingEdit { questions: Some(questions), ..ListingEdit::default() };
    let listing = client.edit_listing(listing.id, listing.version, &edit).await?;
    ctx.out.list(&listing.questions, ROWS)?;
    Ok(Exit::Done)
}

/// What it shall ask, if that changes.
fn changed(listing: &Listing, args: &Args) -> anyhow::Result<Option<Vec<Question>>> {
    let mut questions = listing.questions.clone();
    if let Some(label) = &args.remove {
        let before = questions.len();
        questions.retain(|question| question.label != *label);
        if questions.len() == before {
            let message = format!("“{}” does not ask “{label}”", listing.title);
            let help = format!("`stall listings questions {}` shows what it asks", args.listing);
            return Err(Failure::usage(message, help).into());
        }
        return Ok(Some(questions));
    }
    let Some(label) = &args.add else { return Ok(None) };
    let question = question(listing, label, args)?;
    match questions.iter_mut().find(|known| known.label == *label) {
        Some(known) => *known = question,
        None => questions.push(question),
    }
    Ok(Some(questions))
}

fn question(listing: &Listing, label: &str, args: &Args) -> anyhow::Result<Question> {
    let parsed = |text: &String| -> anyhow::Result<Money> {
        let currency = listing.variants.first().map(|variant| variant.price.currency());
        let currency = currency.ok_or_else(|| anyhow::anyhow!("a listing without a variant"))?;
        let price = Money::parse(text, currency);
        Ok(price.map_err(|error| Failure::usage(error.to_string(), price::remedy(text)))?)
    };
    let answer = if args.choice.is_empty() {
        AnswerKind::Text { longest: args.longest.unwrap_or(LONGEST) }
    } else {
        AnswerKind::Choice { choices: args.choice.clone() }
    };
    let surcharge = args.surcharge.as_ref().map(parsed).transpose()?;
    Ok(Question { label: label.to_owned(), answer, required: args.required, surcharge })
}
