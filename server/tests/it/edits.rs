//! Bulk edits: a plan that writes nothing, its application, and the way back.

use api::bulk_edit::{BulkEdit, BulkEditStatus, BulkRow};
use api::history::{Cause, ListingVersion};
use api::import::PlannedAction;
use api::listing::{Listing, ListingStatus};
use api::problem::Problem;
use api::{Id, Page};
use reqwest::Method;
use serde_json::{Value, json};
use server::sql;

use crate::listings::{does, drafts, edits as changes, mug, offers};
use crate::market::{Answer, Market, PASSWORD, Person, email_of, on_both_engines};

on_both_engines![
    a_plan_shows_every_change_and_writes_nothing_else,
    a_filter_picks_listings_and_variants,
    what_changed_since_the_plan_is_named_and_left_alone,
    undo_leaves_alone_what_was_changed_or_sold_since,
    edits_of_one_listing_are_undone_one_after_the_other,
    states_move_as_they_may_and_come_back,
    what_makes_no_sense_is_refused_by_name,
    edits_of_other_shops_are_not_found,
];

async fn opens(artisan: &Person, filter: &Value, change: &Value) -> BulkEdit {
    artisan.posts("/api/v1/edits", &json!({ "filter": filter, "change": change })).await.expect(201)
}

pub(crate) async fn step(artisan: &Person, id: Id<BulkEdit>, verb: &str) -> Answer {
    artisan.sends(Method::POST, &format!("/api/v1/edits/{id}/{verb}"), |request| request).await
}

async fn until(artisan: &Person, id: Id<BulkEdit>, verb: &str, wanted: BulkEditStatus) -> BulkEdit {
    loop {
        let edit: BulkEdit = step(artisan, id, verb).await.expect(200);
        if edit.status == wanted {
            return edit;
        }
    }
}

pub(crate) async fn plans(artisan: &Person, filter: &Value, change: &Value) -> BulkEdit {
    let id = opens(artisan, filter, change).await.id;
    until(artisan, id, "plan", BulkEditStatus::Planned).await
}

pub(crate) async fn applies(artisan: &Person, id: Id<BulkEdit>) -> BulkEdit {
    until(artisan, id, "apply", BulkEditStatus::Applied).await
}

pub(crate) async fn undoes(artisan: &Person, id: Id<BulkEdit>) -> BulkEdit {
    until(artisan, id, "undo", BulkEditStatus::Undone).await
}

/// The rows of a plan, a page at a time.
pub(crate) async fn rows(artisan: &Person, id: Id<BulkEdit>) -> Vec<BulkRow> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/edits/{id}/rows?limit=200{after}");
        let page: Page<BulkRow> = artisan.gets(&path).await.expect(200);
        all.extend(page.items);
        match page.next {
            Some(next) => after = format!("&after={next}"),
            None => return all,
        }
    }
}

pub(crate) fn brief(row: &BulkRow) -> String {
    let change = |c: &api::import::FieldChange| format!("{} {}→{}", c.field, c.from, c.to);
    let changes: Vec<String> = row.changes.iter().map(change).collect();
    let error = row.error.as_ref().map(|error| format!(" {error}")).unwrap_or_default();
    format!("{} {} [{}]{error}", row.title, row.action, changes.join(", "))
}

async fn seen(artisan: &Person, listing: &Listing) -> Listing {
    artisan.gets(&format!("/api/v1/listings/{}", listing.id)).await.expect(200)
}

/// Everything that is kept of listings but what counts their changes.
pub(crate) async fn contents(market: &Market) -> Vec<String> {
    let db = &market.state.db;
    let listings = sql!(
        "SELECT short || '|' || slug || '|' || status || '|' || title || '|' || description || '|' || category
             || '|' || CAST(materials AS TEXT) || '|' || CAST(tags AS TEXT) || '|' || CAST(options AS TEXT)
             || '|' || COALESCE(import_key, '-') || '|' || CAST(price_minor AS TEXT) || '|' || currency
             || '|' || CAST(available AS TEXT) || '|' || COALESCE(CAST(published_at AS TEXT), '-')
             || '|' || CAST(created_at AS TEXT) AS line
           FROM listings"
    );
    let variants = sql!(
        "SELECT l.short || '|' || CAST(v.position AS TEXT) || '|' || v.sku || '|' || CAST(v.option_values AS TEXT)
             || '|' || CAST(v.price_minor AS TEXT) || '|' || v.currency || '|' || CAST(v.available AS TEXT)
             || '|' || COALESCE(CAST(v.retired_at AS TEXT), '-') AS line
           FROM variants v JOIN listings l ON l.id = v.listing_id"
    );
    let mut lines: Vec<(String,)> = db.read(listings).all().await.unwrap();
    let of_variants: Vec<(String,)> = db.read(variants).all().await.unwrap();
    lines.extend(of_variants);
    let mut lines: Vec<String> = lines.into_iter().map(|(line,)| line).collect();
    lines.sort_unstable();
    lines
}

async fn a_plan_shows_every_change_and_writes_nothing_else(market: Market) {
    let ana = market.artisan("Ana").await;
    drafts(&ana, &mug("Cup", 2410, 3)).await;
    drafts(&ana, &mug("Bead", 50, 3)).await;
    let kept = drafts(&ana, &mug("Bowl", 3800, 5)).await;
    let before = contents(&market).await;
    let change = json!({ "price_percent": -500, "stock_add": 2 });
    let edit = plans(&ana, &json!({}), &change).await;
    assert_eq!((edit.planned, edit.failed, edit.done), (2, 1, 0));
    let mut told: Vec<String> = rows(&ana, edit.id).await.iter().map(brief).collect();
    told.sort_unstable();
    // 2289.5 is rounded up.
    let wanted = [
        "Bead fail [] variant MUG-1: a price is at least €0.50 and at most €999,999.99, not €0.48",
        "Bowl change [variants.MUG-1.price €38.00→€36.10, variants.MUG-1.stock 5→7]",
        "Cup change [variants.MUG-1.price €24.10→€22.90, variants.MUG-1.stock 3→5]",
    ];
    assert_eq!(told, wanted);
    assert_eq!(edit.errors[0].title, "Bead");
    let failing: Page<BulkRow> =
        ana.gets(&format!("/api/v1/edits/{}/rows?action=fail", edit.id)).await.expect(200);
    assert_eq!(failing.items.len(), 1);
    assert_eq!(contents(&market).await, before);

    let path = format!("/api/v1/edits/{}", edit.id);
    assert_eq!(ana.sends(Method::DELETE, &path, |request| request).await.status, 204);
    assert_eq!(ana.gets(&path).await.status, 404);

    let same = plans(&ana, &json!({ "text": ["bowl"] }), &json!({ "stock_set": 5 })).await;
    assert_eq!((same.planned, same.unchanged), (0, 1));
    let done = applies(&ana, same.id).await;
    assert_eq!((done.status, seen(&ana, &kept).await), (BulkEditStatus::Applied, kept));
}

/// A listing with a small and a large variant.
fn two_sizes(title: &str, tags: &[&str]) -> Value {
    let mut draft = mug(title, 2000, 3);
    let variant = |sku: &str, value: &str, minor: i64| {
        json!({ "sku": sku, "values": [value], "stock": 3,
        "price": { "minor": minor, "currency": "EUR" } })
    };
    draft["tags"] = json!(tags);
    draft["options"] = json!(["Size"]);
    draft["variants"] = json!([variant("BOWL-S", "small", 2000), variant("bowl-L", "large", 4000)]);
    draft
}

async fn a_filter_picks_listings_and_variants(market: Market) {
    let ana = market.artisan("Ana").await;
    let bowl = drafts(&ana, &two_sizes("Große Schale", &["Gift", "Küche"])).await;
    let plain = drafts(&ana, &mug("Oat mug", 3800, 3)).await;
    let put_away = drafts(&ana, &mug("Old mug", 3800, 3)).await;
    does(&ana, &put_away, "archive").await.expect::<Listing>(200);
    offers(&ana, &mug("Sold mug", 3800, 0)).await;
    let euros = |minor: i64| json!({ "minor": minor, "currency": "EUR" });
    let cases = [
        (json!({}), vec!["Große Schale", "Oat mug", "Sold mug"]),
        (json!({ "status": ["archived"] }), vec!["Old mug"]),
        (json!({ "status": ["draft", "sold_out"] }), vec!["Große Schale", "Oat mug", "Sold mug"]),
        (json!({ "tags": ["gift", "KÜCHE"] }), vec!["Große Schale"]),
        (json!({ "text": ["GROSSE"] }), vec![]),
        (json!({ "text": ["große", "schale"] }), vec!["Große Schale"]),
        (json!({ "category": ["wood"] }), vec![]),
        (json!({ "sku": "mug-" }), vec!["Oat mug", "Sold mug"]),
        (json!({ "price_from": euros(3900) }), vec!["Große Schale"]),
        (
            json!({ "price_from": euros(2001), "price_to": euros(3999) }),
            vec!["Oat mug", "Sold mug"],
        ),
        (json!({ "price_from": euros(3000), "sku": "bowl-s" }), vec![]),
    ];
    for (filter, wanted) in cases {
        let edit = plans(&ana, &filter, &json!({ "tags_add": ["found"] })).await;
        let mut titles: Vec<String> =
            rows(&ana, edit.id).await.into_iter().map(|row| row.title).collect();
        titles.sort_unstable();
        assert_eq!(titles, wanted, "{filter}");
    }
    let large = json!({ "sku": "BOWL-L" });
    let edit = plans(&ana, &large, &json!({ "price_set": euros(4500), "stock_add": -1 })).await;
    applies(&ana, edit.id).await;
    let pieces: Vec<_> = seen(&ana, &bowl)
        .await
        .variants
        .iter()
        .map(|it| (it.price.minor(), it.available))
        .collect();
    assert_eq!(pieces, [(2000, 3), (4500, 2)]);
    assert_eq!(seen(&ana, &plain).await, plain);
}

async fn what_changed_since_the_plan_is_named_and_left_alone(market: Market) {
    let ana = market.artisan("Ana").await;
    let (cup, bowl) =
        (drafts(&ana, &mug("Cup", 2400, 3)).await, drafts(&ana, &mug("Bowl", 3800, 5)).await);
    let edit = plans(&ana, &json!({}), &json!({ "price_percent": 1000 })).await;
    let early: Problem = {
        let open = opens(&ana, &json!({}), &json!({ "stock_set": 1 })).await;
        step(&ana, open.id, "apply").await.expect(409)
    };
    assert!(early.detail.starts_with("not every listing was looked at"), "{}", early.detail);
    let price = json!({ "variants": [{ "id": cup.variants[0].id, "price": { "minor": 5000, "currency": "EUR" } }] });
    changes(&ana, &cup, &price).await.expect::<Listing>(200);
    changes(&ana, &bowl, &json!({ "title": "Deep bowl" })).await.expect::<Listing>(200);
    let applied = applies(&ana, edit.id).await;
    assert_eq!((applied.done, applied.failed), (1, 1));
    assert_eq!(applied.errors[0].title, "Cup");
    assert!(applied.errors[0].message.starts_with("it was changed since the plan"), "{applied:?}");
    assert_eq!(seen(&ana, &cup).await.variants[0].price.minor(), 5000);
    let bowl = seen(&ana, &bowl).await;
    assert_eq!((bowl.title.as_str(), bowl.variants[0].price.minor()), ("Deep bowl", 4180));
    let drop =
        ana.sends(Method::DELETE, &format!("/api/v1/edits/{}", edit.id), |request| request).await;
    assert_eq!(drop.status, 409);
}

async fn undo_leaves_alone_what_was_changed_or_sold_since(market: Market) {
    let ana = market.artisan("Ana").await;
    let mut listings = Vec::new();
    for title in ["Cup", "Bowl", "Plate"] {
        listings.push(offers(&ana, &mug(title, 2400, 3)).await);
    }
    let edit =
        plans(&ana, &json!({}), &json!({ "price_percent": 1000, "tags_add": ["gift"] })).await;
    applies(&ana, edit.id).await;
    changes(&ana, &listings[0], &json!({ "title": "Tall cup" })).await.expect::<Listing>(200);
    let mut tx = market.state.db.begin().await.unwrap();
    let (order, line) =
        (Id::from_uuid(uuid::Uuid::from_u128(1)), [(listings[1].variants[0].id, 1)]);
    server::listings::hold(&market.state, &mut tx, order, &line).await.unwrap();
    tx.commit().await.unwrap();

    let undone = undoes(&ana, edit.id).await;
    assert_eq!((undone.undone, undone.skipped), (1, 2));
    let mut told: Vec<&str> = undone.errors.iter().map(|error| error.title.as_str()).collect();
    told.sort_unstable();
    assert_eq!(told, ["Bowl", "Cup"]);
    assert!(undone.errors[1].message.contains("changed or sold since"), "{undone:?}");
    let cup = seen(&ana, &listings[0]).await;
    assert_eq!((cup.title.as_str(), cup.variants[0].price.minor()), ("Tall cup", 2640));
    let plate = seen(&ana, &listings[2]).await;
    let as_before =
        Listing { version: plate.version, updated_at: plate.updated_at, ..listings[2].clone() };
    assert_eq!(plate, as_before);
    let path = format!("/api/v1/listings/{}/history", plate.id);
    let history: Page<ListingVersion> = ana.gets(&path).await.expect(200);
    let causes: Vec<Cause> = history.items.iter().map(|it| it.cause).collect();
    assert_eq!(causes, [Cause::Undo, Cause::BulkEdit, Cause::Edit, Cause::Draft]);
    assert_eq!(undoes(&ana, edit.id).await, undone, "once more does nothing");
    assert_eq!(step(&ana, edit.id, "apply").await.status, 409);
    // A single listing goes back by its history, too.
    let restore = format!("/api/v1/listings/{}/restore", listings[0].id);
    let cup: Listing = ana.posts(&restore, &json!({ "version": 2 })).await.expect(200);
    assert_eq!(
        (cup.title.as_str(), cup.variants[0].price.minor(), cup.tags),
        ("Cup", 2400, listings[0].tags.clone())
    );
}

async fn edits_of_one_listing_are_undone_one_after_the_other(market: Market) {
    let ana = market.artisan("Ana").await;
    let mut listings = Vec::new();
    for title in ["Cup", "Bowl", "Plate", "Jug"] {
        listings.push(offers(&ana, &mug(title, 2400, 3)).await);
    }
    let before = contents(&market).await;
    let changes_of =
        [json!({ "price_percent": 1000 }), json!({ "stock_add": 2, "tags_add": ["gift"] })];
    let mut made = Vec::new();
    for change in &changes_of {
        let edit = plans(&ana, &json!({}), change).await;
        made.push(applies(&ana, edit.id).await.id);
    }
    for id in made.iter().rev() {
        let undone = undoes(&ana, *id).await;
        assert_eq!((undone.undone, undone.skipped), (4, 0), "{undone:?}");
    }
    assert_eq!(contents(&market).await, before);

    // What the artisan or a shopper did in between still stands in the way of the older one.
    let [first, second] = [&changes_of[0], &changes_of[1]];
    let edit = plans(&ana, &json!({}), first).await;
    let first = applies(&ana, edit.id).await.id;
    changes(&ana, &listings[0], &json!({ "title": "Tall cup" })).await.expect::<Listing>(200);
    let mut tx = market.state.db.begin().await.unwrap();
    let order = Id::from_uuid(uuid::Uuid::from_u128(1));
    let line = [(listings[1].variants[0].id, 1)];
    server::listings::hold(&market.state, &mut tx, order, &line).await.unwrap();
    tx.commit().await.unwrap();
    let edit = plans(&ana, &json!({}), second).await;
    let second = applies(&ana, edit.id).await.id;
    assert_eq!(undoes(&ana, second).await.undone, 4);
    let undone = undoes(&ana, first).await;
    let mut told: Vec<&str> = undone.errors.iter().map(|error| error.title.as_str()).collect();
    told.sort_unstable();
    assert_eq!((undone.undone, told), (2, vec!["Bowl", "Cup"]));
    assert_eq!(seen(&ana, &listings[0]).await.title, "Tall cup");
    assert_eq!(seen(&ana, &listings[1]).await.variants[0].available, 2, "a sold piece stays sold");
}

async fn states_move_as_they_may_and_come_back(market: Market) {
    let ana = market.artisan("Ana").await;
    let (draft, shown) =
        (drafts(&ana, &mug("Cup", 2400, 3)).await, offers(&ana, &mug("Bowl", 2400, 3)).await);
    let before = contents(&market).await;
    let edit = plans(&ana, &json!({}), &json!({ "status": "paused" })).await;
    assert_eq!((edit.planned, edit.failed), (1, 1));
    assert_eq!(edit.errors[0].message, "a listing that is a draft cannot become paused");
    applies(&ana, edit.id).await;
    assert_eq!(seen(&ana, &shown).await.status, ListingStatus::Paused);
    let publish = plans(&ana, &json!({}), &json!({ "status": "active" })).await;
    applies(&ana, publish.id).await;
    assert_eq!(seen(&ana, &draft).await.status, ListingStatus::Active);
    undoes(&ana, publish.id).await;
    undoes(&ana, edit.id).await;
    assert_eq!(contents(&market).await, before, "not even when it was published");

    market.register("Ida").await;
    let asked = json!({ "email": email_of("Ida"), "password": PASSWORD, "name": "test" });
    let token: Value = market.visitor().posts("/api/v1/tokens", &asked).await.expect(201);
    let ida = market.visitor().with_token(token["token"].as_str().unwrap().to_owned());
    assert_eq!(ida.posts("/api/v1/shop", &json!({ "name": "Ida’s" })).await.status, 201);
    drafts(&ida, &mug("Cup", 2400, 3)).await;
    let refused = plans(&ida, &json!({}), &json!({ "status": "active" })).await;
    assert_eq!((refused.planned, refused.failed), (0, 1));
    assert!(refused.errors[0].message.contains("e-mail"), "{refused:?}");
}

async fn what_makes_no_sense_is_refused_by_name(market: Market) {
    let ana = market.artisan("Ana").await;
    let dollars = json!({ "minor": 100, "currency": "USD" });
    let euros = |minor: i64| json!({ "minor": minor, "currency": "EUR" });
    let wrong = [
        (json!({}), json!({}), "change"),
        (json!({}), json!({ "price_percent": -10_000 }), "change.price_percent"),
        (json!({}), json!({ "price_percent": i64::MAX }), "change.price_percent"),
        (json!({}), json!({ "price_percent": 500, "price_set": euros(900) }), "change.price_set"),
        (json!({}), json!({ "price_set": dollars }), "change.price_set"),
        (json!({}), json!({ "stock_set": -1 }), "change.stock_set"),
        (json!({}), json!({ "stock_add": i64::MIN }), "change.stock_add"),
        (json!({}), json!({ "stock_set": 1, "stock_add": 1 }), "change.stock_set"),
        (json!({}), json!({ "tags_add": [" "] }), "change.tags_add"),
        (json!({}), json!({ "status": "draft" }), "change.status"),
        (json!({ "price_from": dollars }), json!({ "stock_set": 1 }), "filter.price_from"),
        (
            json!({ "price_from": euros(2), "price_to": euros(1) }),
            json!({ "stock_set": 1 }),
            "filter.price_to",
        ),
        (json!({ "text": vec!["x"; 21] }), json!({ "stock_set": 1 }), "filter.text"),
    ];
    for (filter, change, field) in wrong {
        let answer =
            ana.posts("/api/v1/edits", &json!({ "filter": filter, "change": change })).await;
        let problem: Problem = answer.expect(422);
        assert_eq!(problem.field.as_deref(), Some(field), "{filter} {change}: {}", problem.detail);
    }
    let listed: Page<BulkEdit> = ana.gets("/api/v1/edits").await.expect(200);
    assert!(listed.items.is_empty());
    drafts(&ana, &mug("Cup", 2400, 3)).await;
    let huge = plans(&ana, &json!({}), &json!({ "price_add": euros(i64::MAX) })).await;
    assert_eq!((huge.failed, huge.planned), (1, 0));
    let gone = plans(&ana, &json!({}), &json!({ "stock_add": -4 })).await;
    assert_eq!(gone.errors[0].message, "variant MUG-1: the stock is a number from 0 to 1000000");
    assert_eq!(rows(&ana, gone.id).await[0].action, PlannedAction::Fail);
}

async fn edits_of_other_shops_are_not_found(market: Market) {
    let (ana, ben) = (market.artisan("Ana").await, market.artisan("Ben").await);
    let cup = drafts(&ana, &mug("Cup", 2400, 3)).await;
    let edit = plans(&ben, &json!({}), &json!({ "stock_set": 1 })).await;
    assert_eq!(edit.planned, 0, "only her own");
    let edit = plans(&ana, &json!({}), &json!({ "stock_set": 1 })).await;
    for verb in ["plan", "apply", "undo"] {
        assert_eq!(step(&ben, edit.id, verb).await.status, 404, "{verb}");
    }
    assert_eq!(ben.gets(&format!("/api/v1/edits/{}/rows", edit.id)).await.status, 404);
    assert_eq!(step(&ana, edit.id, "undo").await.status, 409, "nothing was applied");
    assert_eq!(seen(&ana, &cup).await, cup);
}
