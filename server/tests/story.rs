//! One real sale through the whole house, with the real programs: an artisan's file becomes a
//! shop, a guest buys in a browser, the parcel is followed, and the payout is right to the cent.

#[path = "story/browser.rs"]
mod browser;
#[path = "story/goods.rs"]
mod goods;
#[path = "story/house.rs"]
mod house;
#[path = "it/postgres.rs"]
mod postgres;
#[path = "story/stall.rs"]
mod stall;

use serde_json::{Value, json};

use browser::Browser;
use goods::{JOINERY, POTTERY, Product};
use house::{House, client};
use stall::{Artisan, PASSWORD};

const TRACKING: &str = "00340434161094021501";
/// Two mugs at 28.00 and a stool at 189.99, in cents, and the market's 6.5 % of each.
const POTTERS: (i64, i64) = (5600, 364);
const JOINERS: (i64, i64) = (18_999, 1235);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_story_on_sqlite() {
    tell(House::new(None)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_story_on_postgres() {
    tell(House::new(Some(postgres::new_database().await))).await;
}

async fn tell(mut house: House) {
    house.opens().await;
    let (elin, omar) = (Artisan::new(&house, "Elin"), Artisan::new(&house, "Omar"));
    opens_shop(&elin, "Oat & Ash");
    let proved = house.runs(&["admin", "accounts", "verify", &elin.email]);
    assert!(proved.status.success(), "{}", String::from_utf8_lossy(&proved.stderr));
    opens_shop(&omar, "Grain");
    follows_the_letter(&house, &omar).await;
    imports(&elin, &POTTERY, 14);
    imports(&omar, &JOINERY, 2);

    let browser = Browser::new(house.folder.path(), house.origin());
    let bought = browser.visits(
        "buy",
        &json!({
            "email": "ana@example.org",
            "pieces": [
                { "words": "oat mug", "title": "Oat mug, hand thrown", "option": "Oat", "quantity": 2, "pictures": 4 },
                { "words": "milking stool", "title": "Ash milking stool", "quantity": 1, "pictures": 2 },
            ],
        }),
    );
    has_nothing_to_complain(&bought);
    for words in ["Oat & Ash", "Grain", "€56.00", "€189.99", "€245.99"] {
        says(&bought["cart"], words);
        says(&bought["order"], words);
    }
    let number = bought["number"].as_str().expect("a number");

    let potters = is_to_be_packed(&elin, number, POTTERS);
    let joiners = is_to_be_packed(&omar, number, JOINERS);
    stands_in_the_console(&elin, &potters);
    let shipped = elin.reads(&["orders", "ship", &potters, "--tracking", TRACKING]);
    assert_eq!(shipped["status"], "shipped");

    let followed = browser.visits(
        "follow",
        &json!({ "number": number, "letter": format!("On its way: order {number}") }),
    );
    has_nothing_to_complain(&followed);
    for words in ["On its way with DHL", TRACKING, "Being made ready"] {
        says(&followed["order"], words);
    }
    says(&followed["letter"], TRACKING);
    says(&followed["letter"], "ana@example.org");

    elin.runs(&["sim", "clock", "+8d"]);
    is_paid_out(&elin, &potters, POTTERS);
    is_paid_out(&omar, &joiners, JOINERS);
    assert!(house.stops().success(), "the server stops when it is told to");
    house.verifies();
}

fn opens_shop(artisan: &Artisan, shop: &str) {
    let (email, password) = (artisan.email.as_str(), format!("{PASSWORD}\n"));
    artisan.types(&["register", "--email", email, "--name", shop, "--password-stdin"], &password);
    artisan.types(&["login", "--email", email, "--password-stdin"], &password);
    let opened = artisan.reads(&["shop", "create", "--name", shop, "--place", "Jena, Germany"]);
    assert_eq!(opened["onboarding"], "not_started");
    let onboarded = artisan.reads(&["shop", "onboard", "--complete-test-data"]);
    assert_eq!(onboarded["status"], "complete");
}

/// Proves an address as a person does: by the link in the letter.
async fn follows_the_letter(house: &House, artisan: &Artisan) {
    let client = client();
    let read = async |path: &str| {
        let answer = client.get(format!("{}{path}", house.origin())).send().await.expect("a page");
        answer.text().await.expect("its text")
    };
    let list = read("/dev/mail").await;
    let row = list
        .split("<li>")
        .find(|row| row.contains("Verify your address") && row.contains(&artisan.email))
        .unwrap_or_else(|| panic!("no letter in {list}"));
    let letter = read(between(row, "href=\"", "\"")).await;
    let token = between(&letter, "/verify-email?token=", "\"");
    let proved = client
        .post(format!("{}/verify-email", house.origin()))
        .form(&[("token", token)])
        .send()
        .await
        .expect("an answer");
    assert_eq!(proved.status().as_u16(), 303);
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split(after).next().unwrap_or_default()
}

/// First as a dry run, then for good, then again with nothing left to do.
fn imports(artisan: &Artisan, products: &[Product], photographs: u64) {
    goods::write(artisan.folder(), products);
    let import = |more: &[&str]| {
        artisan.reads(&[&["import", "products.csv", "--images", "photos"], more].concat())
    };
    let counts = |created: usize, unchanged: usize| json!({ "created": created, "changed": 0, "unchanged": unchanged, "failed": 0 });
    let planned = import(&["--dry-run"]);
    assert_eq!((&planned["dry_run"], &planned["import"]), (&json!(true), &Value::Null));
    assert_eq!((&planned["format"], &planned["errors"]), (&json!("shopify"), &json!([])));
    assert_eq!(planned["listings"], counts(products.len(), 0));
    let images = &planned["images"];
    assert_eq!((&images["found"], &images["missing"]), (&json!(photographs), &json!(0)));
    assert_eq!(artisan.reads(&["listings", "list"]), json!([]), "a dry run changes nothing");

    let applied = import(&["--yes", "--publish"]);
    assert_eq!(applied["listings"], counts(products.len(), 0));
    assert_eq!(applied["images"]["uploaded"], photographs);
    let listed = artisan.reads(&["listings", "list", "--limit", "0"]);
    let listed = listed.as_array().expect("a list");
    assert_eq!(listed.len(), products.len());
    assert!(listed.iter().all(|listing| listing["status"] == "active"), "{listed:?}");

    let again = import(&["--yes", "--publish"]);
    assert_eq!(again["listings"], counts(0, products.len()));
    assert_eq!((&again["images"]["uploaded"], &again["errors"]), (&json!(0), &json!([])));
}

/// The artisan's only order, with what she gets of it; its number.
fn is_to_be_packed(artisan: &Artisan, purchase: &str, (total, commission): (i64, i64)) -> String {
    let orders = artisan.reads(&["orders", "list"]);
    let [order] = orders.as_array().expect("a list").as_slice() else { panic!("{orders}") };
    assert_eq!((&order["status"], &order["customer"]), (&json!("paid"), &json!("Ana Ng")));
    assert_eq!(order["total"]["minor"], total);
    assert_eq!(order["net"]["minor"], total - commission);
    let number = order["number"].as_str().expect("a number");
    assert!(number.starts_with(&format!("{purchase}-")), "{number}");
    number.to_owned()
}

fn stands_in_the_console(artisan: &Artisan, number: &str) {
    let mut console = artisan.opens_console();
    console.shows("Oat & Ash");
    console.presses("2");
    console.shows(number);
    console.quits();
}

/// What went to the bank is the price without the commission, to the cent.
fn is_paid_out(artisan: &Artisan, order: &str, (total, commission): (i64, i64)) {
    let found = artisan.reads(&["payouts", "reconcile", "--check"]);
    assert_eq!((&found["clean"], &found["on_its_way"]["minor"]), (&json!(true), &json!(0)));
    let [detail] = found["payouts"].as_array().expect("a list").as_slice() else {
        panic!("one payout: {found}")
    };
    assert_eq!(detail["gross"]["minor"], total);
    assert_eq!(detail["commission"]["minor"], commission);
    assert_eq!(detail["net"]["minor"], total - commission);
    assert_eq!(detail["payout"]["amount"]["minor"], total - commission);
    assert_eq!(
        (&detail["payout"]["status"], &detail["payout"]["reconciled"]),
        (&json!("paid"), &json!(true))
    );
    assert_eq!(
        (&detail["lines"][0]["order"], &detail["lines"][0]["status"]),
        (&json!(order), &json!("matched"))
    );
}

#[track_caller]
fn says(text: &Value, words: &str) {
    let text = text.as_str().expect("text");
    assert!(text.contains(words), "no “{words}” in {text}");
}

/// No script failed, no rule of the page was broken, no other host was asked.
#[track_caller]
fn has_nothing_to_complain(visit: &Value) {
    assert_eq!(visit["complaints"], json!([]));
}
