//! Imports: a plan that writes nothing, then its application.

use api::attribute::AttributeEdits;
use api::import::{
    ApplyRequest, BatchPlan, Import, ImportBatch, ImportRow, ImportStatus, PlannedAction,
    PlannedRow,
};
use api::listing::{
    Category, GalleryEntry, Listing, ListingDraft, ListingStatus, ListingSummary, VariantDraft,
};
use api::{Currency, Id, Money, Page};
use reqwest::Method;
use serde_json::json;

use crate::listings::{does, drafts, edits};
use crate::market::{Answer, Market, PASSWORD, Person, email_of, on_both_engines};

on_both_engines![
    a_plan_writes_nothing_and_a_dropped_one_is_gone,
    the_same_file_twice_changes_nothing_whatever_happened_between,
    only_what_changed_in_the_file_is_changed,
    stock_that_the_file_changed_is_set,
    absent_variants_stay_unless_they_may_go,
    a_listing_made_by_hand_is_recognised_by_sku_or_title_once,
    a_plan_judges_a_listing_as_it_would_be_saved,
    a_refused_listing_leaves_the_others_alone_and_says_why,
    publishing_needs_a_proved_address_and_happens_once,
    an_import_stopped_half_way_goes_on_where_it_was,
    two_who_apply_at_once_do_each_row_once,
    a_batch_may_be_sent_again,
    a_plan_that_is_being_applied_takes_no_more_rows,
    rows_that_cannot_be_a_plan_are_refused,
    imports_of_other_shops_are_not_found,
];

fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn variant(sku: &str, value: &str, minor: i64, stock: i64) -> VariantDraft {
    VariantDraft { sku: sku.into(), values: vec![value.into()], price: euros(minor), stock }
}

fn row(line: u64, key: &str, variants: &[VariantDraft]) -> ImportRow {
    let draft = ListingDraft {
        title: format!("The {key}"),
        description: "Thrown by hand.".into(),
        category: Category::Clay,
        materials: vec!["stoneware".into()],
        tags: vec!["kitchen".into()],
        attributes: AttributeEdits::new(),
        options: vec!["Glaze".into()],
        variants: variants.to_vec(),
        questions: None,
        making: None,
    };
    ImportRow { line, key: key.into(), draft, silent: Vec::new(), publish: false, images: None }
}

fn mug() -> ImportRow {
    row(2, "mug", &[variant("MUG-O", "Oat", 2800, 6), variant("MUG-S", "Sea", 2800, 4)])
}

/// So many listings with one variant each.
fn many(count: u64) -> Vec<ImportRow> {
    let one = |n| row(n + 2, &format!("k{n}"), &[variant(&format!("S{n}"), "Oat", 900, 1)]);
    (0..count).map(one).collect()
}

async fn opens(artisan: &Person) -> Id<Import> {
    let new = json!({ "file": "shop.csv", "format": "shopify" });
    artisan.posts("/api/v1/imports", &new).await.expect::<Import>(201).id
}

async fn sends(artisan: &Person, id: Id<Import>, rows: &[ImportRow]) -> Answer {
    let batch = ImportBatch { rows: rows.to_vec() };
    artisan.posts(&format!("/api/v1/imports/{id}/rows"), &batch).await
}

async fn plans(artisan: &Person, id: Id<Import>, rows: &[ImportRow]) -> Vec<PlannedRow> {
    sends(artisan, id, rows).await.expect::<BatchPlan>(200).rows
}

async fn applies_some(artisan: &Person, id: Id<Import>, allow_delete: bool) -> Answer {
    artisan.posts(&format!("/api/v1/imports/{id}/apply"), &ApplyRequest { allow_delete }).await
}

async fn applies(artisan: &Person, id: Id<Import>, allow_delete: bool) -> Import {
    loop {
        let import: Import = applies_some(artisan, id, allow_delete).await.expect(200);
        if import.status == ImportStatus::Applied {
            return import;
        }
    }
}

async fn drops(artisan: &Person, id: Id<Import>) -> u16 {
    let path = format!("/api/v1/imports/{id}");
    artisan.sends(Method::DELETE, &path, |request| request).await.status
}

/// A whole import: what was planned, in short, and what came of it.
async fn imports(artisan: &Person, rows: &[ImportRow]) -> (Vec<String>, Import) {
    let id = opens(artisan).await;
    let planned = plans(artisan, id, rows).await.iter().map(brief).collect();
    (planned, applies(artisan, id, false).await)
}

fn brief(row: &PlannedRow) -> String {
    let change = |c: &api::import::FieldChange| format!("{} {}→{}", c.field, c.from, c.to);
    let changes: Vec<String> = row.changes.iter().map(change).collect();
    let error = row.error.as_ref().map(|error| format!(" {}", error.message)).unwrap_or_default();
    format!("{} {} [{}]{error}", row.line, row.action, changes.join(", "))
}

async fn all(artisan: &Person) -> Vec<ListingSummary> {
    let mut rows = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/api/v1/listings?limit=200{after}");
        let page: Page<ListingSummary> = artisan.gets(&path).await.expect(200);
        rows.extend(page.items);
        match page.next {
            Some(next) => after = format!("&after={next}"),
            None => return rows,
        }
    }
}

/// The listing with this first SKU.
async fn listing(artisan: &Person, sku: &str) -> Listing {
    for row in all(artisan).await {
        let listing: Listing =
            artisan.gets(&format!("/api/v1/listings/{}", row.id)).await.expect(200);
        if listing.variants[0].sku == sku {
            return listing;
        }
    }
    panic!("nothing has the SKU {sku}");
}

fn pieces(listing: &Listing) -> Vec<i64> {
    listing.variants.iter().map(|variant| variant.available).collect()
}

async fn a_plan_writes_nothing_and_a_dropped_one_is_gone(market: Market) {
    let artisan = market.artisan("Elin").await;
    let id = opens(&artisan).await;
    assert_eq!(plans(&artisan, id, &[mug()]).await[0].action, PlannedAction::Create);
    assert!(all(&artisan).await.is_empty());
    assert_eq!(drops(&artisan, id).await, 204);
    assert_eq!(artisan.gets(&format!("/api/v1/imports/{id}")).await.status, 404);
}

async fn the_same_file_twice_changes_nothing_whatever_happened_between(market: Market) {
    let artisan = market.artisan("Elin").await;
    let file = [mug(), row(5, "cup", &[variant("CUP", "Oat", 1200, 3)])];
    let (planned, first) = imports(&artisan, &file).await;
    assert_eq!(planned, ["2 create []", "5 create []"]);
    assert_eq!((first.listings.created, first.variants.created), (2, 3));

    let cup = listing(&artisan, "CUP").await;
    let sold = json!({ "id": cup.variants[0].id, "price": euros(1500), "stock": 1 });
    let edit = json!({ "title": "The small cup", "variants": [sold] });
    assert_eq!(edits(&artisan, &cup, &edit).await.status, 200);
    let before = (listing(&artisan, "CUP").await, listing(&artisan, "MUG-O").await);

    let (planned, second) = imports(&artisan, &file).await;
    assert_eq!(planned, ["2 keep []", "5 keep []"]);
    assert_eq!((second.listings.unchanged, second.variants.unchanged, second.done), (2, 3, 2));
    let after = (listing(&artisan, "CUP").await, listing(&artisan, "MUG-O").await);
    assert_eq!(before, after, "not even a version");
}

async fn only_what_changed_in_the_file_is_changed(market: Market) {
    let artisan = market.artisan("Elin").await;
    imports(&artisan, &[mug()]).await;
    let before = listing(&artisan, "MUG-O").await;
    let sold = json!({ "variants": [{ "id": before.variants[0].id, "stock": 2 }] });
    assert_eq!(edits(&artisan, &before, &sold).await.status, 200);

    let mut changed = mug();
    changed.draft.variants[0].price = euros(3000);
    changed.draft.variants.push(variant("MUG-M", "Moss", 3000, 1));
    let (planned, import) = imports(&artisan, &[changed]).await;
    assert_eq!(planned, ["2 change [variants.MUG-O.price €28.00→€30.00, variants.MUG-M →€30.00]"]);
    assert_eq!((import.listings.changed, import.variants.created), (1, 1));
    assert_eq!((import.variants.changed, import.variants.unchanged), (1, 1));
    let after = listing(&artisan, "MUG-O").await;
    assert_eq!(pieces(&after), [2, 4, 1], "four sold pieces stay sold");
    assert_eq!(after.variants[0].id, before.variants[0].id);
}

async fn stock_that_the_file_changed_is_set(market: Market) {
    let artisan = market.artisan("Elin").await;
    imports(&artisan, &[mug()]).await;
    let mut counted = mug();
    counted.draft.variants[1].stock = 9;
    let (planned, _) = imports(&artisan, &[counted]).await;
    assert_eq!(planned, ["2 change [variants.MUG-S.stock 4→9]"]);
    assert_eq!(pieces(&listing(&artisan, "MUG-O").await), [6, 9]);
}

async fn absent_variants_stay_unless_they_may_go(market: Market) {
    let artisan = market.artisan("Elin").await;
    imports(&artisan, &[mug()]).await;
    let fewer = [row(2, "mug", &[variant("MUG-O", "Oat", 2800, 6)])];
    let id = opens(&artisan).await;
    let planned = plans(&artisan, id, &fewer).await;
    let absent: Vec<&str> = planned[0].absent.iter().map(|variant| variant.sku.as_str()).collect();
    assert_eq!((planned[0].action, absent), (PlannedAction::Keep, vec!["MUG-S"]));
    applies(&artisan, id, false).await;
    assert_eq!(listing(&artisan, "MUG-O").await.variants.len(), 2);

    let id = opens(&artisan).await;
    plans(&artisan, id, &fewer).await;
    assert_eq!(applies(&artisan, id, true).await.listings.changed, 1);
    assert_eq!(listing(&artisan, "MUG-O").await.variants.len(), 1);
}

async fn a_listing_made_by_hand_is_recognised_by_sku_or_title_once(market: Market) {
    let artisan = market.artisan("Elin").await;
    let by_hand = drafts(&artisan, &serde_json::to_value(mug().draft).unwrap()).await;
    let mut renamed = mug();
    renamed.draft.title = "Another name".into();
    let mut same_title = row(9, "twin", &[variant("TWIN", "Oat", 2800, 1)]);
    same_title.draft.title.clone_from(&by_hand.title);
    let (planned, _) = imports(&artisan, &[renamed, same_title]).await;
    assert_eq!(planned, ["2 change [title The mug→Another name]", "9 create []"]);
    assert_eq!(listing(&artisan, "MUG-O").await.id, by_hand.id);
    assert_ne!(listing(&artisan, "TWIN").await.id, by_hand.id);
}

async fn a_plan_judges_a_listing_as_it_would_be_saved(market: Market) {
    let artisan = market.artisan("Elin").await;
    let mut plain =
        row(2, "mug", &[VariantDraft { values: vec![], ..variant("MUG", "", 2800, 3) }]);
    plain.draft.options.clear();
    imports(&artisan, &[plain]).await;
    // The file gives it an option, which the variant that it no longer has cannot have a value for.
    let (planned, import) = imports(&artisan, &[mug()]).await;
    assert!(planned[0].starts_with("2 fail [] variant MUG: 0 values for 1 options"), "{planned:?}");
    assert!(planned[0].contains("no longer has stay and are in the way"), "{planned:?}");
    assert_eq!((import.listings.failed, import.listings.changed), (1, 0));
    assert_eq!(listing(&artisan, "MUG").await.options, Vec::<String>::new());

    let new = json!({ "file": "shop.csv", "format": "stall", "allow_delete": true });
    let id = artisan.posts("/api/v1/imports", &new).await.expect::<Import>(201).id;
    let planned = plans(&artisan, id, &[ImportRow { publish: true, ..mug() }]).await;
    assert_eq!((planned[0].action, planned[0].absent[0].pieces), (PlannedAction::Change, 3));
    let done = applies(&artisan, id, false).await;
    assert_eq!((done.listings.changed, done.allow_delete), (1, true));
    assert_eq!(listing(&artisan, "MUG-O").await.variants.len(), 2);

    // Nothing left to sell is what it says it would be.
    let sold = [variant("MUG-O", "Oat", 2800, 0), variant("MUG-S", "Sea", 2800, 0)];
    let (planned, _) =
        imports(&artisan, &[ImportRow { publish: true, ..row(2, "mug", &sold) }]).await;
    assert!(planned[0].contains("status active→sold_out"), "{planned:?}");
    assert_eq!(listing(&artisan, "MUG-O").await.status, ListingStatus::SoldOut);
}

async fn a_refused_listing_leaves_the_others_alone_and_says_why(market: Market) {
    let artisan = market.artisan("Elin").await;
    let cheap = row(7, "cheap", &[variant("CHEAP", "Oat", 10, 1)]);
    let foreign = GalleryEntry { hash: "ab".repeat(32), alt: String::new() };
    let bare = row(8, "bare", &[variant("BARE", "Oat", 900, 1)]);
    let bare = ImportRow { images: Some(vec![foreign]), ..bare };
    let (planned, import) = imports(&artisan, &[mug(), cheap, bare]).await;
    assert!(planned[1].contains("fail") && planned[1].contains("€0.50"), "{planned:?}");
    assert_eq!((import.listings.created, import.listings.failed), (1, 2));
    assert_eq!((import.variants.created, import.variants.failed), (2, 2));
    let errors: Vec<(u64, &str)> =
        import.errors.iter().map(|error| (error.line, error.code.as_str())).collect();
    assert_eq!(errors, [(7, "listing.refused"), (8, "listing.refused")]);
    assert_eq!(all(&artisan).await.len(), 1, "nothing of the refused ones");
}

async fn publishing_needs_a_proved_address_and_happens_once(market: Market) {
    market.register("Ida").await;
    let asked = json!({ "email": email_of("Ida"), "password": PASSWORD, "name": "test" });
    let token: api::account::Token =
        market.visitor().posts("/api/v1/tokens", &asked).await.expect(201);
    let artisan = market.visitor().with_token(token.token);
    artisan
        .posts("/api/v1/shop", &json!({ "name": "Ida’s workshop" }))
        .await
        .expect::<api::shop::Shop>(201);
    let for_sale = [ImportRow { publish: true, ..mug() }];
    let (planned, _) = imports(&artisan, &for_sale).await;
    assert!(planned[0].contains("fail") && planned[0].contains("e-mail"), "{planned:?}");

    server::accounts::verify_by_operator(&market.state, &email_of("Ida")).await.unwrap();
    imports(&artisan, &[mug()]).await;
    assert_eq!(listing(&artisan, "MUG-O").await.status, ListingStatus::Draft);
    let (planned, _) = imports(&artisan, &for_sale).await;
    assert_eq!(planned, ["2 change [status draft→active]"]);
    let sold = listing(&artisan, "MUG-O").await;
    assert_eq!(sold.status, ListingStatus::Active);

    assert_eq!(does(&artisan, &sold, "pause").await.status, 200);
    let (planned, _) = imports(&artisan, &for_sale).await;
    assert_eq!(planned, ["2 keep []"], "a pause is not undone by the same file");
}

async fn an_import_stopped_half_way_goes_on_where_it_was(market: Market) {
    let artisan = market.artisan("Elin").await;
    let id = opens(&artisan).await;
    for batch in many(450).chunks(200) {
        plans(&artisan, id, batch).await;
    }
    let part: Import = applies_some(&artisan, id, false).await.expect(200);
    assert_eq!((part.status, part.done, part.planned), (ImportStatus::Applying, 200, 450));
    assert_eq!(all(&artisan).await.len(), 200);

    let whole = applies(&artisan, id, false).await;
    assert_eq!((whole.listings.created, whole.done), (450, 450));
    assert_eq!(all(&artisan).await.len(), 450, "each once");
    assert_eq!(applies(&artisan, id, false).await, whole, "applying again does nothing");
}

async fn two_who_apply_at_once_do_each_row_once(market: Market) {
    let artisan = market.artisan("Elin").await;
    let id = opens(&artisan).await;
    plans(&artisan, id, &many(100)).await;
    let (one, other) =
        tokio::join!(applies_some(&artisan, id, false), applies_some(&artisan, id, false));
    // On PostgreSQL one of them may be told to come back.
    assert!([one.status, other.status].iter().all(|status| [200, 503].contains(status)));
    let import = applies(&artisan, id, false).await;
    assert_eq!((import.listings.created, all(&artisan).await.len()), (100, 100));
}

async fn a_batch_may_be_sent_again(market: Market) {
    let artisan = market.artisan("Elin").await;
    let id = opens(&artisan).await;
    plans(&artisan, id, &[mug()]).await;
    plans(&artisan, id, &[mug()]).await;
    let import = applies(&artisan, id, false).await;
    assert_eq!((import.planned, import.listings.created), (1, 1));
}

async fn a_plan_that_is_being_applied_takes_no_more_rows(market: Market) {
    let artisan = market.artisan("Elin").await;
    let id = opens(&artisan).await;
    plans(&artisan, id, &[mug()]).await;
    applies(&artisan, id, false).await;
    assert_eq!(sends(&artisan, id, &many(1)).await.status, 409);
    assert_eq!(drops(&artisan, id).await, 409, "history stays");
}

async fn rows_that_cannot_be_a_plan_are_refused(market: Market) {
    let artisan = market.artisan("Elin").await;
    let id = opens(&artisan).await;
    let mut nul = mug();
    nul.draft.description = "a\u{0}b".into();
    let blank = ImportRow { key: " ".into(), ..mug() };
    for rows in [vec![mug(), mug()], vec![blank], many(201), vec![nul]] {
        assert_eq!(sends(&artisan, id, &rows).await.status, 422);
    }
    let mut long = mug();
    long.draft.description = "x".repeat(200_000);
    let planned = plans(&artisan, id, &[long]).await;
    assert_eq!(planned[0].action, PlannedAction::Fail, "a large body is a row's own trouble");
}

async fn imports_of_other_shops_are_not_found(market: Market) {
    let (artisan, other) = (market.artisan("Elin").await, market.artisan("Ida").await);
    let id = opens(&artisan).await;
    plans(&artisan, id, &[mug()]).await;
    assert_eq!(sends(&other, id, &[mug()]).await.status, 404);
    assert_eq!(applies_some(&other, id, false).await.status, 404);
    assert_eq!(other.gets(&format!("/api/v1/imports/{id}")).await.status, 404);
    assert_eq!(drops(&other, id).await, 404);
    assert_eq!(market.visitor().gets("/api/v1/imports").await.status, 401);
    let theirs: Page<Import> = other.gets("/api/v1/imports").await.expect(200);
    assert!(theirs.items.is_empty());
    let own: Page<Import> = artisan.gets("/api/v1/imports").await.expect(200);
    assert_eq!((own.items.len(), own.items[0].planned, own.items[0].done), (1, 1, 0));
}
