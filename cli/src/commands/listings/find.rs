//! Finds a listing by what people call it.

use api::client::Client;
use api::listing::{Listing, ListingSummary, Variant};

use crate::exit::{Exit, Failure, lookup};
use crate::paging::Paging;
use crate::talk::Talk;

const WHERE: &str = "`stall listings list` shows ids and SKUs";

/// The listing with this id, short or long, or with this address, or the one that has this SKU.
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
    if let Some(row) = rows.iter().find(|row| row.slug == name || row.handle() == name) {
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

/// The variant with this SKU or these values; where nobody asked for one, the only one will do.
pub(super) fn variant<'a>(
    listing: &'a Listing,
    name: &str,
    asked: bool,
) -> anyhow::Result<&'a Variant> {
    let plain = |text: &str| text.split([',', '/']).map(|it| it.trim().to_lowercase()).collect();
    let wanted: Vec<String> = plain(name);
    let is_named = |it: &&Variant| it.sku == name || plain(&it.values.join(",")) == wanted;
    let named: Vec<&Variant> = listing.variants.iter().filter(is_named).collect();
    match (named.as_slice(), listing.variants.as_slice()) {
        ([one], _) => Ok(one),
        ([], [only]) if !asked => Ok(only),
        _ => {
            let known = listing.variants.iter().map(|it| match it.values.join(", ") {
                values if values.is_empty() => it.sku.clone(),
                values => format!("“{values}”"),
            });
            let known = known.collect::<Vec<_>>().join(", ");
            let message = if asked {
                format!("“{}” has no variant {name}", listing.title)
            } else {
                format!("“{}” has {} variants", listing.title, listing.variants.len())
            };
            Err(Failure::usage(message, format!("name one with --variant: {known}")).into())
        }
    }
}
