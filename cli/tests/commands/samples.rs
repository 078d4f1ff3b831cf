//! Answers that a market might give; each is read back as its wire type, so none can go stale.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn checked<T: DeserializeOwned + Serialize>(value: Value) -> Value {
    serde_json::to_value(serde_json::from_value::<T>(value).unwrap()).unwrap()
}

fn eur(minor: i64) -> Value {
    json!({"minor": minor, "currency": "EUR"})
}

pub(crate) fn account() -> Value {
    checked::<api::account::Account>(json!({
        "id": "acc_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "email": "ana@example.org", "email_verified": true,
        "name": "Ana", "created_at": "2026-11-01T09:00:00Z"
    }))
}

pub(crate) fn token() -> Value {
    json!({"token": "stall_fresh", "expires_at": "2027-02-01T09:00:00Z", "account": account()})
}

pub(crate) fn me() -> Value {
    checked::<api::account::Me>(json!({
        "account": account(), "shop": shop(), "market": "Loomstead", "payments": "simulator",
        "now": "2026-11-22T14:02:11Z"
    }))
}

pub(crate) fn sessions() -> Value {
    checked::<api::Page<api::sign_in::Session>>(json!({"items": [
        {
            "id": "ses_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "kind": "token", "name": "studio laptop",
            "created_at": "2026-11-01T09:00:00Z", "used_at": "2026-11-22T14:00:00Z",
            "expires_at": "2027-02-20T14:00:00Z", "current": true
        },
        {
            "id": "ses_01JD3V7M8K6Q2Z5X9T4B0C1D2F", "kind": "web", "name": "Firefox on Linux",
            "created_at": "2026-11-20T09:00:00Z", "used_at": "2026-11-21T19:12:00Z",
            "expires_at": "2026-12-05T19:12:00Z", "current": false
        },
        backup()
    ], "next": null}))
}

/// A program's token, as it is listed.
fn backup() -> Value {
    json!({
        "id": "ses_01JD3V7M8K6Q2Z5X9T4B0C1D2G", "kind": "token", "name": "night backup",
        "created_at": "2026-11-02T09:00:00Z", "used_at": "2026-11-22T03:00:00Z",
        "expires_at": "2027-02-20T03:00:00Z", "current": false, "scopes": ["orders:read", "payouts:read"]
    })
}

pub(crate) fn created_token() -> Value {
    json!({"token": "stall_shown_once", "session": checked::<api::sign_in::Session>(backup())})
}

pub(crate) fn sign_in(pending: Option<&str>, on: bool) -> Value {
    checked::<api::sign_in::SignIn>(json!({
        "email": "ana@example.org", "email_verified": true, "pending_email": pending,
        "second_step": {"on": on, "demanded": false, "staff": false, "recovery_codes": if on { 9 } else { 0 }}
    }))
}

/// What an authenticator app needs.
pub(crate) fn setup() -> Value {
    json!({
        "url": "otpauth://totp/Loomstead:ana%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Loomstead",
        "secret": "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    })
}

pub(crate) fn recovery_codes() -> Value {
    json!({"codes": ["012345-6789AB-CDEFGH-JKMN10", "112345-6789AB-CDEFGH-JKMN10"]})
}

pub(crate) fn shop() -> Value {
    checked::<api::shop::Shop>(json!({
        "id": "shp_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "slug": "oat-and-ash", "name": "Oat & Ash", "place": "Leipzig, Germany",
        "story": "Two hands, one wheel.\nSince 2019.", "currency": "EUR", "commission_bps": 650,
        "onboarding": "complete", "created_at": "2026-11-01T09:00:00Z"
    }))
}

pub(crate) fn shop_profile() -> Value {
    let mut profile = shop();
    let more = json!({
        "banner": null, "portrait": null,
        "process": [{"hash": "ab", "alt": "A bowl on the wheel", "width": 1600, "height": 1200, "tint": 9},
                    {"hash": "cd", "alt": "The kiln", "width": 1200, "height": 1600, "tint": 3}],
        "policies": {"returns_days": 30, "returns": "You pay the post.", "custom_work": "on_request", "custom": "",
                     "lead_time": {"from": 3, "to": 10}},
        "seller": {"kind": "business", "name": "Oat & Ash GmbH", "address": "Markt 1\n04109 Leipzig",
                   "phone": "+49 341 1234567", "email": "hello@example.org", "register": ""},
        "holiday": {"from": "2026-11-22T14:00:00Z", "until": "2026-12-27T00:00:00Z"}, "version": 7
    });
    profile.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    checked::<api::shop_profile::ShopProfile>(profile)
}

pub(crate) fn profile() -> Value {
    checked::<api::profile::Profile>(json!({
        "account": "acc_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "slug": "ana-ng", "name": "Ana Ng", "avatar": null,
        "about": "I throw pots.", "place": "", "links": ["https://example.org/ana"], "version": 3,
        "show": {"name": "public", "avatar": "private", "about": "customers", "place": "private", "links": "public"}
    }))
}

pub(crate) fn fees() -> Value {
    checked::<api::shop::Fees>(json!({
        "price": eur(2400), "commission": eur(156), "commission_bps": 650, "you_get": eur(2244)
    }))
}

pub(crate) fn listing() -> Value {
    checked::<api::listing::Listing>(json!({
        "id": "lst_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "slug": "stoneware-mug-4b0c1d2e", "status": "active",
        "title": "Stoneware mug", "description": "Hand-thrown.", "category": "clay", "materials": ["stoneware", "ash glaze"],
        "tags": ["mug"], "options": ["Glaze"], "images": [],
        "variants": [
            {"id": "var_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "sku": "MUG-OAT", "values": ["oatmeal"], "price": eur(2400), "available": 7},
            {"id": "var_01JD3V7M8K6Q2Z5X9T4B0C1D2F", "sku": "MUG-SAGE", "values": ["sage"], "price": eur(2600), "available": 0}
        ],
        "created_at": "2026-11-01T09:00:00Z", "updated_at": "2026-11-20T10:30:00Z", "version": 4
    }))
}

fn version(number: i64, cause: &str, by: &Value, changes: &Value) -> Value {
    json!({"version": number, "at": "2026-11-20T10:30:00Z", "by": by, "means": "terminal", "cause": cause, "changes": changes})
}

/// A history of three saves.
pub(crate) fn history() -> Value {
    let price = json!({"field": "variants.MUG-OAT.price", "from": "€24.00", "to": "€25.20"});
    let tags = json!({"field": "tags", "from": "", "to": "mug"});
    let title = json!({"field": "title", "from": "Stonewear mug", "to": "Stoneware mug"});
    let items = json!([
        version(4, "bulk_edit", &json!("Ana"), &json!([price, tags, title])),
        version(2, "edit", &json!("Ana"), &json!([title])),
        version(1, "draft", &json!(null), &json!([])),
    ]);
    checked::<api::Page<api::history::ListingVersion>>(json!({"items": items, "next": null}))
}

/// The second of them, and what restoring it would change.
pub(crate) fn version_detail(restoring: &Value) -> Value {
    checked::<api::history::VersionDetail>(json!({
        "saved": history()["items"][1], "content": listing(), "restoring": restoring
    }))
}

/// A bulk edit of three listings that stands so.
pub(crate) fn bulk_edit(status: &str, done: i64, undone: i64) -> Value {
    let over = |is: bool| if is { json!("2026-11-22T14:03:00Z") } else { json!(null) };
    checked::<api::bulk_edit::BulkEdit>(json!({
        "id": "edt_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "filter": {"tags": ["gift"]}, "change": {"price_percent": 500},
        "status": status, "created_at": "2026-11-22T14:02:11Z", "applied_at": over(done == 2),
        "undone_at": over(undone > 0), "planned": 2, "unchanged": 1, "failed": 1, "done": done, "undone": undone, "skipped": 0,
        "errors": [{"listing": "lst_01JD3V7M8K6Q2Z5X9T4B0C1D2F", "title": "Bead",
                    "message": "variant BEAD: a price is at least €0.50 and at most €999,999.99, not €0.48"}]
    }))
}

/// What its plan says.
pub(crate) fn bulk_rows() -> Value {
    let row = |position: i64, title: &str, from: &str, to: &str| {
        json!({
            "position": position, "listing": "lst_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "title": title, "action": "change",
            "changes": [{"field": "variants.MUG-OAT.price", "from": from, "to": to}], "error": null,
            "applied_at": null, "undone_at": null, "skipped": null
        })
    };
    let rows = [row(1, "Stoneware mug", "€24.00", "€25.20"), row(2, "Bowl", "€38.00", "€39.90")];
    checked::<api::Page<api::bulk_edit::BulkRow>>(json!({"items": rows, "next": null}))
}

pub(crate) fn listings() -> Value {
    checked::<api::Page<api::listing::ListingSummary>>(json!({"next": null, "items": [{
        "id": "lst_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "slug": "stoneware-mug-4b0c1d2e", "status": "active",
        "title": "Stoneware mug", "category": "clay", "sku": "MUG-OAT", "price": eur(2400), "highest": eur(2600), "available": 7,
        "variants": 2, "images": 3, "cover": null, "updated_at": "2026-11-20T10:30:00Z"
    }]}))
}

pub(crate) fn order_row(number: &str, customer: &str) -> Value {
    checked::<api::order::OrderSummary>(json!({
        "id": "ord_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "number": number, "status": "paid", "customer": customer,
        "summary": "Stoneware mug, oatmeal +2", "quantity": 3, "total": eur(120_418), "net": eur(112_591),
        "placed_at": "2026-11-22T14:02:11Z", "paid_at": "2026-11-22T14:03:00Z", "tracking": null
    }))
}

pub(crate) fn orders() -> Value {
    let mut made = order_row("8L40RG3N-2", "Ines =SUM(A1)");
    made["ready_by"] = json!("2026-11-21T14:02:11Z");
    made["late"] = json!(true);
    json!({"next": null, "items": [order_row("7K39QF2M-1", "Björn Åkesson"), made]})
}

pub(crate) fn order() -> Value {
    checked::<api::order::Order>(json!({
        "id": "ord_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "number": "7K39QF2M-1", "status": "shipped",
        "ship_to": {"name": "Björn Åkesson", "line1": "Storgatan 1", "postal_code": "111 23", "city": "Stockholm", "country": "SE"},
        "lines": [{
            "listing": "lst_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "variant": "var_01JD3V7M8K6Q2Z5X9T4B0C1D2E",
            "title": "Stoneware mug", "option": "oatmeal", "sku": "MUG-OAT", "quantity": 2, "price": eur(2400),
            "total": eur(4800), "image": null
        }],
        "total": eur(4800), "commission": eur(312), "net": eur(4488),
        "fulfillments": [{
            "id": "ful_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "carrier": "dhl", "tracking": "00340434161094021501",
            "tracking_url": null, "shipped_at": "2026-11-23T08:00:00Z"
        }],
        "placed_at": "2026-11-22T14:02:11Z", "paid_at": "2026-11-22T14:03:00Z",
        "timeline": [
            {"at": "2026-11-22T14:03:00Z", "text": "paid"},
            {"at": "2026-11-23T08:00:00Z", "text": "shipped with DHL 00340434161094021501"}
        ],
        "note": "Please wrap it well.", "version": 3
    }))
}

pub(crate) fn payout(differing: bool) -> Value {
    checked::<api::payout::Payout>(json!({
        "id": "pay_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "stripe_id": "po_1QJx8sLkdIwHu7ix0snrBa8d", "status": "paid",
        "amount": eur(8976), "created_at": "2026-11-23T00:00:00Z", "arrives_at": "2026-11-25T00:00:00Z",
        "lines": 2, "matched": if differing { 1 } else { 2 }, "itemised": true, "reconciled": !differing
    }))
}

/// A payout that left Stripe a moment ago.
pub(crate) fn payout_on_its_way() -> Value {
    checked::<api::payout::Payout>(json!({
        "id": "pay_01JD3V7M8K6Q2Z5X9T4B0C1D2F", "stripe_id": "po_1QK0aBcDeFgHiJkLmNoPqRsT", "status": "in_transit",
        "amount": eur(4488), "created_at": "2026-11-26T00:00:00Z", "arrives_at": "2026-11-28T00:00:00Z",
        "lines": 0, "matched": 0, "itemised": false, "reconciled": false
    }))
}

pub(crate) fn payout_detail(differing: bool) -> Value {
    let line = |id: &str, order: &str, books: i64| {
        json!({
            "stripe_id": id, "kind": "payment", "order": order, "gross": eur(4800), "commission": eur(312),
            "stripe": eur(4488), "books": eur(books), "status": if books == 4488 { "matched" } else { "differing" },
            "note": if books == 4488 { None } else { Some("partly refunded in the Stripe dashboard on 21 Nov") }
        })
    };
    checked::<api::payout::PayoutDetail>(json!({
        "payout": payout(differing), "gross": eur(9600), "commission": eur(624), "refunds": eur(0), "net": eur(8976),
        "lines": [line("txn_1", "7K39QF2M-1", 4488), line("txn_2", "8L40RG3N-2", if differing { 4898 } else { 4488 })]
    }))
}

pub(crate) fn reconciliation(differing: bool) -> Value {
    checked::<api::payout::Reconciliation>(json!({
        "payouts": [payout_detail(differing)], "on_its_way": eur(31_240), "clean": !differing,
        "overdue": if differing { json!([{"order": "2B77QF2M-1", "amount": eur(4488), "since": "2026-11-01T09:00:00Z"}]) } else { json!([]) }
    }))
}

/// A payout that Stripe has not itemised, beside one that matches.
pub(crate) fn reconciliation_under_way() -> Value {
    let open = json!({
        "payout": payout_on_its_way(), "gross": eur(0), "commission": eur(0), "refunds": eur(0), "net": eur(0), "lines": []
    });
    checked::<api::payout::Reconciliation>(json!({
        "payouts": [open, payout_detail(false)], "on_its_way": eur(0), "clean": true, "overdue": []
    }))
}

pub(crate) fn import() -> Value {
    let counts = json!({"created": 12, "changed": 0, "unchanged": 0, "failed": 0});
    checked::<api::import::Import>(json!({
        "id": "imp_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "file": "products.csv", "format": "shopify", "status": "applied",
        "created_at": "2026-11-20T10:30:00Z", "applied_at": "2026-11-20T10:31:00Z", "planned": 12, "done": 12,
        "listings": counts, "variants": counts
    }))
}

pub(crate) fn event(seq: i64, kind: &str, text: &str) -> String {
    let event = checked::<api::event::Event>(json!({
        "seq": seq, "kind": kind, "at": "2026-11-22T14:02:11Z", "object": "7K39QF2M-1", "text": text
    }));
    format!("id: {seq}\nevent: {kind}\ndata: {event}\n\n")
}

pub(crate) fn erasure(hindrances: &Value) -> Value {
    checked::<api::privacy::ErasurePreview>(json!({
        "goes": ["Your account", "Letters sent to you"],
        "stays": [{"what": "Your purchases", "why": "Law asks for receipts."}],
        "hindrances": hindrances
    }))
}

pub(crate) fn log() -> Value {
    let entry = checked::<api::audit::AuditEntry>(json!({
        "id": "log_01JD3V7M8K6Q2Z5X9T4B0C1D2E", "at": "2026-11-22T14:02:11Z", "role": "artisan", "means": "terminal",
        "verb": "order.ship", "object": "7K39QF2M-1"
    }));
    json!({"items": [entry], "next": null})
}
