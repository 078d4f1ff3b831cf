//! Files on their way into a shop, by `stall` itself against the real server.

use std::fs;

use api::listing::Listing;
use serde_json::Value;

use crate::market::{Market, on_both_engines};
use crate::stall::Terminal;

on_both_engines![
    a_column_that_a_file_lacks_leaves_the_field_as_it_is,
    a_column_that_comes_back_is_compared_with_what_was_said_last,
    what_other_platforms_cannot_say_stays,
];

/// Everything that our own columns say of two mugs.
const WHOLE: &str = "\
key,title,description,category,materials,tags,option1_name,option1_value,sku,price,stock,publish
mug,Oat mug,Thrown by hand.,clay,stoneware,\"gift, tea\",Glaze,Oat,MUG-O,28.00,6,yes
mug,,,,,,,Sea,MUG-S,28.00,4,
";

/// The terminal of somebody who has a shop.
async fn artisan(market: &Market, name: &str) -> Terminal {
    let terminal = Terminal::of(market, name).await;
    terminal.reads(&["shop", "create", "--name", "Oat & Ash"], &[]).await;
    terminal
}

impl Terminal {
    /// Imports a text as a file; what came of it.
    async fn imports(&self, text: &str, more: &[&str]) -> Value {
        fs::write(self.folder.path().join("shop.csv"), text).unwrap();
        self.reads(&[&["import", "shop.csv", "--yes"], more].concat(), &[]).await
    }

    async fn shows(&self, name: &str) -> Listing {
        serde_json::from_value(self.reads(&["listings", "show", name], &[]).await).unwrap()
    }
}

/// The listing without what counts its changes.
fn content(listing: Listing) -> Listing {
    Listing { version: 0, updated_at: listing.created_at, ..listing }
}

async fn a_column_that_a_file_lacks_leaves_the_field_as_it_is(market: Market) {
    let ana = artisan(&market, "Ana").await;
    ana.imports(WHOLE, &["--publish"]).await;
    let before = ana.shows("MUG-O").await;
    assert_eq!((before.description.as_str(), before.tags.len()), ("Thrown by hand.", 2));

    let prices = "key,title,sku,price,stock\nmug,Oat mug,MUG-O,30.00,6\nmug,,MUG-S,28.00,4\n";
    let done = ana.imports(prices, &[]).await;
    assert_eq!(done["listings"]["changed"], 1, "{done}");
    let mut wanted = content(before.clone());
    wanted.variants[0].price = api::Money::new(3000, api::Currency::EUR);
    assert_eq!(content(ana.shows("MUG-O").await), wanted, "only the price");

    // Without SKUs the options say which variant is meant.
    let stock = "key,title,option1_name,option1_value,price,stock\n\
                 mug,Oat mug,Glaze,Oat,30.00,9\nmug,,,Sea,28.00,4\n";
    ana.imports(stock, &[]).await;
    wanted.variants[0].available = 9;
    assert_eq!(content(ana.shows("MUG-O").await), wanted, "only the stock");
}

async fn a_column_that_comes_back_is_compared_with_what_was_said_last(market: Market) {
    let ana = artisan(&market, "Ana").await;
    ana.imports(WHOLE, &["--publish"]).await;
    ana.reads(&["listings", "edit", "--all", "--set", "tag=+new", "--yes"], &[]).await;
    ana.reads(&["listings", "pause", "MUG-O"], &[]).await;
    let before = ana.shows("MUG-O").await;
    // Nothing changed for this file, so nothing is written but what it said.
    let short = "key,title,sku,price,stock\nmug,Oat mug,MUG-O,28.00,6\nmug,,MUG-S,28.00,4\n";
    assert_eq!(ana.imports(short, &[]).await["listings"]["unchanged"], 1);
    assert_eq!(ana.imports(WHOLE, &["--publish"]).await["listings"]["unchanged"], 1);
    assert_eq!(ana.shows("MUG-O").await, before, "tags and the pause stay");
    let emptied = WHOLE.replace("\"gift, tea\"", "");
    assert_eq!(ana.imports(&emptied, &[]).await["listings"]["changed"], 1);
    assert!(ana.shows("MUG-O").await.tags.is_empty(), "an empty cell says so");
}

async fn what_other_platforms_cannot_say_stays(market: Market) {
    let ana = artisan(&market, "Ana").await;
    ana.imports(WHOLE, &["--publish"]).await;
    let mut wanted = content(ana.shows("MUG-O").await);
    let shopify = "Handle,Title,Option1 Name,Option1 Value,Variant Price\n\
                   oat-mug,Oat mug,Glaze,Oat,31.00\noat-mug,,,Sea,28.00\n";
    ana.imports(shopify, &[]).await;
    wanted.variants[0].price = api::Money::new(3100, api::Currency::EUR);
    assert_eq!(
        content(ana.shows("MUG-O").await),
        wanted,
        "materials, SKUs, pieces and all the rest"
    );

    let images = ",".repeat(10);
    let headers = "TITLE,DESCRIPTION,PRICE,CURRENCY_CODE,QUANTITY,TAGS,MATERIALS,IMAGE1,IMAGE2,IMAGE3,IMAGE4,\
                   IMAGE5,IMAGE6,IMAGE7,IMAGE8,IMAGE9,IMAGE10,VARIATION 1 TYPE,VARIATION 1 NAME,\
                   VARIATION 1 VALUES,VARIATION 2 TYPE,VARIATION 2 NAME,VARIATION 2 VALUES,SKU";
    let row = format!(
        "Oat mug,Carved from oak.,31.00,EUR,10,\"gift,tea\",oak{images},Glaze,Glaze,\"Oat,Sea\",,,,ONE"
    );
    ana.imports(&format!("{headers}\n{row}\n"), &[]).await;
    let now = ana.shows("MUG-O").await;
    assert_eq!(now.description, "Carved from oak.");
    assert_eq!(now.category, wanted.category, "no file of Etsy’s names a shelf");
    let skus: Vec<&str> = now.variants.iter().map(|variant| variant.sku.as_str()).collect();
    assert_eq!(skus, ["MUG-O", "MUG-S"], "one SKU for two variants is none");
}
