//! A copy of one's own data: what is in it, what of others is not, and how people read it.

use std::collections::BTreeSet;

use api::Page;
use api::audit::AuditEntry;
use api::sign_in::Session;
use image::{ImageFormat, Rgb, RgbImage};
use reqwest::Method;
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::canary::{File, text_of};
use crate::letters::{bodies_to, token_in};
use crate::market::{Market, PASSWORD, Person, email_of, on_both_engines, words_of};
use crate::privacy::{browser_of, ships};
use crate::shopping::{GOOD_CARD, Payment, Piece, path_of};

on_both_engines![
    every_amount_says_its_currency_and_reads_in_words,
    each_side_of_an_order_has_what_is_its_own,
    ids_are_those_of_the_api_and_of_the_log,
    letters_to_addresses_of_before_are_listed_and_nobody_elses,
    letters_to_addresses_of_before_go_with_the_account,
    asking_for_an_address_tells_nobody_whether_it_is_taken,
    a_second_step_that_was_only_begun_is_no_part_of_it,
    people_read_headings_words_and_pictures,
    a_long_list_is_cut_on_the_page_and_whole_in_its_file,
];

const NOTE: &str = "Please wrap it in blue.";
const ENGRAVED: &str = "For Grandmother";

/// A shopper with a terminal, and a maker from whom she bought a mug with her name on it, with a
/// note; it was sent.
struct Sale {
    shopper: Person,
    /// Her browser, with an empty cart.
    browser: Person,
    piece: Piece,
    maker: Person,
    order: String,
}

impl Sale {
    async fn of(market: &Market) -> Self {
        let maker = market.seller("Bo").await;
        let piece = maker.offers("Mug", 2800, 3).await;
        let question = json!({ "label": "Words inside", "answer": { "kind": "text", "longest": 40 },
                               "surcharge": { "minor": 500, "currency": "EUR" } });
        let path = format!("/api/v1/listings/{}", piece.listing);
        assert_eq!(maker.patches(&path, &json!({ "questions": [question] })).await.status, 200);
        let shopper = market.terminal("Ana").await;
        let browser = browser_of(market, "Ana").await;
        wishes(&browser, &maker, &piece, market).await;
        let order = maker.only_order().await;
        ships(&maker, &order).await;
        market.settle().await;
        Self { shopper, browser, piece, maker, order: order.number }
    }
}

/// Buys a piece with an answer and a note.
async fn wishes(browser: &Person, maker: &Person, piece: &Piece, market: &Market) {
    let variant = piece.variant.to_string();
    let wish =
        [("variant", variant.as_str()), ("quantity", "2"), ("answer:Words inside", ENGRAVED)];
    assert_eq!(browser.submits(&format!("/listings/{}", piece.slug), &wish).await.status, 303);
    let shop: Value = maker.gets("/api/v1/shop").await.expect(200);
    let note = format!("note-{}", shop["id"].as_str().unwrap());
    let form = browser.fills_in(&email_of("Ana")).await;
    let mut pairs: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
    pairs.push((note.as_str(), NOTE));
    let answer = browser.submits("/checkout", &pairs).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    browser.pays(&Payment { path: path_of(answer.location()).to_owned() }, GOOD_CARD).await;
    market.settle().await;
}

/// The rows of a table in a copy.
fn rows(copy: &[File], table: &str) -> Vec<Value> {
    serde_json::from_str(text_of(copy, &format!("data/{table}.json"))).unwrap()
}

/// Every file of JSON with its name.
fn data(copy: &[File]) -> impl Iterator<Item = (&str, &str)> {
    let files = copy.iter().filter(|file| file.name.starts_with("data/"));
    files.map(|file| (file.name.as_str(), text_of(copy, &file.name)))
}

/// Amounts without currency or words, and how many there are with both.
fn amounts(place: &str, value: &Value, bare: &mut Vec<String>) -> usize {
    match value {
        Value::Array(list) => list.iter().map(|value| amounts(place, value, bare)).sum(),
        Value::Object(object) if object.contains_key("minor") => {
            let has = |name: &str| object.get(name).is_some_and(Value::is_string);
            if !(has("currency") && has("readable")) {
                bare.push(format!("{place}: {value}"));
            }
            1
        }
        Value::Object(object) => {
            let mut count = 0;
            for (name, value) in object {
                let last = name.rsplit('_').next().unwrap_or_default();
                let is_money = ["minor", "price", "total", "amount", "fee", "net", "commission"]
                    .contains(&last);
                if is_money && value.is_number() {
                    bare.push(format!("{place}: {name} is {value}"));
                }
                count += amounts(place, value, bare);
            }
            count
        }
        _ => 0,
    }
}

async fn every_amount_says_its_currency_and_reads_in_words(market: Market) {
    let sale = Sale::of(&market).await;
    sale.browser.takes(&sale.piece, 1).await;
    market.passes(8 * 24 * 3600).await;
    let (mut bare, mut seen) = (Vec::new(), BTreeSet::new());
    for person in [&sale.shopper, &sale.maker] {
        let copy = person.takes_a_copy(&market).await;
        for (name, text) in data(&copy) {
            let rows: Value = serde_json::from_str(text).unwrap();
            if amounts(name, &rows, &mut bare) > 0 {
                seen.insert(name.to_owned());
            }
        }
    }
    assert_eq!(bare, Vec::<String>::new());
    let tables = [
        "balance_transactions",
        "cart_lines",
        "listing_versions",
        "listings",
        "order_lines",
        "orders",
        "payouts",
        "purchases",
        "transfers",
        "variants",
    ];
    assert_eq!(seen, tables.map(|table| format!("data/{table}.json")).into());
    let copy = sale.shopper.takes_a_copy(&market).await;
    let line = &rows(&copy, "order_lines")[0];
    assert_eq!(line["price"], json!({ "minor": 3300, "currency": "EUR", "readable": "€33.00" }));
    let surcharge = json!({ "minor": 500, "currency": "EUR", "readable": "€5.00" });
    assert_eq!(line["answers"][0]["surcharge"], surcharge);
    assert_eq!(line["order"], json!(sale.order));
}

async fn each_side_of_an_order_has_what_is_its_own(market: Market) {
    let sale = Sale::of(&market).await;
    let (hers, makers) =
        (sale.shopper.takes_a_copy(&market).await, sale.maker.takes_a_copy(&market).await);
    for file in &makers {
        let text = String::from_utf8_lossy(&file.bytes);
        for word in [NOTE, ENGRAVED, "Kirchgasse", "Ana Ng", "ana@example.org"] {
            assert!(!text.contains(word), "{word} is in {} of the maker", file.name);
        }
    }
    let (order, line) = (&rows(&hers, "orders")[0], &rows(&hers, "order_lines")[0]);
    assert_eq!((&order["note"], &line["answers"][0]["answer"]), (&json!(NOTE), &json!(ENGRAVED)));
    let names: BTreeSet<&String> = order.as_object().unwrap().keys().collect();
    assert!(!names.iter().any(|name| ["commission", "net"].contains(&name.as_str())), "{names:?}");
    assert_eq!(order["shop"], "Bo’s workshop");
    let page = words_of(text_of(&hers, "index.html"));
    assert!(page.contains(NOTE) && page.contains(ENGRAVED), "{page}");
    assert!(!page.contains("Commission") && !page.contains("What is yours"), "{page}");

    let (order, line) = (&rows(&makers, "orders")[0], &rows(&makers, "order_lines")[0]);
    assert!(order.get("note").is_none() && line.get("answers").is_none(), "{order} {line}");
    assert_eq!(order["total"]["readable"], "€66.00");
    let of = |field: &str| order[field]["minor"].as_i64().unwrap();
    assert!(of("commission") > 0, "{order}");
    assert_eq!(of("net"), of("total") - of("commission"));
    assert_eq!(line["title"], "Mug");
}

/// Whether a text holds an id as the database has it.
fn bare_id(text: &str) -> Option<&str> {
    let is_id = |word: &&str| {
        let parts: Vec<usize> = word.split('-').map(str::len).collect();
        let is_hex = |c: char| c == '-' || c.is_ascii_hexdigit();
        (parts == [8, 4, 4, 4, 12] || word.len() == 32) && word.chars().all(is_hex)
    };
    text.split('"').find(is_id)
}

async fn ids_are_those_of_the_api_and_of_the_log(market: Market) {
    let sale = Sale::of(&market).await;
    let asked = json!({ "name": "till" });
    assert_eq!(market.visitor().posts("/api/v1/device/codes", &asked).await.status, 201);
    for person in [&sale.shopper, &sale.maker] {
        let copy = person.takes_a_copy(&market).await;
        for (name, text) in data(&copy) {
            assert_eq!(bare_id(text), None, "{name}");
        }
        let ids = |table: &str| -> BTreeSet<String> {
            let id = |row: &Value| row["id"].as_str().unwrap().to_owned();
            rows(&copy, table).iter().map(id).collect()
        };
        let sessions: Page<Session> = person.gets("/api/v1/sessions").await.expect(200);
        let sessions: BTreeSet<String> =
            sessions.items.iter().map(|it| it.id.to_string()).collect();
        assert_eq!(ids("sessions"), sessions);
        let log: Page<AuditEntry> = person.gets("/api/v1/profile/log?limit=100").await.expect(200);
        let entries: BTreeSet<String> = log.items.iter().map(|it| it.id.to_string()).collect();
        assert_eq!(ids("audit_entries"), entries);
        let begun = log.items.iter().any(|entry| sessions.contains(&entry.object));
        assert!(begun, "the log names a session as the copy does");
    }
}

/// Subjects of the letters that a copy lists, with whom they went to.
pub(crate) async fn letters(market: &Market, person: &Person) -> BTreeSet<(String, String)> {
    let copy = person.takes_a_copy(market).await;
    let field = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    rows(&copy, "mails")
        .iter()
        .map(|row| (field(row, "recipient"), field(row, "subject")))
        .collect()
}

fn pair(address: &str, subject: &str) -> (String, String) {
    (address.to_owned(), subject.to_owned())
}

/// Changes the address of somebody whose browser this is.
async fn moves(market: &Market, browser: &Person, to: &str) {
    let confirm = [("current_password", PASSWORD), ("next", "")];
    assert_eq!(browser.submits("/account/confirm", &confirm).await.status, 303);
    assert_eq!(browser.submits("/account/email", &[("email", to)]).await.status, 303);
    let token = token_in(&bodies_to(market, to).await, "/account/email/confirm");
    let sent = browser.submits("/account/email/confirm", &[("token", &token)]).await;
    assert_eq!(sent.status, 303, "{}", sent.words());
}

/// Somebody's terminal, whose browser this is.
pub(crate) async fn terminal_of(market: &Market, email: &str) -> Person {
    let asked = json!({ "email": email, "password": PASSWORD, "name": "laptop" });
    let token: Value = market.visitor().posts("/api/v1/tokens", &asked).await.expect(201);
    market.visitor().with_token(token["token"].as_str().unwrap().to_owned())
}

async fn letters_to_addresses_of_before_are_listed_and_nobody_elses(market: Market) {
    let maker = market.seller("Bo").await;
    let piece = maker.offers("Mug", 2800, 3).await;
    let ana = market.shopper("Ana").await;
    let terminal = terminal_of(&market, "ana@example.org").await;
    let proof = pair("ana@example.org", "Verify your address at Loomstead");
    assert!(letters(&market, &terminal).await.contains(&proof), "before it was proved");

    moves(&market, &ana, "ana@second.example").await;
    // A guest's order is hers, since she has proved its address, however it was typed.
    let guest = market.visitor();
    guest.takes(&piece, 1).await;
    let answer = guest.orders(&guest.fills_in("Ana@Second.example").await).await;
    guest.pays(&Payment { path: path_of(answer.location()).to_owned() }, GOOD_CARD).await;
    market.settle().await;
    moves(&market, &ana, "ana@third.example").await;
    let all = letters(&market, &terminal).await;
    let bought = all
        .iter()
        .filter(|(to, subject)| to == "Ana@Second.example" && subject.starts_with("Your order "));
    assert_eq!(bought.count(), 1, "{all:?}");
    for expected in [
        proof,
        pair("ana@example.org", "A new address for your account at Loomstead?"),
        pair("ana@example.org", "Your address at Loomstead was changed"),
        pair("ana@second.example", "Confirm your new address at Loomstead"),
        pair("ana@second.example", "Your address at Loomstead was changed"),
        pair("ana@third.example", "Your address at Loomstead was changed"),
    ] {
        assert!(all.contains(&expected), "{expected:?} is not in {all:?}");
    }

    // Whoever has an address after her has only letters of his own.
    let registration =
        json!({ "email": "ana@second.example", "name": "Next", "password": PASSWORD });
    assert_eq!(market.visitor().posts("/api/v1/accounts", &registration).await.status, 201);
    server::accounts::verify_by_operator(&market.state, "ana@second.example").await.unwrap();
    let next = terminal_of(&market, "ana@second.example").await;
    let own = pair("ana@second.example", "Verify your address at Loomstead");
    assert_eq!(letters(&market, &next).await, BTreeSet::from([own.clone()]));
    assert!(!letters(&market, &terminal).await.contains(&own));
}

async fn letters_to_addresses_of_before_go_with_the_account(market: Market) {
    let ana = market.shopper("Ana").await;
    moves(&market, &ana, "ana@second.example").await;
    assert!(!market.letters_to("ana@example.org").await.is_empty());
    let answer = ana.submits("/account/privacy/delete", &[("current_password", PASSWORD)]).await;
    assert_eq!(answer.location(), "/privacy?gone=true");
    for address in ["ana@example.org", "ana@second.example"] {
        assert!(market.letters_to(address).await.is_empty(), "{address}");
    }
}

async fn asking_for_an_address_tells_nobody_whether_it_is_taken(market: Market) {
    market.register("Ben").await;
    let ana = market.shopper("Ana").await;
    let terminal = terminal_of(&market, "ana@example.org").await;
    let confirm = [("current_password", PASSWORD), ("next", "")];
    assert_eq!(ana.submits("/account/confirm", &confirm).await.status, 303);
    let mut seen = Vec::new();
    for address in ["ben@example.org", "free@example.org"] {
        let before = letters(&market, &terminal).await;
        assert_eq!(ana.submits("/account/email", &[("email", address)]).await.status, 303);
        market.settle().await;
        assert!(!market.letters_to(address).await.is_empty(), "somebody was told");
        let after = letters(&market, &terminal).await;
        assert!(!after.iter().any(|(to, _)| to == address), "{after:?}");
        seen.push(after.difference(&before).count());
    }
    assert!(seen.iter().all(|count| *count <= 1), "{seen:?}");
}

/// A photograph of one colour.
pub(crate) fn photograph() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let image = RgbImage::from_pixel(300, 300, Rgb([30, 60, 90]));
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// The part of the page about a table.
fn section<'p>(page: &'p str, table: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!("<section id=\"{table}\">")).expect(table);
    rest.split("</section>").next().unwrap()
}

async fn people_read_headings_words_and_pictures(market: Market) {
    let sale = Sale::of(&market).await;
    let portrait = sale
        .maker
        .sends(Method::PUT, "/api/v1/profile/avatar", |request| request.body(photograph()))
        .await;
    assert_eq!(portrait.status, 200);
    let copy = sale.maker.takes_a_copy(&market).await;
    let page = text_of(&copy, "index.html");
    let words = words_of(page);
    for told in
        ["Your data at Loomstead", "A copy for Bo, bo@example.org", "22 Nov 2026, 12:00 UTC"]
    {
        assert!(words.contains(told), "{told}: {words}");
    }
    // What there is, with how much of it.
    let listed = format!(
        "<a href=\"#audit_entries\">What you did</a><span>{}</span>",
        rows(&copy, "audit_entries").len()
    );
    assert!(page.contains(&listed), "{listed}");
    let named = page.matches("<section id=").count();
    assert_eq!(page.matches("<li><a href=\"#").count(), named, "every section is in the list");
    // No word of the schema, no empty column, no id.
    for word in ["_at<", "_minor", "_bps", "T12:00:00Z<", ">null<", ">true<", ">EUR<", "sold_out"] {
        assert!(!page.contains(word), "{word} is on the page");
    }
    for id in ["acc_", "lst_", "var_"] {
        assert!(!section(page, "listings").contains(id), "{id}");
    }
    let account = section(page, "accounts");
    assert!(
        account.contains(">Address verified</th>") && account.contains(">yes</td>"),
        "{account}"
    );
    assert_eq!(rows(&copy, "sessions")[0]["scopes"], "everything");
    assert!(section(page, "sessions").contains("do everything that you may"));
    let variants = section(page, "variants");
    assert!(variants.contains("€28.00") && !variants.contains("SKU"), "{variants}");
    assert!(section(page, "orders").contains("<dt>What is yours</dt>"));
    assert!(section(page, "audit_entries").contains(">handed a parcel over</td>"));
    assert!(section(page, "shops").contains("10 %") || section(page, "shops").contains(" %"));
    // Pictures lie beside the page, and nothing else is asked for.
    let hash = rows(&copy, "profiles")[0]["picture"].as_str().unwrap().to_owned();
    let picture = format!("<img src=\"{hash}\"");
    assert!(section(page, "profiles").contains(&picture), "{}", section(page, "profiles"));
    assert!(copy.iter().any(|file| file.name == hash));
    let asked: Vec<&str> =
        page.split(" src=\"").skip(1).filter_map(|it| it.split('"').next()).collect();
    assert!(asked.iter().all(|source| source.starts_with("pictures/")), "{asked:?}");
    assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("<script"));
}

async fn a_long_list_is_cut_on_the_page_and_whole_in_its_file(market: Market) {
    let ana = market.terminal("Ana").await;
    for number in 0..205 {
        let about = json!({ "about": format!("Words {number} of mine <b>") });
        assert_eq!(ana.patches("/api/v1/profile", &about).await.status, 200);
    }
    let copy = ana.takes_a_copy(&market).await;
    let lines = rows(&copy, "audit_entries").len();
    assert!(lines > 205, "{lines}");
    let page = text_of(&copy, "index.html");
    let log = section(page, "audit_entries");
    assert_eq!(log.matches("<tr>").count(), 1 + 200, "the head and the rows");
    assert!(
        words_of(log).contains(&format!(
            "The first 200 of {lines}; all of them in data/audit_entries.json."
        ))
    );
    assert!(
        section(page, "profiles").contains("Words 204 of mine &#60;b&#62;"),
        "{}",
        section(page, "profiles")
    );
}

async fn a_second_step_that_was_only_begun_is_no_part_of_it(market: Market) {
    const TITLE: &str = "The second step of signing in";
    let ana = market.shopper("Ana").await;
    let confirm = [("current_password", PASSWORD), ("next", "")];
    assert_eq!(ana.submits("/account/confirm", &confirm).await.status, 303);
    assert_eq!(ana.submits("/account/factor", &[]).await.status, 303);
    let terminal = terminal_of(&market, "ana@example.org").await;
    let copy = terminal.takes_a_copy(&market).await;
    assert!(!text_of(&copy, "index.html").contains(TITLE), "a section that says nothing");
    assert!(rows(&copy, "second_factors").is_empty());
    Authenticator::set_up(&market, &ana).await;
    let copy = terminal.takes_a_copy(&market).await;
    assert!(text_of(&copy, "index.html").contains(TITLE), "once it is on");
}
