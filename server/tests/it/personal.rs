//! Personalisation: what a maker asks, what shoppers answer, and where the answers go.

use api::history::VersionDetail;
use api::listing::Listing;
use api::order::Order;
use api::{Currency, Money, Problem};
use reqwest::Method;
use serde_json::{Value, json};

use crate::listings::{edits, mug, offers};
use crate::market::{Answer, Market, PASSWORD, Person, on_both_engines};
use crate::privacy::browser_of;
use crate::shopping::GOOD_CARD;

on_both_engines![
    what_cannot_be_asked_is_named,
    questions_have_a_history_and_are_copied,
    an_answer_is_bought_with_its_surcharge,
    the_form_says_what_is_missing_and_keeps_what_was_typed,
    different_answers_are_different_lines_that_share_the_stock,
    a_question_that_changed_is_announced_and_nothing_is_sold_unasked,
    nothing_that_is_typed_breaks_a_page,
    answers_go_with_the_account,
    the_maker_forgets_answers_with_the_address,
];

fn eur(minor: i64) -> Value {
    json!({ "minor": minor, "currency": "EUR" })
}

/// A name that has to be engraved, and a ribbon for a surcharge.
fn asked() -> Value {
    json!([
        { "label": "Name on the mug", "answer": { "kind": "text", "longest": 12 }, "required": true },
        { "label": "Ribbon", "answer": { "kind": "choice", "choices": ["red", "green"] },
          "surcharge": eur(500) },
    ])
}

async fn personal_mug(maker: &Person, stock: i64) -> Listing {
    let mut draft = mug("Oat mug", 2400, stock);
    draft["questions"] = asked();
    offers(maker, &draft).await
}

/// Fills in the page of a listing and sends it.
async fn wants(shopper: &Person, listing: &Listing, answers: &[(&str, &str)]) -> Answer {
    let variant = listing.variants[0].id.to_string();
    let names: Vec<String> = answers.iter().map(|(label, _)| format!("answer:{label}")).collect();
    let mut form = vec![("variant", variant.as_str()), ("quantity", "1")];
    form.extend(names.iter().zip(answers).map(|(name, (_, said))| (name.as_str(), *said)));
    shopper.submits(&format!("/listings/{}", listing.slug), &form).await
}

async fn puts(shopper: &Person, listing: &Listing, answers: &[(&str, &str)]) {
    let answer = wants(shopper, listing, answers).await;
    assert_eq!((answer.status, answer.location()), (303, "/cart"), "{}", answer.words());
}

async fn cart(shopper: &Person) -> String {
    shopper.gets("/cart").await.words()
}

async fn asks(maker: &Person, listing: &Listing, questions: &Value) -> Answer {
    edits(maker, listing, &json!({ "questions": questions })).await
}

async fn what_cannot_be_asked_is_named(market: Market) {
    let ana = market.artisan("Ana").await;
    let listing = offers(&ana, &mug("Oat mug", 2400, 3)).await;
    let text = |label: &str, longest: i64| json!({ "label": label, "answer": { "kind": "text", "longest": longest } });
    let choice = |choices: Value| json!({ "label": "Ribbon", "answer": { "kind": "choice", "choices": choices } });
    let with = |mut question: Value, surcharge: Value| {
        question["surcharge"] = surcharge;
        question
    };
    for (questions, field) in [
        (json!([text("", 9)]), "questions.label"),
        (json!([text(&"x".repeat(81), 9)]), "questions.label"),
        (json!([text("Name", 9), text(" Name ", 5)]), "questions.label"),
        (json!([text("Name", 0)]), "questions.answer.longest"),
        (json!([text("Name", 201)]), "questions.answer.longest"),
        (json!([choice(json!(["red"]))]), "questions.answer.choices"),
        (json!([choice(json!(["red", " red"]))]), "questions.answer.choices"),
        (json!([choice(json!(["red", ""]))]), "questions.answer.choices"),
        (json!([with(text("Name", 9), eur(0))]), "questions.surcharge"),
        (json!([with(text("Name", 9), eur(-100))]), "questions.surcharge"),
        (
            json!([with(text("Name", 9), json!({ "minor": 100, "currency": "USD" }))]),
            "questions.surcharge",
        ),
        (json!([with(text("Name", 9), eur(99_999_000))]), "questions.surcharge"),
        (json!((0..6).map(|n| text(&format!("Q{n}"), 9)).collect::<Vec<_>>()), "questions"),
    ] {
        let problem: Problem = asks(&ana, &listing, &questions).await.expect(422);
        assert_eq!(problem.field.as_deref(), Some(field), "{questions}: {}", problem.detail);
    }
    let unknown = json!([{ "label": "Name", "answer": { "kind": "picture" } }]);
    assert_eq!(asks(&ana, &listing, &unknown).await.status, 422);
    let kept: Listing = ana.gets(&format!("/api/v1/listings/{}", listing.id)).await.expect(200);
    assert_eq!(kept, listing);
}

async fn questions_have_a_history_and_are_copied(market: Market) {
    let ana = market.artisan("Ana").await;
    let listing = personal_mug(&ana, 3).await;
    let none: Listing = asks(&ana, &listing, &json!([])).await.expect(200);
    assert!(none.questions.is_empty());
    let untouched: Listing =
        edits(&ana, &listing, &json!({ "title": "Oat cup" })).await.expect(200);
    assert!(untouched.questions.is_empty());

    let path = format!("/api/v1/listings/{}", listing.id);
    let version = listing.version + 1;
    let detail: VersionDetail = ana.gets(&format!("{path}/history/{version}")).await.expect(200);
    let change = &detail.saved.changes[0];
    let words = "Name on the mug (up to 12 characters, required); Ribbon (red or green, +€5.00)";
    assert_eq!(
        (change.field.as_str(), change.from.as_str(), change.to.as_str()),
        ("questions", words, "")
    );
    let back = json!({ "version": listing.version });
    let back: Listing = ana.posts(&format!("{path}/restore"), &back).await.expect(200);
    assert_eq!(back.questions, listing.questions);
    let copy = ana.sends(Method::POST, &format!("{path}/duplicate"), |request| request).await;
    assert_eq!(copy.expect::<Listing>(201).questions, listing.questions);
}

async fn an_answer_is_bought_with_its_surcharge(market: Market) {
    let (ana, ben) = (market.seller("Ana").await, market.shopper("Ben").await);
    let listing = personal_mug(&ana, 3).await;
    let page = ben.gets(&format!("/listings/{}", listing.slug)).await;
    for part in ["Name on the mug", "Ribbon", "Up to 12 characters.", "Adds €5.00 to each piece."]
    {
        assert!(page.words().contains(part), "{part}: {}", page.words());
    }
    assert!(page.body.contains("maxlength=\"12\""));
    puts(&ben, &listing, &[("Name on the mug", " Zoe\u{308} "), ("Ribbon", "red")]).await;
    let words = cart(&ben).await;
    for part in ["Name on the mug: Zoë", "Ribbon: red", "+€5.00", "€29.00"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let page = ben.gets("/checkout").await.words();
    assert!(page.contains("Name on the mug: Zoë") && page.contains("€29.00"), "{page}");
    let payment = ben.checks_out().await;
    assert_eq!(ben.pays(&payment, GOOD_CARD).await.status, 303);
    market.passes(0).await;

    let order: Order = ana.only_order().await;
    let line = &order.lines[0];
    let words: Vec<String> = line.answers.iter().map(api::question::Answer::words).collect();
    assert_eq!(words, ["Name on the mug: Zoë", "Ribbon: red (+€5.00)"]);
    assert_eq!(
        (line.price, order.total),
        (Money::new(2900, Currency::EUR), Money::new(2900, Currency::EUR))
    );
    let rate = ana.gets("/api/v1/shop").await.expect::<api::shop::Shop>(200).commission_bps;
    assert_eq!(order.commission, order.total.basis_points(rate), "commission is on what was paid");

    let page = ben.order_page().await;
    assert!(page.contains("Name on the mug: Zoë") && page.contains("Ribbon: red"), "{page}");
    let letters = market.letters_to("ana@example.org").await;
    let told = letters.iter().any(|letter| letter.body.contains("Name on the mug: Zoë"));
    assert!(told, "the letter does not say it");
    assert!(cart(&ben).await.contains("Nothing in it yet"), "what was bought left the cart");

    // What is asked later changes nothing of what was sold.
    asks(&ana, &listing, &json!([])).await.expect::<Listing>(200);
    assert_eq!(ana.only_order().await.lines, order.lines);
    let parcel = json!({ "tracking": "RR123456785DE" });
    ana.posts(&format!("/api/v1/orders/{}/ship", order.number), &parcel).await.expect::<Order>(200);
    market.passes(0).await;
    market.passes(9 * 24 * 3600).await;
    assert!(ana.reconciles().await.clean);
    market.holds().await;
}

async fn the_form_says_what_is_missing_and_keeps_what_was_typed(market: Market) {
    let (ana, ben) = (market.seller("Ana").await, market.visitor());
    let listing = personal_mug(&ana, 3).await;
    for (answers, words) in [
        (vec![("Name on the mug", "  "), ("Ribbon", "green")], "The maker needs an answer to this"),
        (
            vec![("Name on the mug", "Bartholomew III"), ("Ribbon", "green")],
            "At most 12 characters",
        ),
        (vec![("Name on the mug", "A\u{7}"), ("Ribbon", "green")], "control characters"),
        (vec![("Name on the mug", "Ana"), ("Ribbon", "blue")], "Choose one of those in the list"),
        (vec![("Name on the mug", "Ana"), ("Font", "serif")], "does not ask “Font” any more"),
    ] {
        let answer = wants(&ben, &listing, &answers).await;
        assert_eq!(answer.status, 422, "{answers:?}");
        assert!(answer.words().contains(words), "{words}: {}", answer.words());
        let named = answers.iter().filter(|(label, _)| *label != "Font" && !words.contains("list"));
        for (_, said) in named.filter(|(_, said)| !said.trim().is_empty()) {
            let kept = [format!("value=\"{said}\""), format!("<option selected>{said}")];
            assert!(kept.iter().any(|kept| answer.body.contains(kept)), "{said}: {}", answer.body);
        }
    }
    assert!(cart(&ben).await.contains("Nothing in it yet"));
    // Without its page a piece with a question that has to be answered cannot be had.
    let variant = listing.variants[0].id.to_string();
    let plain = ben.submits("/cart/lines", &[("variant", &variant), ("quantity", "1")]).await;
    assert_eq!(plain.status, 409);
    assert!(
        plain.words().contains("“Name on the mug”: the maker needs an answer"),
        "{}",
        plain.words()
    );
}

async fn different_answers_are_different_lines_that_share_the_stock(market: Market) {
    let (ana, ben) = (market.seller("Ana").await, market.visitor());
    let listing = personal_mug(&ana, 3).await;
    for name in ["Ana", "Ben", "Ana"] {
        puts(&ben, &listing, &[("Name on the mug", name)]).await;
    }
    let page = ben.gets("/cart").await;
    assert_eq!(
        page.body.matches("name=\"quantity\" type=\"number\"").count(),
        2,
        "{}",
        page.words()
    );
    let refused = wants(&ben, &listing, &[("Name on the mug", "Cleo")]).await;
    assert_eq!(refused.status, 409);
    assert!(
        refused.words().contains("Only 3 of “Oat mug” can be ordered, and 3 are in your cart"),
        "{}",
        refused.words()
    );
    assert!(refused.body.contains("value=\"Cleo\""), "what was typed is not lost");

    // Each line is changed and taken out by itself.
    let (_, rest) = page.body.split_once("name=\"answers\" value=\"").expect("a named line");
    let key = rest.split('"').next().unwrap_or_default();
    let path = format!("/cart/lines/{}", listing.variants[0].id);
    let more = ben.submits(&path, &[("answers", key), ("quantity", "3")]).await;
    assert_eq!(more.status, 409, "the other line has one");
    let unknown = ben.submits(&path, &[("quantity", "1")]).await;
    assert_eq!(unknown.status, 404, "there is no line without answers");
    let gone = ben.submits(&path, &[("answers", key), ("quantity", "0")]).await;
    assert_eq!(gone.status, 303);
    let words = cart(&ben).await;
    assert!(words.contains(": Ben") && !words.contains(": Ana"), "{words}");
    puts(&ben, &listing, &[("Name on the mug", "Cleo")]).await;

    let payment = ben.checks_out().await;
    assert!(cart(&ben).await.contains("Your payment is open"));
    assert!(!cart(&ben).await.contains("No longer available"));
    assert_eq!(ben.pays(&payment, GOOD_CARD).await.status, 303);
    market.passes(0).await;
    let order = ana.only_order().await;
    let said: Vec<&str> = order.lines.iter().map(|line| line.answers[0].answer.as_str()).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.contains(&"Ben") && said.contains(&"Cleo"));
    let left: Listing = ana.gets(&format!("/api/v1/listings/{}", listing.id)).await.expect(200);
    assert_eq!(left.variants[0].available, 1);
    market.holds().await;
}

async fn a_question_that_changed_is_announced_and_nothing_is_sold_unasked(market: Market) {
    let (ana, ben) = (market.seller("Ana").await, market.visitor());
    let listing = personal_mug(&ana, 3).await;
    puts(&ben, &listing, &[("Name on the mug", "Ben"), ("Ribbon", "red")]).await;
    let form = ben.fills_in("ben@example.org").await;

    let mut dearer = asked();
    dearer[1]["surcharge"] = eur(700);
    asks(&ana, &listing, &dearer).await.expect::<Listing>(200);
    let words = cart(&ben).await;
    assert!(words.contains("changed from €29.00 to €31.00"), "{words}");

    let mut shorter = asked();
    shorter[0]["answer"]["longest"] = json!(2);
    for (questions, words) in [
        (json!([asked()[0]]), "“Ribbon” is not asked any more"),
        (shorter, "“Name on the mug”: at most 2 characters"),
        (
            json!([asked()[0], { "label": "Ribbon", "answer": { "kind": "choice", "choices": ["blue", "green"] } }]),
            "“Ribbon”: choose one of those in the list",
        ),
        (
            json!([asked()[0], asked()[1], { "label": "Font", "required": true, "answer": { "kind": "text", "longest": 9 } }]),
            "“Font”: the maker needs an answer",
        ),
    ] {
        asks(&ana, &listing, &questions).await.expect::<Listing>(200);
        let page = cart(&ben).await;
        assert!(page.contains(words), "{words}: {page}");
        assert!(page.contains("Change or remove the marked lines first"), "{page}");
        assert!(!page.contains("€24.00"), "no price without what the answers cost: {page}");
        let refused = ben.orders(&form).await;
        assert_eq!(refused.status, 409, "{words}");
        assert!(refused.words().contains("Nothing was charged"), "{}", refused.words());
    }
    assert_eq!(ben.gets("/checkout").await.location(), "/cart");
    // As it was: the line can be bought again.
    asks(&ana, &listing, &asked()).await.expect::<Listing>(200);
    let payment = ben.checks_out().await;
    assert_eq!(ben.pays(&payment, GOOD_CARD).await.status, 303);
    market.passes(0).await;
    assert_eq!(ana.only_order().await.total, Money::new(2900, Currency::EUR));
    market.holds().await;
}

async fn nothing_that_is_typed_breaks_a_page(market: Market) {
    let (ana, ben) = (market.seller("Ana").await, market.visitor());
    let label = "<b>Wie heißt 王小明?</b> & \"x\"=';";
    let mut draft = mug("Oat mug", 2400, 3);
    draft["questions"] = json!([{ "label": label, "answer": { "kind": "text", "longest": 200 } }]);
    let listing = offers(&ana, &draft).await;
    let said = format!("<script>alert(1)</script>👩‍👩‍👧 שלום {}", "ß".repeat(120));
    puts(&ben, &listing, &[(label, &said)]).await;
    let payment = ben.checks_out().await;
    for path in [format!("/listings/{}", listing.slug), "/cart".to_owned(), "/checkout".to_owned()]
    {
        let page = ben.gets(&path).await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("<script>alert") && !page.body.contains("<b>Wie"), "{path}");
    }
    assert_eq!(ben.pays(&payment, GOOD_CARD).await.status, 303);
    market.passes(0).await;
    assert_eq!(ana.only_order().await.lines[0].answers[0].answer, said);
    let number = ben.order_number().await;
    let page = ben.gets(&format!("/orders/{number}")).await;
    let whole = format!("👩‍👩‍👧 שלום {}", "ß".repeat(120));
    assert!(page.words().contains(&whole) && !page.body.contains("<script>alert"));
}

/// Somebody's mug says “Rumpel”, is paid for and sent.
async fn is_sent_a_mug(market: &Market, ana: &Person, browser: &Person) {
    let listing = personal_mug(ana, 3).await;
    puts(browser, &listing, &[("Name on the mug", "Rumpel")]).await;
    let payment = browser.checks_out().await;
    assert_eq!(browser.pays(&payment, GOOD_CARD).await.status, 303);
    market.passes(0).await;
    let number = ana.only_order().await.number;
    let parcel = json!({ "tracking": "" });
    ana.posts(&format!("/api/v1/orders/{number}/ship"), &parcel).await.expect::<Order>(200);
}

async fn answers_go_with_the_account(market: Market) {
    let (ana, ben) = (market.seller("Ana").await, market.terminal("Ben").await);
    is_sent_a_mug(&market, &ana, &browser_of(&market, "Ben").await).await;
    let proof = json!({ "current_password": PASSWORD });
    assert_eq!(ben.posts("/api/v1/profile/erasure", &proof).await.status, 204);
    let order = ana.only_order().await;
    assert!(order.lines[0].answers.is_empty(), "{order:?}");
    assert_eq!(order.total, Money::new(2400, Currency::EUR), "the books stay");
    market.holds().await;
}

async fn the_maker_forgets_answers_with_the_address(market: Market) {
    let ana = market.seller("Ana").await;
    is_sent_a_mug(&market, &ana, &market.visitor()).await;
    // A terminal that is not used for 90 days is signed out.
    for days in [60, 60, 59] {
        market.passes(days * 24 * 3600).await;
        assert!(!ana.only_order().await.lines[0].answers.is_empty());
    }
    market.passes(2 * 24 * 3600).await;
    let order = ana.only_order().await;
    assert!(order.lines[0].answers.is_empty() && order.ship_to.name.is_empty(), "{order:?}");
}
