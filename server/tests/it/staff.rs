//! Staff: who has the role, what they need for it, and what they see of shops.

use std::fmt::Write as _;

use api::Page;
use api::account::Token;
use api::audit::{AuditEntry, Role, Verb};
use api::problem::{Code, Problem};
use api::shop::Shop;
use api::sign_in::SignIn;
use api::staff::{ShopStanding, StaffShop, StaffShopDetail};
use reqwest::Method;
use serde_json::json;
use server::{audit, staff};

use crate::authenticator::{Authenticator, codes_on};
use crate::letters::{bodies_to, letter_with};
use crate::market::{Answer, Market, PASSWORD, Person, email_of, on_both_engines};

on_both_engines![
    the_operator_makes_staff_and_takes_it_back,
    nothing_of_staff_opens_without_the_second_step,
    a_session_from_before_the_second_step_is_proved_first,
    whoever_gave_both_just_now_is_not_asked_again,
    whoever_is_not_staff_finds_nothing_there,
    a_browser_of_staff_signs_in_again_after_a_quarter_of_an_hour,
    a_change_asks_for_the_password_and_loses_no_word,
    shops_are_found_by_name_and_address_page_by_page,
    what_staff_do_is_written_down_and_read_back,
    a_reason_is_needed_and_nothing_is_done_twice,
];

/// The reason of suspensions in tests.
pub(crate) const REASON: &str = "Two mugs are factory goods.\n\nRule 3: only what one made.";

impl Market {
    /// Somebody of the staff with the second step, signed in with a browser.
    pub(crate) async fn staff(&self, name: &str) -> Person {
        self.staff_with_codes(name).await.0
    }

    /// The same, with the recovery codes.
    pub(crate) async fn staff_with_codes(&self, name: &str) -> (Person, Vec<String>) {
        let person = self.shopper(name).await;
        server::accounts::verify_by_operator(&self.state, &email_of(name)).await.unwrap();
        staff::add(&self.state, &email_of(name)).await.unwrap();
        let (_, codes) = Authenticator::set_up(self, &person).await;
        (person, codes)
    }

    /// Suspends somebody's shop; its id.
    pub(crate) async fn suspends(&self, staff: &Person, seller: &Person) -> String {
        let shop: Shop = seller.gets("/api/v1/shop").await.expect(200);
        let path = format!("/staff/shops/{}", shop.id);
        let done = staff.submits(&format!("{path}/suspend"), &[("reason", REASON)]).await;
        assert_eq!((done.status, done.location()), (303, &*format!("{path}?done=suspended")));
        shop.id.to_string()
    }
}

async fn the_operator_makes_staff_and_takes_it_back(market: Market) {
    let stella = market.shopper("Stella").await;
    let email = email_of("Stella");
    let unproved = staff::add(&market.state, &email).await.unwrap_err().to_string();
    assert!(unproved.contains("no account has verified"), "{unproved}");
    server::accounts::verify_by_operator(&market.state, &email).await.unwrap();
    audit::as_operator(staff::add(&market.state, &email)).await.unwrap();
    assert!(staff::add(&market.state, "nobody@example.org").await.is_err());
    let bodies = bodies_to(&market, &email).await;
    letter_with(&bodies, &["has made you staff", "/staff\n", "/account/factor\n"]);
    let standing = stella.gets("/api/v1/me/sign-in").await.expect::<SignIn>(200).second_step;
    assert_eq!(standing.off_words(), "off; staff need it on", "with a shop or without");
    let anew = audit::as_operator(staff::add(&market.state, &email)).await.unwrap();
    assert_eq!(anew, staff::Added::Before);
    let letters = bodies_to(&market, &email).await;
    let letters = letters.iter().filter(|body| body.contains("has made you staff"));
    assert_eq!(letters.count(), 2, "a letter that was lost is written anew");
    Authenticator::set_up(&market, &stella).await;
    assert!(staff::add(&market.state, &email).await.is_err(), "who has begun needs no letter");
    let members = staff::members(&market.state).await.unwrap();
    assert_eq!(members.len(), 1);
    assert_eq!((&members[0].email, members[0].factor), (&email, true));
    assert_eq!(stella.gets("/staff").await.status, 200);
    assert!(stella.gets("/account").await.body.contains("href=\"/staff\""));
    let kept = stella.submits("/account/factor/off", &[("current_password", PASSWORD)]).await;
    assert_eq!(kept.status, 422, "the second step stays on");

    audit::as_operator(staff::remove(&market.state, &email)).await.unwrap();
    assert_eq!(stella.gets("/staff").await.status, 404, "from the next request on");
    assert!(!stella.gets("/account").await.body.contains("href=\"/staff\""));
    assert!(staff::remove(&market.state, &email).await.is_err(), "twice");
    assert!(staff::members(&market.state).await.unwrap().is_empty());
    letter_with(&bodies_to(&market, &email).await, &["you are no longer staff"]);
}

async fn nothing_of_staff_opens_without_the_second_step(market: Market) {
    let ines = market.seller("Ines").await;
    let shop: Shop = ines.gets("/api/v1/shop").await.expect(200);
    let stella = market.shopper("Stella").await;
    server::accounts::verify_by_operator(&market.state, &email_of("Stella")).await.unwrap();
    staff::add(&market.state, &email_of("Stella")).await.unwrap();
    let page = stella.gets("/staff").await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("href=\"/account/factor\""), "the way to set it up");
    let suspend = format!("/staff/shops/{}/suspend", shop.id);
    assert_eq!(stella.submits(&suspend, &[("reason", REASON)]).await.status, 403);
    let problem: Problem = stella.gets("/api/v1/staff/shops").await.expect(403);
    assert_eq!(problem.code, Code::FactorNeeded);
    assert_eq!(market.visitor().gets(&format!("/shops/{}", shop.slug)).await.status, 200);
    Authenticator::set_up(&market, &stella).await;
    assert_eq!(stella.gets("/staff").await.status, 200);
}

async fn a_session_from_before_the_second_step_is_proved_first(market: Market) {
    let stella = market.shopper("Stella").await;
    let old = market.visitor();
    let form = [("email", &*email_of("Stella")), ("password", PASSWORD)];
    assert_eq!(old.submits("/login", &form).await.status, 303);
    let asked = json!({ "email": email_of("Stella"), "password": PASSWORD, "name": "old" });
    let token: Token = market.visitor().posts("/api/v1/tokens", &asked).await.expect(201);
    let token = market.visitor().with_token(token.token);
    server::accounts::verify_by_operator(&market.state, &email_of("Stella")).await.unwrap();
    staff::add(&market.state, &email_of("Stella")).await.unwrap();
    market.passes(1).await;
    let (_, codes) = Authenticator::set_up(&market, &stella).await;
    assert_eq!(stella.gets("/staff").await.status, 200);
    let sent = old.gets("/staff").await;
    assert_eq!((sent.status, sent.location()), (303, "/account/confirm?next=%2Fstaff"));
    let both = [("current_password", PASSWORD), ("code", codes[0].as_str())];
    assert_eq!(old.submits("/account/confirm", &both).await.status, 303);
    assert_eq!(old.gets("/staff").await.status, 200);
    assert_eq!(token.gets("/api/v1/staff/shops").await.status, 401, "it began with a password");
    let asked = json!({ "email": email_of("Stella"), "password": PASSWORD, "name": "new",
        "code": codes[1] });
    let token: Token = market.visitor().posts("/api/v1/tokens", &asked).await.expect(201);
    let token = market.visitor().with_token(token.token);
    assert_eq!(token.gets("/api/v1/staff/shops").await.status, 200);
    let limited = json!({ "email": email_of("Stella"), "password": PASSWORD, "name": "less",
        "code": codes[2], "scopes": ["shop:read", "shop:write"] });
    let limited: Token = market.visitor().posts("/api/v1/tokens", &limited).await.expect(201);
    let limited = market.visitor().with_token(limited.token);
    assert_eq!(limited.gets("/api/v1/staff/shops").await.status, 403);
}

async fn whoever_gave_both_just_now_is_not_asked_again(market: Market) {
    let ines = market.seller("Ines").await;
    let shop: Shop = ines.gets("/api/v1/shop").await.expect(200);
    let page = format!("/staff/shops/{}", shop.id);
    let stella = market.shopper("Stella").await;
    server::accounts::verify_by_operator(&market.state, &email_of("Stella")).await.unwrap();
    staff::add(&market.state, &email_of("Stella")).await.unwrap();
    let confirm = [("current_password", PASSWORD)];
    assert_eq!(stella.submits("/account/confirm", &confirm).await.status, 303);
    assert_eq!(stella.submits("/account/factor", &[]).await.status, 303);
    let app = Authenticator::from_page(&stella.gets("/account/factor/app").await);
    market.passes(240).await;
    let before = stella.cookie("session");
    let on = stella.submits("/account/factor/app", &[("code", &app.code(&market))]).await;
    assert_eq!(on.status, 200, "{}", on.words());
    assert_ne!(stella.cookie("session"), before, "a new secret for what comes now");
    assert_eq!(stella.gets("/staff").await.status, 200);
    market.passes(240).await;
    assert!(stella.gets(&page).await.body.contains("name=\"reason\""), "five minutes from then");

    let code = &codes_on(&on)[0];
    let other = market.visitor();
    let form = [("email", &*email_of("Stella")), ("password", PASSWORD)];
    assert_eq!(other.submits("/login", &form).await.location(), "/login/code");
    assert_eq!(other.submits("/login/code", &[("code", code)]).await.status, 303);
    assert_eq!(other.gets("/staff").await.status, 200);
    assert!(other.gets(&page).await.body.contains("name=\"reason\""), "after both at the door");
}

/// What an answer at this path says, without what is different each time.
fn told(answer: &Answer, path: &str) -> String {
    let mut text = answer.status.to_string();
    for (name, value) in &answer.headers {
        // Where a form goes to is told on the page, so longer paths make longer pages.
        if !["x-request-id", "date", "content-length"].contains(&name.as_str()) {
            write!(text, "\n{name}: {}", value.to_str().unwrap()).unwrap();
        }
    }
    text + "\n" + &answer.body.replace(answer.header("x-request-id"), "…").replace(path, "…")
}

async fn whoever_is_not_staff_finds_nothing_there(market: Market) {
    let ines = market.seller("Ines").await;
    let shop: Shop = ines.gets("/api/v1/shop").await.expect(200);
    let (guest, ana) = (market.visitor(), market.shopper("Ana").await);
    let paths = ["", "/shops/X", "/shops/X/suspend", "/shops/X/lift"]
        .map(|path| path.replace('X', &shop.id.to_string()));
    for person in [&guest, &ana, &ines] {
        for (root, nowhere) in [("/staff", "/nowhere"), ("/api/v1/staff", "/api/v1/nowhere")] {
            for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
                let asks = async |path: &str| {
                    let form = [("reason", REASON)];
                    person.sends(method.clone(), path, |request| request.form(&form)).await
                };
                let absent = told(&asks(nowhere).await, nowhere);
                assert!(absent.starts_with("404"), "{absent}");
                for path in &paths {
                    let path = format!("{root}{path}");
                    assert_eq!(told(&asks(&path).await, &path), absent, "{method} {path}");
                }
            }
        }
    }
}

async fn a_browser_of_staff_signs_in_again_after_a_quarter_of_an_hour(market: Market) {
    let stella = market.staff("Stella").await;
    let ana = market.shopper("Ana").await;
    market.passes(14 * 60).await;
    assert_eq!(stella.gets("/staff").await.status, 200);
    market.passes(15 * 60).await;
    assert_eq!(stella.gets("/account").await.location(), "/login?next=%2Faccount");
    assert_eq!(stella.gets("/staff").await.status, 404, "nobody is signed in any more");
    assert_eq!(ana.gets("/account").await.status, 200, "shoppers stay signed in");
}

async fn a_change_asks_for_the_password_and_loses_no_word(market: Market) {
    let ines = market.seller("Ines").await;
    let shop: Shop = ines.gets("/api/v1/shop").await.expect(200);
    let (stella, codes) = market.staff_with_codes("Stella").await;
    let path = format!("/staff/shops/{}", shop.id);
    assert!(stella.gets(&path).await.body.contains("name=\"reason\""));
    market.passes(301).await;
    let page = stella.gets(&path).await;
    assert_eq!(page.status, 200, "looking asks for nothing");
    assert!(page.body.contains("/account/confirm?next=%2Fstaff%2Fshops%2Fshp_"), "{}", page.body);
    let suspend = format!("{path}/suspend");
    let late = stella.submits(&suspend, &[("reason", REASON)]).await;
    assert_eq!(late.status, 403);
    assert!(late.words().contains("Your password first"), "{}", late.words());
    let api = format!("/api/v1{path}/suspend");
    let problem: Problem = stella.posts(&api, &json!({ "reason": REASON })).await.expect(403);
    assert_eq!(problem.code, Code::PasswordNeeded);
    let detail: StaffShopDetail = stella.gets(&format!("/api/v1{path}")).await.expect(200);
    assert_eq!(detail.shop.standing, ShopStanding::Open);
    let both = [("current_password", PASSWORD), ("code", codes[0].as_str())];
    let page = stella.goes_on("/account/confirm", &late, &both).await;
    assert!(page.words().contains("Two mugs are factory goods."), "{}", page.words());
    assert_eq!(stella.goes_on(&suspend, &page, &[]).await.status, 303);
    assert_eq!(stella.gets(&suspend).await.location(), path, "to the page with the form");
}

async fn shops_are_found_by_name_and_address_page_by_page(market: Market) {
    let stella = market.staff("Stella").await;
    assert!(stella.gets("/staff").await.words().contains("No shop yet."));
    for name in ["Ines", "Omar", "Ümit"] {
        let person = market.terminal(name).await;
        let shop = json!({ "name": format!("{name} & 陶器 <b>") });
        assert_eq!(person.posts("/api/v1/shop", &shop).await.status, 201);
        market.passes(1).await;
    }
    let finds = async |query: &str| {
        let page: Page<StaffShop> =
            stella.gets(&format!("/api/v1/staff/shops?{query}")).await.expect(200);
        let names = page.items.iter().map(|shop| shop.name.split(' ').next().unwrap().to_owned());
        (names.collect::<Vec<_>>(), page.next)
    };
    assert_eq!(finds("").await.0, ["Ümit", "Omar", "Ines"]);
    assert_eq!(finds("q=OMAR").await.0, ["Omar"]);
    assert_eq!(finds("q=%C3%9CMIT").await.0, ["Ümit"], "by its address");
    assert_eq!(finds("q=%E9%99%B6%E5%99%A8").await.0.len(), 3, "words without Latin letters");
    assert_eq!(finds("q=teapot").await.0, [""; 0]);
    assert_eq!(finds("q=%25").await.0, [""; 0], "no wildcards");
    let (mut seen, mut next) = (Vec::new(), String::new());
    for _ in 0..3 {
        let (names, after) = finds(&format!("limit=1{next}")).await;
        seen.extend(names);
        next = after.map(|after| format!("&after={after}")).unwrap_or_default();
    }
    assert_eq!(seen, ["Ümit", "Omar", "Ines"]);
    assert_eq!(next, "", "that was all");
    let page = stella.gets("/staff?q=omar").await;
    assert!(page.body.contains("Omar &#38; 陶器 &#60;b&#62;"), "{}", page.body);
    assert!(!page.body.contains("Ines"));
    let none = stella.gets("/staff?q=%3Cb%3Eteapot").await;
    assert!(none.words().contains("No shop has"), "{}", none.words());
    assert_eq!(stella.gets("/staff?after=nonsense").await.status, 422);
    let absent = "/staff/shops/shp_00000000000000000000000007";
    assert_eq!(stella.gets(absent).await.status, 404);
}

async fn what_staff_do_is_written_down_and_read_back(market: Market) {
    let ines = market.seller("Ines").await;
    let stella = market.staff("Stella").await;
    market.passes(1).await;
    let id = market.suspends(&stella, &ines).await;
    market.passes(1).await;
    let lift = format!("/api/v1/staff/shops/{id}/lift");
    let detail: StaffShopDetail = stella.posts(&lift, &json!({})).await.expect(200);
    assert_eq!(detail.shop.standing, ShopStanding::Open);
    assert_eq!(detail.suspensions.len(), 1);
    assert_eq!(detail.suspensions[0].reason, REASON);
    assert!(detail.suspensions[0].lifted_at.is_some());
    let done: Vec<(Role, Verb)> = detail.log.iter().map(|entry| (entry.role, entry.verb)).collect();
    assert_eq!(done[..2], [(Role::Staff, Verb::ShopLift), (Role::Staff, Verb::ShopSuspend)]);
    assert!(done.contains(&(Role::Shopper, Verb::ShopOpen)), "{done:?}");
    let page = stella.gets(&format!("/staff/shops/{id}")).await;
    assert!(page.words().contains("Staff lifted the suspension of a shop"), "{}", page.words());
    let own: Page<AuditEntry> = stella.gets("/api/v1/profile/log?limit=2").await.expect(200);
    assert_eq!(own.items[0].verb, Verb::ShopLift);
    assert_eq!(own.items[0].object, id);
}

async fn a_reason_is_needed_and_nothing_is_done_twice(market: Market) {
    let ines = market.seller("Ines").await;
    let shop: Shop = ines.gets("/api/v1/shop").await.expect(200);
    let stella = market.staff("Stella").await;
    let path = format!("/staff/shops/{}", shop.id);
    for bad in ["", "  \n ", &"x".repeat(2001), "a\u{1b}[31mb"] {
        let page = stella.submits(&format!("{path}/suspend"), &[("reason", bad)]).await;
        assert_eq!(page.status, 422, "{bad:?}");
        let api = format!("/api/v1{path}/suspend");
        let problem: Problem = stella.posts(&api, &json!({ "reason": bad })).await.expect(422);
        assert_eq!(problem.field.as_deref(), Some("reason"));
    }
    let lift = stella.submits(&format!("{path}/lift"), &[]).await;
    assert!(lift.words().contains("This shop is not suspended"), "{}", lift.words());
    let suspend = format!("{path}/suspend");
    let form = [("reason", "ü".repeat(2000))];
    let form = [(form[0].0, form[0].1.as_str())];
    let both = tokio::join!(stella.submits(&suspend, &form), stella.submits(&suspend, &form));
    let mut answers = [both.0.status, both.1.status];
    answers.sort_unstable();
    assert_eq!(answers, [303, 422], "a double click");
    let late = stella.submits(&suspend, &[("reason", "Typed in another window.")]).await.words();
    assert!(late.contains("Your reason was not used"), "{late}");
    assert!(late.contains("Typed in another window."), "{late}");
    let letters = market.letters_to(&email_of("Ines")).await;
    let told = letters.iter().filter(|letter| letter.subject.contains("is suspended")).count();
    assert_eq!(told, 1);
}
