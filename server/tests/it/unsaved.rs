//! A form whose session ended while it was open: what was typed goes along through signing in.

use crate::authenticator::Authenticator;
use crate::market::{Answer, Market, PASSWORD, Person, email_of, on_both_engines};

on_both_engines![
    a_profile_outlives_its_session,
    a_form_goes_along_through_mistakes_and_the_second_step,
    a_new_password_elsewhere_loses_no_address,
    forms_with_secrets_go_nowhere,
];

const PROFILE: [(&str, &str); 10] = [
    ("name", "Ana \"<b>\" Ng"),
    ("slug", ""),
    ("about", "One.\r\n\r\nTwo & 陶."),
    ("place", "Jena"),
    ("links", ""),
    ("show_name", "public"),
    ("show_avatar", "private"),
    ("show_about", "public"),
    ("show_place", "private"),
    ("show_links", "public"),
];

const PLACE: [(&str, &str); 6] = [
    ("fields_of", "DE"),
    ("name", "Ana Ng"),
    ("line1", "Kirchgasse 4"),
    ("postal_code", "07743"),
    ("city", "Jena"),
    ("country", "DE"),
];

/// Hidden fields of the form of a page that goes to this address, as a browser reads them.
pub(crate) fn hidden(page: &Answer, to: &str) -> Vec<(String, String)> {
    let form = page.body.split_once(&format!("action=\"{to}\""));
    let (_, form) = form.unwrap_or_else(|| panic!("no form goes to {to}: {}", page.words()));
    let (form, _) = form.split_once("</form>").unwrap();
    let read = |text: &str| {
        let marks =
            [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
        marks.iter().fold(text.to_owned(), |text, (mark, letter)| text.replace(mark, letter))
    };
    let inputs = form.split("<input type=\"hidden\" name=\"").skip(1);
    inputs
        .map(|input| {
            let (name, rest) = input.split_once("\" value=\"").unwrap();
            (read(name), read(rest.split_once('"').unwrap().0))
        })
        .collect()
}

impl Person {
    /// Sends the form of a page with its hidden fields and what is typed besides.
    pub(crate) async fn goes_on(&self, to: &str, page: &Answer, typed: &[(&str, &str)]) -> Answer {
        let hidden = hidden(page, to);
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let form: Vec<(&str, &str)> = hidden.chain(typed.iter().copied()).collect();
        self.submits(to, &form).await
    }
}

/// The login page with a form on it.
#[track_caller]
fn asks_again(page: &Answer) {
    assert_eq!(page.status, 401, "{}", page.words());
    assert!(page.words().contains("You were signed out meanwhile."), "{}", page.words());
    assert_eq!(page.header("cache-control"), "no-store");
}

async fn a_profile_outlives_its_session(market: Market) {
    let ana = market.shopper("Ana").await;
    market.passes(15 * 24 * 3600).await;
    let page = ana.submits("/account/profile", &PROFILE).await;
    asks_again(&page);
    let email = email_of("Ana");
    let typed = [("email", email.as_str()), ("password", PASSWORD)];
    let page = ana.goes_on("/login", &page, &typed).await;
    assert_eq!(page.status, 200);
    let words = page.words();
    assert!(words.contains("You are signed in as Ana, ana@example.org."), "{words}");
    assert!(words.contains("Two &#38; 陶.") && words.contains("Not sent yet"), "{words}");
    assert!(page.body.contains("action=\"/account/profile\""));
    assert!(!ana.gets("/account").await.words().contains("Ng"), "not by itself");
    let saved = ana.goes_on("/account/profile", &page, &[]).await;
    assert_eq!((saved.status, saved.location()), (303, "/account/profile?saved=true"));
    let profile: api::profile::Profile = ana.gets("/api/v1/profile").await.expect(200);
    assert_eq!((&*profile.name, &*profile.about), ("Ana \"<b>\" Ng", "One.\n\nTwo & 陶."));
}

async fn a_form_goes_along_through_mistakes_and_the_second_step(market: Market) {
    let ana = market.shopper("Ana").await;
    let (_, codes) = Authenticator::set_up(&market, &ana).await;
    assert_eq!(ana.submits("/logout", &[]).await.status, 303);
    let long = "陶".repeat(2000);
    let form = PROFILE.map(|(name, value)| (name, if name == "about" { &*long } else { value }));
    let page = ana.submits("/account/profile", &form).await;
    asks_again(&page);
    let email = email_of("Ana");
    let wrong = [("email", email.as_str()), ("password", "not this one, I think")];
    let page = ana.goes_on("/login", &page, &wrong).await;
    assert_eq!(page.status, 422);
    let right = [("email", email.as_str()), ("password", PASSWORD)];
    let page = ana.goes_on("/login", &page, &right).await;
    assert!(page.words().contains("Your code"), "{}", page.words());
    let page = ana.goes_on("/login/code", &page, &[("code", "000000")]).await;
    assert_eq!(page.status, 422);
    let page = ana.goes_on("/login/code", &page, &[("code", &codes[0])]).await;
    assert_eq!(page.status, 200, "{}", page.words());
    assert_eq!(ana.goes_on("/account/profile", &page, &[]).await.status, 303);
    let profile: api::profile::Profile = ana.gets("/api/v1/profile").await.expect(200);
    assert_eq!(profile.about, long);
}

async fn a_new_password_elsewhere_loses_no_address(market: Market) {
    let (ana, elsewhere) = (market.shopper("Ana").await, market.visitor());
    let email = email_of("Ana");
    let form = [("email", email.as_str()), ("password", PASSWORD)];
    assert_eq!(elsewhere.submits("/login", &form).await.status, 303);
    let new = "eight dry herons sleeping";
    let change = [("current_password", PASSWORD), ("new_password", new)];
    assert_eq!(elsewhere.submits("/account/password", &change).await.status, 303);
    let page = ana.submits("/account/addresses", &PLACE).await;
    asks_again(&page);
    let typed = [("email", email.as_str()), ("password", new)];
    let page = ana.goes_on("/login", &page, &typed).await;
    let words = page.words();
    assert!(
        words.contains("Postal code") && words.contains("Germany") && !words.contains("DE\n"),
        "{words}"
    );
    assert_eq!(ana.goes_on("/account/addresses", &page, &[]).await.status, 303);
    assert!(ana.gets("/account/addresses").await.words().contains("Kirchgasse 4"));
}

async fn forms_with_secrets_go_nowhere(market: Market) {
    let visitor = market.visitor();
    let secret = [("current_password", PASSWORD), ("new_password", "eight dry herons sleeping")];
    for path in ["/account/password", "/account/confirm", "/account/factor/off"] {
        let answer = visitor.submits(path, &secret).await;
        assert_eq!((answer.status, answer.location()), (303, "/login?news=lost"), "{path}");
        assert!(!answer.body.contains(PASSWORD), "{path}");
    }
    let empty = visitor.submits("/account/profile", &[]).await;
    assert_eq!(empty.status, 303, "nothing was typed");
    let api = visitor.patches("/api/v1/profile", &serde_json::json!({ "name": "Ana" })).await;
    assert_eq!(api.status, 401, "programs are told as ever");
    assert!(!api.body.contains("unsaved"), "{}", api.body);
    // What comes along may say where it goes to, but only within the market.
    market.register("Ana").await;
    let email = email_of("Ana");
    let away = r#"{"to":"https://evil.example/","fields":[["a","b"]]}"#;
    let form = [("email", &*email), ("password", PASSWORD), ("unsaved", away)];
    let answer = visitor.submits("/login", &form).await;
    assert_eq!((answer.status, answer.location()), (303, "/account"));
}
