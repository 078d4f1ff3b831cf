//! A word that stands nowhere else is planted in every personal field. It must come out with a
//! copy, be gone after erasure where the map says so, and everywhere once the periods are over.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};
use std::path::Path;

use api::account::Me;
use api::listing::Listing;
use api::profile::Profile;
use image::{ImageFormat, Rgb, RgbImage};
use reqwest::Method;
use serde_json::{Value, json};
use server::db::{Db, Sql};
use server::privacy::map::map;
use tantivy::schema::FieldType;

use crate::market::{Market, PASSWORD, Person, email_of, http, on_both_engines};
use crate::privacy_map::schema;
use crate::shopping::{GOOD_CARD, Payment, path_of};

on_both_engines![a_canary_is_copied_and_then_gone];

/// Begins every planted word.
const CANARY: &str = "zqcanary";

const YEAR: u64 = 366 * 24 * 3600;

/// Fields and the word that is planted in each.
const PLANTED: [&str; 36] = [
    "zqcanaryname",
    "zqcanaryshop",
    "zqcanaryplace",
    "zqcanarystory",
    "zqcanarytitle",
    "zqcanarytext",
    "zqcanarymaterial",
    "zqcanarytag",
    "zqcanaryoption",
    "zqcanaryvalue",
    "zqcanarysku",
    "zqcanaryalt",
    "zqcanarypast",
    "zqcanarypicked",
    "zqcanaryfile",
    "zqcanarykey",
    "zqcanaryrow",
    "zqcanaryrecipient",
    "zqcanarystreet",
    "zqcanaryfloor",
    "zqcanarycity",
    "zqcanarynote",
    "zqcanarydevice",
    "zqcanaryabout",
    "zqcanaryhome",
    "zqcanarylink",
    "zqcanaryslug",
    "zqcanaryfriend",
    "zqcanaryreturns",
    "zqcanarycustom",
    "zqcanaryseller",
    "zqcanaryoffice",
    "zqcanaryregister",
    "zqcanarybanner",
    "zqcanaryquestion",
    "zqcanaryanswer",
];

/// One file of a copy.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Person {
    /// Downloads a copy of her data.
    pub(crate) async fn takes_a_copy(&self, market: &Market) -> Vec<File> {
        let url = format!("http://{}/api/v1/profile/export", market.address);
        let answer = http().get(url).bearer_auth(self.token()).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "application/zip");
        files(&answer.bytes().await.unwrap())
    }
}

/// What is in a zip file.
pub(crate) fn files(zip: &[u8]) -> Vec<File> {
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut files = Vec::new();
    for place in 0..zip.len() {
        let mut file = zip.by_index(place).unwrap();
        let (name, mut bytes) = (file.name().unwrap().into_owned(), Vec::new());
        file.read_to_end(&mut bytes).unwrap();
        files.push(File { name, bytes });
    }
    files
}

pub(crate) fn text_of<'a>(files: &'a [File], name: &str) -> &'a str {
    let file = files.iter().find(|file| file.name == name);
    std::str::from_utf8(&file.unwrap_or_else(|| panic!("no {name}")).bytes).unwrap()
}

/// One photograph for each shade of blue.
fn photograph(blue: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let shade = |x: u32| u8::try_from(x % 251).unwrap();
    let image = RgbImage::from_fn(900, 900, |x, y| Rgb([shade(x), shade(y), blue]));
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Offers a piece with a word in every field, and its picture.
async fn offers(person: &Person) -> Listing {
    let edit =
        json!({ "name": "Zqcanaryshop", "place": "Zqcanaryplace", "story": "zqcanarystory" });
    let changed =
        person.sends(Method::PATCH, "/api/v1/shop/profile", |request| request.json(&edit)).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let picture = uploads(person, 77).await;
    let draft = json!({
        "title": "Zqcanarytitle bowl", "description": "zqcanarytext", "category": "clay",
        "materials": ["zqcanarymaterial"], "tags": ["zqcanarytag"], "options": ["zqcanaryoption"],
        "variants": [{ "sku": "zqcanarysku", "values": ["zqcanaryvalue"], "stock": 3,
                       "price": { "minor": 4200, "currency": "EUR" } }],
        "questions": [{ "label": "zqcanaryquestion", "answer": { "kind": "text", "longest": 9 } }],
    });
    let listing: Listing = person.posts("/api/v1/listings", &draft).await.expect(201);
    let own = format!("/api/v1/listings/{}", listing.id);
    for text in ["zqcanarypast", "zqcanarytext"] {
        assert_eq!(person.patches(&own, &json!({ "description": text })).await.status, 200);
    }
    let edit = json!({ "filter": { "text": ["zqcanarypicked"] }, "change": { "stock_set": 1 } });
    assert_eq!(person.posts("/api/v1/edits", &edit).await.status, 201);
    let gallery = json!({ "images": [{ "hash": picture, "alt": "zqcanaryalt" }] });
    let path = format!("/api/v1/listings/{}/images", listing.id);
    let set = person.sends(Method::PUT, &path, |request| request.json(&gallery)).await;
    assert_eq!(set.status, 200, "{}", set.body);
    person.posts(&format!("/api/v1/listings/{}/publish", listing.id), &json!({})).await.expect(200)
}

async fn uploads(person: &Person, blue: u8) -> String {
    let bytes = photograph(blue);
    let stored: Value = person
        .sends(Method::POST, "/api/v1/images", |request| request.body(bytes))
        .await
        .expect(201);
    stored["hash"].as_str().unwrap().to_owned()
}

/// Her pictures beside that of her listing.
struct Faces {
    /// Her first portrait, which another has replaced.
    former: String,
    portrait: String,
    banner: String,
}

/// Fills in the profile, the address book and what the shop tells, with a word in every field.
async fn tells(person: &Person) -> Faces {
    let mut portraits = Vec::new();
    for blue in [10, 20] {
        let bytes = photograph(blue);
        let set: Profile = person
            .sends(Method::PUT, "/api/v1/profile/avatar", |request| request.body(bytes))
            .await
            .expect(200);
        portraits.push(set.avatar.expect("a portrait").hash);
    }
    let edit = json!({
        "about": "zqcanaryabout", "place": "Zqcanaryhome", "slug": "zqcanaryslug",
        "links": ["https://zqcanarylink.example/me"],
    });
    assert_eq!(person.patches("/api/v1/profile", &edit).await.status, 200);
    let address = json!({
        "name": "Zqcanaryfriend", "line1": "Hauptstraße 1", "line2": "", "postal_code": "07743",
        "city": "Jena", "region": "", "country": "DE",
    });
    assert_eq!(person.posts("/api/v1/addresses", &address).await.status, 201);
    let banner = uploads(person, 30).await;
    let edit = json!({
        "policies": { "returns_days": 14, "returns": "zqcanaryreturns", "custom_work": "yes",
                      "custom": "zqcanarycustom" },
        "seller": { "kind": "business", "name": "Zqcanaryseller", "address": "Zqcanaryoffice 4",
                    "phone": "+49 3641 123456", "email": "zqcanaryseller@example.org",
                    "register": "Zqcanaryregister 77" },
        "banner": { "hash": banner, "alt": "zqcanarybanner" },
    });
    let told = person.patches("/api/v1/shop/profile", &edit).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let [former, portrait] = portraits.try_into().unwrap();
    Faces { former, portrait, banner }
}

/// Plans and applies a file.
async fn imports(person: &Person) {
    let new = json!({ "file": "zqcanaryfile.csv", "format": "stall" });
    let import: Value = person.posts("/api/v1/imports", &new).await.expect(201);
    let id = import["id"].as_str().unwrap();
    let rows = json!({ "rows": [{ "line": 2, "key": "zqcanarykey", "publish": false, "draft": {
        "title": "Zqcanaryrow jug", "description": "", "category": "clay", "materials": [], "tags": [],
        "options": [], "variants": [{ "sku": "", "values": [], "stock": 1,
                                      "price": { "minor": 900, "currency": "EUR" } }],
    } }] });
    let planned = person.posts(&format!("/api/v1/imports/{id}/rows"), &rows).await;
    assert_eq!(planned.status, 200, "{}", planned.body);
    let applied = person.posts(&format!("/api/v1/imports/{id}/apply"), &json!({})).await;
    assert_eq!(applied.status, 200, "{}", applied.body);
}

/// Buys something of another maker, with a word in every field of the form.
async fn buys(browser: &Person, maker: &Person, market: &Market) {
    let piece = maker.offers("Plain mug", 2800, 1).await;
    let question = json!({ "label": "Name", "answer": { "kind": "text", "longest": 40 } });
    let path = format!("/api/v1/listings/{}", piece.listing);
    assert_eq!(maker.patches(&path, &json!({ "questions": [question] })).await.status, 200);
    let variant = piece.variant.to_string();
    let wish =
        [("variant", variant.as_str()), ("quantity", "1"), ("answer:Name", "zqcanaryanswer")];
    assert_eq!(browser.submits(&format!("/listings/{}", piece.slug), &wish).await.status, 303);
    let shop: Value = maker.gets("/api/v1/shop").await.expect(200);
    let note = format!("note-{}", shop["id"].as_str().unwrap());
    let mut form = browser.fills_in(&email_of("Zqcanaryname")).await;
    for (field, value) in &mut form {
        match *field {
            "name" => *value = "Zqcanaryrecipient".into(),
            "line1" => *value = "Zqcanarystreet 4".into(),
            "city" => *value = "Zqcanarycity".into(),
            _ => {}
        }
    }
    let mut pairs: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
    pairs.extend([("line2", "Zqcanaryfloor"), (note.as_str(), "zqcanarynote")]);
    let answer = browser.submits("/checkout", &pairs).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    let payment = Payment { path: path_of(answer.location()).to_owned() };
    browser.pays(&payment, GOOD_CARD).await;
    market.settle().await;
    let order = maker.only_order().await;
    let parcel = json!({ "tracking": "0034 0434 1610" });
    let shipped = maker.posts(&format!("/api/v1/orders/{}/ship", order.number), &parcel).await;
    assert_eq!(shipped.status, 200, "{}", shipped.body);
    market.settle().await;
}

/// `table.column` of every place in the database that holds the word.
async fn places(db: &Db) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (table, columns) in schema(db).await {
        for column in columns {
            let sqlite = format!(
                "SELECT COUNT(*) FROM {table} WHERE instr(lower(CAST({column} AS TEXT)), '{CANARY}') > 0"
            );
            // Bytes are read as text, too: bodies of webhooks and of answers.
            let postgres = format!(
                "SELECT COUNT(*) FROM {table} WHERE position('{CANARY}' IN lower(CASE WHEN pg_typeof({column}) = 'bytea'::regtype
                   THEN encode(CAST(CAST({column} AS text) AS bytea), 'escape') ELSE CAST({column} AS text) END)) > 0"
            );
            let sql = Sql { sqlite: sqlite.leak(), postgres: postgres.leak() };
            let (count,): (i64,) = db.read(sql).one().await.unwrap();
            if count > 0 {
                found.insert(format!("{table}.{column}"));
            }
        }
    }
    found
}

/// Whether the search index holds the word, in any of its files that is still there.
fn is_indexed(data: &Path) -> bool {
    let folder = std::fs::read_dir(data.join("search")).unwrap().next().unwrap().unwrap().path();
    let index = tantivy::Index::open_in_dir(folder).unwrap();
    let reader: tantivy::IndexReader = index.reader().unwrap();
    let schema = index.schema();
    let texts =
        schema.fields().filter(|(_, entry)| matches!(entry.field_type(), FieldType::Str(_)));
    let (mut searched, mut counted) = (Vec::new(), Vec::new());
    for (field, entry) in texts {
        searched.extend(entry.is_indexed().then_some(field));
        counted.extend(entry.is_fast().then(|| entry.name().to_owned()));
    }
    let planted = |word: &[u8]| String::from_utf8_lossy(word).contains("zqcanar");
    reader.searcher().segment_readers().iter().any(|segment| {
        let is_searched = searched.iter().any(|field| {
            let words = segment.inverted_index(*field).unwrap();
            let mut words = words.terms().stream().unwrap();
            let mut found = false;
            while words.advance() {
                found |= planted(words.key());
            }
            found
        });
        is_searched
            || counted.iter().any(|name| {
                let Some(column) = segment.fast_fields().str(name).unwrap() else { return false };
                let mut words = column.dictionary().stream().unwrap();
                let mut found = false;
                while words.advance() {
                    found |= planted(words.key());
                }
                found
            })
    })
}

/// Names of stored files.
fn stored(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names.extend(stored(&path));
        } else {
            names.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    names
}

/// Waits until something is so; the index follows by itself.
async fn becomes(what: &str, is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), wait).await.expect(what);
}

async fn a_canary_is_copied_and_then_gone(market: Market) {
    let maker = market.seller("Bo").await;
    let her = market.artisan("Zqcanaryname").await;
    let email = email_of("Zqcanaryname");
    let asked = json!({ "email": email, "password": PASSWORD, "name": "zqcanarydevice" });
    assert_eq!(market.visitor().posts("/api/v1/tokens", &asked).await.status, 201);
    let browser = market.visitor();
    let form = [("email", email.as_str()), ("password", PASSWORD)];
    assert_eq!(browser.submits("/login", &form).await.status, 303);
    let listing = offers(&her).await;
    imports(&her).await;
    let faces = tells(&her).await;
    buys(&browser, &maker, &market).await;
    let data = market.state.config.data.clone();
    becomes("the index knows the piece", || is_indexed(&data)).await;
    let hash = &listing.images[0].hash;
    let is_stored =
        |hash: &str| stored(&data.join("images")).iter().any(|name| name.starts_with(hash));
    assert!(is_stored(&faces.former));
    market.passes(25 * 3600).await;
    server::privacy::purge(&market.state).await.unwrap();
    market.settle().await;
    assert!(!is_stored(&faces.former), "a portrait that was replaced");

    // The copy holds all of it, and is readable.
    let copy = her.takes_a_copy(&market).await;
    let json: String = copy
        .iter()
        .filter(|f| f.name.starts_with("data/"))
        .map(|f| text_of(&copy, &f.name))
        .collect();
    let page = text_of(&copy, "index.html");
    for word in PLANTED {
        assert!(json.to_lowercase().contains(word), "{word} is not in the copy");
        assert!(page.to_lowercase().contains(word), "{word} is not on the page of the copy");
    }
    let listings: Value = serde_json::from_str(text_of(&copy, "data/listings.json")).unwrap();
    let hers = listings.as_array().unwrap().iter().find(|l| l["id"] == listing.id.to_string());
    let hers = hers.expect("ids as the API writes them");
    assert_eq!(hers["price"]["readable"], "€42.00");
    assert_eq!(hers["created_at"], "2026-11-22T12:00:00Z");
    for hash in [hash, &faces.portrait, &faces.banner] {
        let picture = copy.iter().find(|file| file.name == format!("pictures/{hash}.jpg"));
        assert!(picture.is_some_and(|file| file.bytes.starts_with(&[0xff, 0xd8])), "her picture");
    }
    let foreign = maker.takes_a_copy(&market).await;
    for file in &foreign {
        let text = String::from_utf8_lossy(&file.bytes).to_lowercase();
        assert!(!text.contains(CANARY), "{} of a maker’s copy tells of who ordered", file.name);
    }

    // Gone, but for what the map allows.
    let me: Me = her.gets("/api/v1/me").await.expect(200);
    let erased =
        her.posts("/api/v1/profile/erasure", &json!({ "current_password": PASSWORD })).await;
    assert_eq!(erased.status, 204, "{}", erased.body);
    market.settle().await;
    let allowed: BTreeSet<String> = map()
        .tables
        .iter()
        .flat_map(|t| t.kept_columns().into_iter().map(move |c| format!("{}.{c}", t.name)))
        .collect();
    let left = places(&market.state.db).await;
    let surplus: Vec<_> = left.difference(&allowed).collect();
    assert!(surplus.is_empty(), "after erasure: {surplus:?}");
    assert!(left.contains("purchases.ship_name"), "a receipt keeps its address: {left:?}");
    assert!(!left.iter().any(|place| place.starts_with("shops.")), "{left:?}");
    for hash in [hash, &faces.portrait, &faces.banner] {
        assert!(!is_stored(hash), "her picture");
    }
    for place in ["/people/zqcanaryslug".to_owned(), format!("/people/{}", me.account.id)] {
        assert_eq!(browser.gets(&place).await.status, 404, "{place}");
    }
    market.passes(2 * 3600).await;
    becomes("the index forgets the piece", || !is_indexed(&data)).await;
    assert_eq!(her.gets("/api/v1/me").await.status, 401);
    assert_eq!(browser.gets("/account").await.status, 303);
    market.holds().await;

    // Nowhere, once the periods are over.
    for _ in 0..11 {
        market.passes(YEAR).await;
        server::privacy::purge(&market.state).await.unwrap();
    }
    let left = places(&market.state.db).await;
    assert!(left.is_empty(), "after the periods: {left:?}");
    assert_eq!(
        server::privacy::purge(&market.state).await.unwrap(),
        0,
        "a second run has nothing to do"
    );
    market.holds().await;
}
