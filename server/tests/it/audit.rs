//! The audit log: who did what, read by whoever did it, and changed by nobody.

use std::collections::BTreeSet;

use api::Page;
use api::address::SavedAddress;
use api::audit::{AuditEntry, Means, Role, Verb};
use api::sign_in::Session;
use reqwest::Method;
use serde_json::json;
use server::db::Sql;

use crate::authenticator::{Authenticator, codes_on};
use crate::copy::photograph;
use crate::letters::{bodies_to, reset_token, token_in};
use crate::market::{Market, PASSWORD, Person, on_both_engines};
use crate::privacy::{browser_of, buys, ships};

on_both_engines![
    a_person_reads_what_was_done_in_her_name,
    changes_of_how_one_signs_in_are_noted,
    changes_of_profile_addresses_and_shop_are_noted,
    the_second_step_and_tokens_are_noted,
    a_guest_who_gives_a_payment_up_is_nobody,
    the_log_cannot_be_changed,
];

/// What the log says that somebody did, and with what.
async fn done_by(person: &Person) -> BTreeSet<(Verb, Means)> {
    let log: Page<AuditEntry> = person.gets("/api/v1/profile/log?limit=100").await.expect(200);
    log.items.into_iter().map(|entry| (entry.verb, entry.means)).collect()
}

async fn a_person_reads_what_was_done_in_her_name(market: Market) {
    let maker = market.seller("Bo").await;
    market.passes(1).await;
    let piece = maker.offers("Mug", 2800, 1).await;
    market.passes(1).await;
    let guest = market.visitor();
    buys(&market, &guest, &piece).await;
    let order = maker.only_order().await;
    ships(&maker, &order).await;
    let log: Page<AuditEntry> = maker.gets("/api/v1/profile/log?limit=1").await.expect(200);
    let newest = &log.items[0];
    assert_eq!(
        (newest.verb, newest.object.as_str(), newest.role, newest.means),
        (Verb::OrderShip, order.number.as_str(), Role::Artisan, Means::Terminal)
    );
    let next = log.next.expect("there is more");
    let rest: Page<AuditEntry> =
        maker.gets(&format!("/api/v1/profile/log?after={next}")).await.expect(200);
    assert!(rest.items.is_sorted_by(|newer, older| newer.at >= older.at));
    // What was done in the same instant stands in no order.
    let verbs: BTreeSet<Verb> = rest.items.iter().map(|entry| entry.verb).collect();
    let expected = [
        Verb::AccountOpen,
        Verb::ListingDraft,
        Verb::ListingPublish,
        Verb::SessionBegin,
        Verb::ShopOnboard,
        Verb::ShopOpen,
    ];
    assert_eq!(verbs, BTreeSet::from(expected));
    let browser = browser_of(&market, "Bo").await;
    let page = browser.gets("/account/privacy/log").await.words();
    assert!(
        page.contains(&format!("You handed a parcel over {}, with a terminal", order.number)),
        "{page}"
    );
    assert!(page.contains("You signed in, with a browser"), "{page}");
    let stranger = market.shopper("Ana").await;
    let page = stranger.gets("/account/privacy/log").await.words();
    assert!(!page.contains("parcel"), "{page}");
    // What was refused is not noted.
    let again = maker.posts(&format!("/api/v1/orders/{}/ship", order.number), &json!({})).await;
    assert_eq!(again.status, 409);
    let log: Page<AuditEntry> = maker.gets("/api/v1/profile/log").await.expect(200);
    assert_eq!(log.items.iter().filter(|entry| entry.verb == Verb::OrderShip).count(), 1);
}

async fn changes_of_how_one_signs_in_are_noted(market: Market) {
    const NEW: &str = "nine dry otters singing";
    let terminal = market.terminal("Ana").await;
    let browser = browser_of(&market, "Ana").await;
    let confirm = [("current_password", PASSWORD), ("next", "")];
    assert_eq!(browser.submits("/account/confirm", &confirm).await.status, 303);
    let unwanted = [("email", "ana@other.example")];
    assert_eq!(browser.submits("/account/email", &unwanted).await.status, 303);
    assert_eq!(browser.submits("/account/email/cancel", &[]).await.status, 303);
    let kept = done_by(&browser).await.len();
    assert_eq!(browser.submits("/account/email/cancel", &[]).await.status, 303);
    assert_eq!(done_by(&browser).await.len(), kept, "there was nothing left to call off");
    let form = [("email", "ana@new.example")];
    assert_eq!(browser.submits("/account/email", &form).await.status, 303);
    let token = token_in(&bodies_to(&market, "ana@new.example").await, "/account/email/confirm");
    let sent = browser.submits("/account/email/confirm", &[("token", &token)]).await;
    assert_eq!(sent.status, 303, "{}", sent.words());
    let sessions: Page<Session> = browser.gets("/api/v1/sessions").await.expect(200);
    let other = sessions.items.iter().find(|session| !session.current).expect("the terminal");
    let path = format!("/account/security/sessions/{}/end", other.id);
    assert_eq!(browser.submits(&path, &[]).await.status, 303);
    assert_eq!(terminal.gets("/api/v1/me").await.status, 401);
    assert_eq!(browser.submits("/account/security/sessions/end", &[]).await.status, 303);
    let change = [("current_password", PASSWORD), ("new_password", NEW)];
    assert_eq!(browser.submits("/account/password", &change).await.status, 303);
    let token = reset_token(&market, "ana@new.example").await;
    let reset = json!({ "token": token, "password": PASSWORD });
    assert_eq!(market.visitor().posts("/api/v1/password/reset", &reset).await.status, 204);

    let form = [("email", "ana@new.example"), ("password", PASSWORD)];
    assert_eq!(browser.submits("/login", &form).await.status, 303);
    let with_browser = [
        Verb::SessionBegin,
        Verb::SessionConfirm,
        Verb::EmailAsk,
        Verb::EmailKeep,
        Verb::EmailChange,
        Verb::SessionRevoke,
        Verb::SessionRevokeOthers,
        Verb::PasswordChange,
    ];
    let with_terminal = [Verb::AccountOpen, Verb::SessionBegin, Verb::PasswordReset];
    let expected = with_browser.map(|verb| (verb, Means::Browser)).into_iter();
    let expected = expected.chain(with_terminal.map(|verb| (verb, Means::Terminal)));
    assert_eq!(done_by(&browser).await, expected.collect());
    let log: Page<AuditEntry> = browser.gets("/api/v1/profile/log").await.expect(200);
    let revoked = log.items.iter().find(|entry| entry.verb == Verb::SessionRevoke);
    assert_eq!(revoked.map(|entry| entry.object.clone()), Some(other.id.to_string()));
    let page = browser.gets("/account/privacy/log").await.words();
    assert!(page.contains("You chose a new password by e-mail, with a terminal"), "{page}");
}

async fn changes_of_profile_addresses_and_shop_are_noted(market: Market) {
    let ines = market.artisan("Ines").await;
    let earlier = done_by(&ines).await;
    let deletes =
        async |path: &str| ines.sends(Method::DELETE, path, |request| request).await.status;
    assert_eq!(ines.patches("/api/v1/profile", &json!({ "about": "Clay." })).await.status, 200);
    let portrait = "/api/v1/profile/avatar";
    assert_eq!(deletes(portrait).await, 200, "there is none, so nothing is noted");
    let photo = photograph();
    let set = ines.sends(Method::PUT, portrait, |request| request.body(photo)).await;
    assert_eq!(set.status, 200, "{}", set.body);
    for _twice in 0..2 {
        assert_eq!(deletes(portrait).await, 200);
    }
    let address = json!({ "name": "Ines", "line1": "Weg 1", "line2": "", "postal_code": "07743",
                          "city": "Jena", "region": "", "country": "DE" });
    let added: SavedAddress = ines.posts("/api/v1/addresses", &address).await.expect(201);
    let path = format!("/api/v1/addresses/{}", added.id);
    let put = ines.sends(Method::PUT, &path, |request| request.json(&address)).await;
    assert_eq!(put.status, 200, "{}", put.body);
    assert_eq!(ines.posts(&format!("{path}/default"), &json!({})).await.status, 200);
    assert_eq!(deletes(&path).await, 204);
    assert_eq!(deletes(&path).await, 404);
    let edit = json!({ "place": "Halle" });
    assert_eq!(ines.patches("/api/v1/shop/profile", &edit).await.status, 200);
    assert_eq!(ines.posts("/api/v1/shop/pause", &json!({})).await.status, 200);
    for _twice in 0..2 {
        assert_eq!(ines.posts("/api/v1/shop/resume", &json!({})).await.status, 200);
    }
    let log: Page<AuditEntry> = ines.gets("/api/v1/profile/log").await.expect(200);
    let resumed = log.items.iter().filter(|entry| entry.verb == Verb::ShopResume).count();
    assert_eq!(resumed, 1, "there was nothing to come back from again");
    let removed = log.items.iter().filter(|entry| entry.verb == Verb::ProfileAvatarRemove).count();
    assert_eq!(removed, 1, "there was nothing to remove before and after");
    let expected = [
        Verb::ProfileEdit,
        Verb::ProfileAvatar,
        Verb::ProfileAvatarRemove,
        Verb::AddressAdd,
        Verb::AddressEdit,
        Verb::AddressPrefer,
        Verb::AddressDelete,
        Verb::ShopEdit,
        Verb::ShopPause,
        Verb::ShopResume,
    ];
    let expected: BTreeSet<_> = expected.map(|verb| (verb, Means::Terminal)).into();
    let done = done_by(&ines).await;
    assert_eq!(done.difference(&earlier).copied().collect::<BTreeSet<_>>(), expected);
}

async fn the_second_step_and_tokens_are_noted(market: Market) {
    let ana = market.shopper("Ana").await;
    let (app, codes) = Authenticator::set_up(&market, &ana).await;
    let renewed = ana.submits("/account/factor/codes", &[]).await;
    assert_eq!(codes_on(&renewed).len(), codes.len(), "{}", renewed.words());
    let token = [("name", "shop script"), ("scope", "orders:read")];
    assert_eq!(ana.submits("/account/tokens", &token).await.status, 200);
    let browser = browser_with_code(&market, &codes_on(&renewed)[0]).await;
    let expected = [
        Verb::SessionBegin,
        Verb::SessionConfirm,
        Verb::FactorOn,
        Verb::FactorRenew,
        Verb::FactorRecover,
        Verb::TokenCreate,
    ];
    let mut expected: BTreeSet<_> = expected.map(|verb| (verb, Means::Browser)).into();
    expected.insert((Verb::AccountOpen, Means::Terminal));
    assert_eq!(done_by(&browser).await, expected);
    let code = app.next_code(&market).await;
    let form = [("current_password", PASSWORD), ("code", &code)];
    assert_eq!(browser.submits("/account/factor/off", &form).await.status, 303);
    assert!(done_by(&browser).await.contains(&(Verb::FactorOff, Means::Browser)));
}

/// Ana, who signs in with a code.
async fn browser_with_code(market: &Market, code: &str) -> Person {
    let browser = market.visitor();
    let form = [("email", "ana@example.org"), ("password", PASSWORD)];
    assert_eq!(browser.submits("/login", &form).await.location(), "/login/code");
    let done = browser.submits("/login/code", &[("code", code)]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    browser
}

async fn a_guest_who_gives_a_payment_up_is_nobody(market: Market) {
    const GIVEN_UP: Sql = Sql {
        sqlite: "SELECT role, means FROM audit_entries
                  WHERE verb = 'purchase.give_up' AND actor_id IS NULL",
        postgres: "SELECT role, means FROM audit_entries
                  WHERE verb = 'purchase.give_up' AND actor_id IS NULL",
    };
    let maker = market.seller("Bo").await;
    let piece = maker.offers("Mug", 2800, 2).await;
    let [guest, ana] = [market.visitor(), market.shopper("Ana").await];
    for person in [&guest, &ana] {
        person.takes(&piece, 1).await;
        person.checks_out().await;
        let path = format!("/orders/{}/cancel", person.order_number().await);
        for _click in 0..2 {
            assert_eq!(person.submits(&path, &[]).await.status, 303);
        }
    }
    let entries: Vec<(Role, Means)> = market.state.db.read(GIVEN_UP).all().await.unwrap();
    assert_eq!(entries, [(Role::Shopper, Means::Browser)], "once, and by no account");
    assert!(done_by(&ana).await.contains(&(Verb::PurchaseGiveUp, Means::Browser)));
}

async fn the_log_cannot_be_changed(market: Market) {
    const CHANGE: Sql = Sql {
        sqlite: "UPDATE audit_entries SET object = 'x'",
        postgres: "UPDATE audit_entries SET object = 'x'",
    };
    const REMOVE: Sql =
        Sql { sqlite: "DELETE FROM audit_entries", postgres: "DELETE FROM audit_entries" };
    market.shopper("Ana").await;
    for sql in [CHANGE, REMOVE] {
        let refused = market.state.db.write(sql).exec().await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{refused}");
    }
}
