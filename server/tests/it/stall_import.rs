//! Files on their way into a shop, by `stall` itself against the real server.

use std::fs;

use api::listing::{Category, Listing, ListingStatus};
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value, json};

use crate::market::{Market, email_of, on_both_engines};
use crate::stall::Terminal;

on_both_engines![
    a_column_that_a_file_lacks_leaves_the_field_as_it_is,
    how_it_is_made_stays_where_a_file_is_silent,
    a_column_that_comes_back_is_compared_with_what_was_said_last,
    what_other_platforms_cannot_say_stays,
    pictures_that_listings_do_without_are_told_by_line_before_and_after,
    every_listing_is_counted_once_and_alike_everywhere,
    a_restore_says_exactly_what_becomes_of_pieces_and_state,
    one_piece_is_edited_by_the_name_that_the_list_shows,
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
    fn writes(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.folder.path().join(name), bytes).unwrap();
    }

    /// Imports a text as a file; what came of it.
    async fn imports(&self, text: &str, more: &[&str]) -> Value {
        self.writes("shop.csv", text);
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

async fn how_it_is_made_stays_where_a_file_is_silent(market: Market) {
    let ana = artisan(&market, "Ana").await;
    let whole = "key,title,sku,price,stock,made_in_days,weekly,publish\n\
                 mug,Oat mug,MUG-O,28.00,0,10..14,5,yes\n";
    ana.imports(whole, &["--publish"]).await;
    let made = async |ana: &Terminal| ana.shows("MUG-O").await.making.words();
    assert_eq!(ana.shows("MUG-O").await.status, ListingStatus::Active, "for sale without a piece");
    assert_eq!(made(&ana).await, "to order in 10 to 14 days, 5 a week");
    let again = ana.imports(whole, &[]).await;
    assert_eq!(again["listings"]["unchanged"], 1, "{again}");
    ana.imports("key,title,sku,price,stock\nmug,Oat mug,MUG-O,30.00,0\n", &[]).await;
    assert_eq!(made(&ana).await, "to order in 10 to 14 days, 5 a week");
    let days = "key,title,sku,price,stock,made_in_days\nmug,Oat mug,MUG-O,30.00,0,21\n";
    ana.imports(days, &[]).await;
    assert_eq!(made(&ana).await, "to order in 21 days, 5 a week", "the limit stays");
    // What she changed by hand since stays as well, as long as the file says the same.
    ana.reads(&["listings", "set", "MUG-O", "--made-in", "9", "--weekly", "2"], &[]).await;
    ana.imports(days, &[]).await;
    assert_eq!(made(&ana).await, "to order in 9 days, 2 a week");
    let empty = "key,title,sku,price,stock,made_in_days\nmug,Oat mug,MUG-O,30.00,4,\n";
    ana.imports(empty, &[]).await;
    assert_eq!(made(&ana).await, "from stock", "an empty cell is no silence");
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

async fn pictures_that_listings_do_without_are_told_by_line_before_and_after(market: Market) {
    let ana = artisan(&market, "Ana").await;
    let photos = ana.folder.path().join("photos");
    fs::create_dir(&photos).unwrap();
    let picture = DynamicImage::from(RgbImage::from_pixel(300, 300, image::Rgb([90, 20, 30])));
    picture.save_with_format(photos.join("good.jpg"), ImageFormat::Png).unwrap();
    ana.writes("photos/phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    ana.writes("photos/words.jpg", "no picture at all");
    ana.writes("photos/huge.jpg", b"\xff\xd8\xff");
    fs::File::options()
        .write(true)
        .open(photos.join("huge.jpg"))
        .unwrap()
        .set_len(26 << 20)
        .unwrap();
    ana.writes(
        "shop.csv",
        "key,title,price,stock,image1,image2,image3\n\
         a,Cup,9.00,1,good.jpg,phone.heic,gone.jpg\n\
         b,Bowl,9.00,1,words.jpg,huge.jpg,\n",
    );
    let wanted = json!([
        [2, "image2", "image.refused"],
        [2, "image3", "image.missing"],
        [3, "image1", "image.refused"],
        [3, "image2", "image.refused"],
    ]);
    let import = ["import", "shop.csv", "--images", "photos", "-o", "json"];
    for more in ["--dry-run", "--yes"] {
        let run = ana.types(&[&import[..], &[more]].concat(), &[]).await;
        assert_eq!(run.status.code(), Some(6), "{run:?}");
        let summary: Value = serde_json::from_slice(&run.stdout).unwrap();
        let errors = summary["errors"].as_array().unwrap().iter();
        let brief: Vec<Value> =
            errors.map(|it| json!([it["line"], it["column"], it["code"]])).collect();
        assert_eq!(json!(brief), wanted, "{more}: {summary}");
        assert_eq!(
            (&summary["listings"]["created"], &summary["images"]["refused"]),
            (&json!(2), &json!(3))
        );
        let said = String::from_utf8(run.stderr).unwrap();
        for line in [
            "line 2, Cup: phone.heic was not taken: this is a HEIC picture",
            "line 2, Cup: gone.jpg is missing",
            "line 3, Bowl: words.jpg was not taken: this is no JPEG",
            "line 3, Bowl: huge.jpg was not taken: a picture has at most 25 MB",
        ] {
            assert!(said.contains(line), "{line}\n{said}");
        }
    }
    let rows = fs::read_to_string(ana.folder.path().join("shop.errors.csv")).unwrap();
    assert!(
        rows.contains("2,image2,image.refused,\"phone.heic was not taken: this is a HEIC"),
        "{rows}"
    );
    assert_eq!(rows.lines().count(), 3, "{rows}");
    let listed = ana.reads(&["listings", "list"], &[]).await;
    let pictures: Vec<&Value> =
        listed.as_array().unwrap().iter().map(|row| &row["images"]).collect();
    assert!(pictures.contains(&&json!(1)) && pictures.contains(&&json!(0)), "{listed}");
}

async fn every_listing_is_counted_once_and_alike_everywhere(market: Market) {
    market.register("Ida").await;
    let ida = Terminal::new(&market);
    ida.signs_in(&email_of("Ida")).await;
    ida.reads(&["shop", "create", "--name", "Ida’s"], &[]).await;
    // One that may be published, which her address keeps her from; a draft; one that the file itself keeps out.
    ida.writes(
        "shop.csv",
        "key,title,price,stock,publish\na,Cup,9.00,1,yes\nb,Bowl,9.00,1,no\nc,Jug,nine,1,yes\n",
    );
    let import = ["import", "shop.csv", "--publish", "-o", "json"];
    let planned = ida.types(&[&import[..], &["--dry-run"]].concat(), &[]).await;
    assert_eq!(planned.status.code(), Some(6), "{planned:?}");
    let planned: Value = serde_json::from_slice(&planned.stdout).unwrap();
    let done = ida.types(&[&import[..], &["--yes"]].concat(), &[]).await;
    let done: Value = serde_json::from_slice(&done.stdout).unwrap();
    let listed = ida.reads(&["import", "list"], &[]).await;
    let shown = ida.reads(&["import", "show", done["import"].as_str().unwrap()], &[]).await;
    let counts = json!({ "created": 1, "changed": 0, "unchanged": 0, "failed": 2 });
    for told in [&planned, &done, &listed[0], &shown] {
        assert_eq!(told["listings"], counts, "{told}");
        assert_eq!(
            (&told["variants"]["created"], &told["variants"]["failed"]),
            (&json!(1), &json!(1))
        );
    }
}

async fn a_restore_says_exactly_what_becomes_of_pieces_and_state(market: Market) {
    let ana = artisan(&market, "Ana").await;
    ana.imports(&WHOLE.replace("28.00,4", "28.00,0").replace("28.00,6", "28.00,0"), &[]).await;
    let first = ana.shows("MUG-O").await.version;
    let other = "key,title,option1_name,option1_value,sku,price,stock\nmug,Oat mug,Glaze,Moss,MUG-M,28.00,5\n";
    ana.imports(other, &["--allow-delete"]).await;
    ana.reads(&["listings", "publish", "MUG-M"], &[]).await;

    let version = first.to_string();
    let restore = ["listings", "restore", "MUG-M", "--version", &version];
    let preview = ana.types(&restore, &[]).await;
    assert_eq!(preview.status.code(), Some(5));
    let said = String::from_utf8(preview.stderr).unwrap();
    for words in [
        "status: active → sold_out",
        "MUG-M goes, and its 5 pieces with it.",
        "MUG-O comes back without pieces.",
        "No piece is left then, so it is sold out.",
        "All other stock stays as it is now.",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
    assert!(!said.contains("state stay"), "{said}");
    let back = ana.reads(&[&restore[..], &["--yes"]].concat(), &[]).await;
    let back: Listing = serde_json::from_value(back).unwrap();
    let pieces: Vec<_> = back.variants.iter().map(|it| (it.sku.as_str(), it.available)).collect();
    assert_eq!(pieces, [("MUG-O", 0), ("MUG-S", 0)]);
    assert_eq!(back.status, ListingStatus::SoldOut);
}

async fn one_piece_is_edited_by_the_name_that_the_list_shows(market: Market) {
    let ana = artisan(&market, "Ana").await;
    ana.imports(WHOLE, &[]).await;
    let copy = ana.reads(&["listings", "duplicate", "MUG-O"], &[]).await;
    let listed = ana.types(&["listings", "list"], &[]).await;
    let listed = String::from_utf8(listed.stdout).unwrap();
    let row = listed.lines().find(|row| row.contains("(copy)")).unwrap();
    let name = row.split('\t').next().unwrap();
    assert!(copy["slug"].as_str().unwrap().ends_with(name), "{row}");
    assert!(!ana.shows("MUG-O").await.slug.ends_with(name), "a copy has an address of its own");

    let set = ["listings", "set", name];
    let which = ana.types(&[&set[..], &["--sku", "CUP-O"]].concat(), &[]).await;
    assert_eq!(which.status.code(), Some(2));
    let help = String::from_utf8(which.stderr).unwrap();
    assert!(help.contains("name one with --variant: “Oat”, “Sea”"), "{help}");
    ana.reads(
        &[&set[..], &["--variant", "oat", "--sku", "CUP-O", "--price", "12.50"]].concat(),
        &[],
    )
    .await;
    ana.reads(&["listings", "set", "CUP-O", "--stock", "3", "--title", "Oat cup"], &[]).await;
    ana.reads(&[&set[..], &["--description", "Small.", "--category", "wood"]].concat(), &[]).await;
    ana.reads(&["listings", "archive", name], &[]).await;
    let cup = ana.shows("CUP-O").await;
    let oat = &cup.variants[0];
    assert_eq!((oat.sku.as_str(), oat.price.minor(), oat.available), ("CUP-O", 1250, 3));
    assert_eq!((cup.title.as_str(), cup.description.as_str()), ("Oat cup", "Small."));
    assert_eq!((cup.category, cup.status), (Category::Wood, ListingStatus::Archived));
    assert_eq!(ana.shows("MUG-O").await.title, "Oat mug", "the original stays");
}
