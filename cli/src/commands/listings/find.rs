//! Finds a listing by what people call it.

use api::client::Client;
use api::listing::{Listing, ListingSummary, Variant};

use crate::exit::{Exit, Failure, lookup};
use crate::paging::Paging;
use crate::talk::Talk;

const WHERE: &str = "`stall listings list` shows ids and SKUs";

/// The listing with this id or address, or the one that has this SKU.
pub(super) async fn listing(client: &Client, name: &str) -> anyhow::Result<Listing> {
    if let Ok(id) = name.parse() {
        return client
            .listing(id)
            .await
            .map_err(|error| lookup(error, format!("you have no listing {name}"), WHERE));
    }
    let silent = Talk::new(true, false);
    let rows =
        Paging::ALL.collect(&silent, async |page| client.listings(&page, None).await).await?;
    if let Some(row) = rows.iter().find(|row| row.slug == name) {
        return Ok(client.listing(row.id).await?);
    }
    let mut found = Vec::new();
    for row in rows.iter().filter(|row| may_have(row, name)) {
        let listing = client.listing(row.id).await?;
        if listing.variants.iter().any(|variant| variant.sku == name) {
            found.push(listing);
        }
    }
    match (found.pop(), found.len()) {
        (Some(listing), 0) => Ok(listing),
        (Some(_), _) => Err(Failure::usage(
            format!("more than one listing has the SKU {name}"),
            "name one by its id, lst_…",
        )
        .into()),
        (None, _) => Err(Failure::new(
            Exit::Failed,
            format!("you have no listing with the id, SKU or address {name}"),
            WHERE,
        )
        .into()),
    }
}

/// A row tells one SKU only; with more variants the listing has to be opened.
fn may_have(row: &ListingSummary, sku: &str) -> bool {
    row.sku == sku || row.variants > 1
}

/// The variant with this SKU, or the only one.
pub(super) fn variant<'a>(listing: &'a Listing, name: &str) -> anyhow::Result<&'a Variant> {
    let named: Vec<&Variant> =
        listing.variants.iter().filter(|variant| variant.sku == name).collect();
    match (named.as_slice(), listing.variants.as_slice()) {
        ([one], _) => Ok(one),
        ([], [only]) => Ok(only),
        _ => {
            let known: Vec<&str> =
                listing.variants.iter().map(|variant| variant.sku.as_str()).collect();
            let message = format!("“{}” has {} variants", listing.title, known.len());
            Err(Failure::usage(message, format!("name one by its SKU: {}", known.join(", ")))
                .into())
        }
    }
}
