//! An authenticator app on somebody's phone.

use totp_rs::{Builder, Secret, Totp};

use crate::market::{Answer, Market, PASSWORD, Person};

/// The app, with one account in it.
pub(crate) struct Authenticator(Totp);

impl Authenticator {
    /// From the letters on the page that sets it up.
    #[track_caller]
    pub(crate) fn from_page(page: &Answer) -> Self {
        let (_, rest) = page.body.split_once("id=\"secret\">").expect("the secret");
        Self::from_secret(rest.split_once('<').expect("its end").0)
    }

    /// From the letters that somebody typed.
    #[track_caller]
    pub(crate) fn from_secret(typed: &str) -> Self {
        let secret = Secret::try_from_base32(typed.replace(' ', "")).expect("base32");
        let totp = Builder::new().with_secret(secret).build();
        Self(totp.expect("a secret of twenty bytes"))
    }

    /// What it shows now.
    pub(crate) fn code(&self, market: &Market) -> String {
        let seconds = u64::try_from(market.state.clock.wall().seconds()).expect("after 1970");
        self.0.generate(seconds).to_string()
    }

    /// What it shows when the next code has come.
    pub(crate) async fn next_code(&self, market: &Market) -> String {
        market.passes(30).await;
        self.code(market)
    }

    /// Sets the second step up for somebody who has signed in just now; the recovery codes, too.
    pub(crate) async fn set_up(market: &Market, person: &Person) -> (Self, Vec<String>) {
        let confirm = [("current_password", PASSWORD)];
        assert_eq!(person.submits("/account/confirm", &confirm).await.status, 303);
        let begun = person.submits("/account/factor", &[]).await;
        assert_eq!(begun.location(), "/account/factor/app");
        let app = Self::from_page(&person.gets("/account/factor/app").await);
        let code = app.code(market);
        let page = person.submits("/account/factor/app", &[("code", &code)]).await;
        assert_eq!(page.status, 200, "{}", page.words());
        (app, codes_on(&page))
    }
}

/// The recovery codes that a page shows.
pub(crate) fn codes_on(page: &Answer) -> Vec<String> {
    let items = page.body.split("<li class=\"code\">").skip(1);
    items.map(|item| item.split('<').next().unwrap_or_default().to_owned()).collect()
}
