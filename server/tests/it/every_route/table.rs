//! Every route with who may call it: the one list that the tests of this folder walk.
//!
//! A new route needs one line here. The line says who may call it ([`Who`]), what its parameter
//! or its body names ([`Object`]) and, for a write, a body that works and names every field that
//! is accepted. Words that begin with `$` are filled in by `stage.rs`.

use reqwest::Method;

/// Who may call a route. Everybody else is refused and changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// Signed in or not.
    Anybody,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever is signed in and has no shop yet.
    Shopless,
    /// Whoever is signed in and has a shop.
    Artisans,
    /// Staff. For everybody else it is not there.
    Staff,
    /// Stripe alone, which signs what it sends.
    Stripe,
}

/// What a route is about. Where it is somebody's, somebody else's and none at all look the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Object {
    /// A shop's listing that is not for sale yet.
    Draft,
    /// A shop's listing that is for sale.
    Offer,
    /// A shop's import that was not applied.
    Import,
    /// A shop's bulk edit that was not planned yet.
    Edit,
    /// A shop's bulk edit that waits to be applied.
    PlannedEdit,
    /// A shop's bulk edit that was applied.
    AppliedEdit,
    /// A shop's paid order, by id.
    Order,
    /// A shop's paid order, by number.
    OrderNumber,
    /// A shop's payout.
    Payout,
    /// One's own shop, which no address names; nobody else's can be asked for.
    OwnShop,
    /// A shopper's purchase, by number.
    Purchase,
    /// An address that a shopper keeps.
    Address,
    /// The secret link of a purchase.
    PurchaseLink,
    /// The page of a listing.
    ListingPage,
    /// A listing that is for sale, by id.
    Piece,
    /// The page of a shop.
    ShopPage,
    /// The page of a person.
    PersonPage,
    /// A shop that staff may suspend, by id.
    OpenShop,
    /// A shop whose suspension staff may lift, by id.
    SuspendedShop,
    /// A shelf of the market.
    Shelf,
    /// A variant that is for sale.
    Variant,
    /// A letter, in a demo.
    Letter,
    /// A stored picture.
    Picture,
    /// A file that travels inside the program.
    Asset,
    /// An open payment page of the simulated Stripe.
    Payment,
    /// A connected account of the simulated Stripe, with a link that works.
    Connected,
}

/// Whose an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// One shop's.
    Shop,
    /// One shopper's.
    Shopper,
    /// Everybody's who knows its name.
    Everybody,
}

impl Object {
    /// Whose it is.
    pub(crate) const fn owner(self) -> Owner {
        match self {
            Self::Draft
            | Self::Offer
            | Self::Import
            | Self::Edit
            | Self::PlannedEdit
            | Self::AppliedEdit
            | Self::Order
            | Self::OrderNumber
            | Self::Payout
            | Self::OwnShop => Owner::Shop,
            Self::Purchase | Self::Address => Owner::Shopper,
            _ => Owner::Everybody,
        }
    }
}

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    None,
    Json(&'static str),
    Form(&'static str),
    /// A small picture.
    Picture,
    /// A form with a small picture and these fields.
    Upload(&'static [(&'static str, &'static str)]),
}

/// Which copies of an answer to a stranger caches hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Copies {
    /// Of a page that anybody may ask for: one that is asked about each time.
    Checked,
    /// The same bytes for everybody, even for those who are signed in: kept for long.
    Kept,
    /// The answer or its address holds a secret.
    None,
}

/// Which token is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// One that may read for a method that reads, one that may write for the others.
    ByMethod,
    /// It asks something, whatever its method: one that may read.
    Reading,
    /// Only one without limits.
    Whole,
}

/// A route and who may call it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Described {
    /// `PATCH /api/v1/listings/{id}`, as `source.rs` finds it.
    pub(crate) route: &'static str,
    pub(crate) who: Who,
    pub(crate) object: Option<Object>,
    /// What follows the path, from the question mark on.
    pub(crate) query: &'static str,
    pub(crate) body: Body,
    /// A call changes the caller, so each is made by somebody new.
    pub(crate) spends_caller: bool,
    /// The answer never ends.
    pub(crate) is_endless: bool,
    pub(crate) token: Token,
    /// It goes on while the shop of whoever asks is suspended, although it writes.
    pub(crate) goes_on: bool,
    pub(crate) copies: Copies,
}

impl Described {
    const fn of(self, object: Object) -> Self {
        Self { object: Some(object), ..self }
    }

    const fn asking(self, query: &'static str) -> Self {
        Self { query, ..self }
    }

    const fn json(self, body: &'static str) -> Self {
        Self { body: Body::Json(body), ..self }
    }

    const fn form(self, body: &'static str) -> Self {
        Self { body: Body::Form(body), ..self }
    }

    const fn picture(self) -> Self {
        Self { body: Body::Picture, ..self }
    }

    const fn upload(self, fields: &'static [(&'static str, &'static str)]) -> Self {
        Self { body: Body::Upload(fields), ..self }
    }

    const fn by_somebody_new(self) -> Self {
        Self { spends_caller: true, ..self }
    }

    const fn question(self) -> Self {
        Self { token: Token::Reading, ..self }
    }

    const fn whole(self) -> Self {
        Self { token: Token::Whole, ..self }
    }

    const fn even_suspended(self) -> Self {
        Self { goes_on: true, ..self }
    }

    const fn without_end(self) -> Self {
        Self { is_endless: true, ..self }
    }

    const fn asset(self) -> Self {
        Self { copies: Copies::Kept, ..self }
    }

    const fn secret(self) -> Self {
        Self { copies: Copies::None, ..self }
    }

    pub(crate) fn method(&self) -> Method {
        self.route.split(' ').next().unwrap().parse().unwrap()
    }

    /// The path with its parameters, if it has some. The first is the object; a second one counts
    /// what the object has, from 1 on.
    pub(crate) fn path(&self) -> &'static str {
        self.route.split_once(' ').unwrap().1
    }

    /// Whether nothing is written.
    pub(crate) fn reads(&self) -> bool {
        self.method() == Method::GET
    }

    /// Whether a program asks, not a browser.
    pub(crate) fn is_api(&self) -> bool {
        self.path().starts_with("/api/") || self.who == Who::Stripe
    }
}

const fn route(route: &'static str, who: Who) -> Described {
    Described {
        route,
        who,
        object: None,
        query: "",
        body: Body::None,
        spends_caller: false,
        is_endless: false,
        token: Token::ByMethod,
        goes_on: false,
        copies: Copies::Checked,
    }
}

use Who::{Anybody, Artisans, Shopless, SignedIn, Staff, Stripe};

const ADDRESS: &str = "attempt=$attempt&email=ana%40example.org&name=Ana+Ng&line1=Kirchgasse+4\
    &line2=&postal_code=07743&city=Jena&region=&country=DE&keep=true";
const PLACE: &str = r#"{"name": "Ana Ng", "line1": "Via Severoli 2", "line2": "Interno 3",
    "postal_code": "48018", "city": "Faenza", "region": "RA", "country": "IT"}"#;
const PLACE_FORM: &str = "name=Ana+Ng&line1=Via+Severoli+2&line2=Interno+3&postal_code=48018\
    &city=Faenza&region=RA&country=IT";
const PROFILE: &str = r#"{"name": "Xenia", "slug": "person-$unique", "about": "Clay",
    "place": "Jena", "links": ["https://example.org/xenia"], "show": {"name": "public",
    "avatar": "private", "about": "customers", "place": "private", "links": "public"}}"#;
const PROFILE_FORM: &str = "name=Xenia&slug=person-$unique&about=Clay&place=Jena\
    &links=https%3A%2F%2Fexample.org%2Fxenia&show_name=public&show_avatar=private\
    &show_about=customers&show_place=private&show_links=public";
const PROOF: &str = r#"{"current_password": "$password", "code": null}"#;
const SHOP: &str = r#"{"name": "Bench $unique", "place": "Jena", "story": "Clay",
    "banner": {"hash": "$picture", "alt": "A shelf"},
    "portrait": {"hash": "$picture", "alt": "The maker"},
    "process": [{"hash": "$picture", "alt": "A wheel"}],
    "policies": {"returns_days": 30, "returns": "As it came.", "custom_work": "on_request",
    "custom": "Ask.", "lead_time": {"from": 3, "to": 9}},
    "seller": {"kind": "private", "name": "", "address": "", "phone": "", "email": "",
    "register": ""}}"#;
const SHOP_FORM: &str = "name=Bench+$unique&place=Jena&story=Clay&returns_days=30&returns=\
    &custom_work=yes&custom=&lead_from=3&lead_to=9&seller_kind=private&seller_name=\
    &seller_address=&seller_phone=&seller_email=&seller_register=";
const CARD: &str = "email=ana%40example.org&number=4242424242424242&expiry=12%2F34&cvc=123\
    &name=Ana+Ng&line1=&postal_code=&city=&country=";
const DRAFT: &str = r#"{"title": "Mug $unique", "description": "Thrown", "category": "clay",
    "materials": ["clay"], "tags": ["mug"], "attributes": {"glaze": "matt"}, "options": ["Glaze"], "variants": [{"sku": "",
    "values": ["Oat"], "price": {"minor": 2400, "currency": "EUR"}, "stock": 3}],
    "making": {"kind": "to_order", "from": 5, "to": 7, "weekly": 3}, "questions": [{"label": "Name", "answer": {"kind": "text", "longest": 20}, "required": false,
    "surcharge": {"minor": 500, "currency": "EUR"}}]}"#;
const BULK_EDIT: &str = r#"{"filter": {"status": ["active"], "category": ["clay"], "tags": ["mug"],
    "text": ["oat"], "price_from": {"minor": 2000, "currency": "EUR"},
    "price_to": {"minor": 4000, "currency": "EUR"}, "sku": "MUG-"}, "change": {"price_percent": null,
    "price_add": {"minor": 100, "currency": "EUR"}, "price_set": null, "stock_add": null,
    "stock_set": 3, "tags_add": ["gift"], "tags_remove": ["old"], "category": "wood",
    "status": "paused"}}"#;
const ROWS: &str = r#"{"rows": [{"line": 2, "key": "mug-$unique", "publish": false, "images": [],
    "draft": {"title": "Mug", "description": "", "category": "clay", "materials": [], "tags": [],
    "options": [], "variants": [{"sku": "", "values": [],
    "price": {"minor": 2400, "currency": "EUR"}, "stock": 3}]}}]}"#;

/// Routes that need a secret from a letter, a password given a moment ago or a second session of
/// the same person, and the file that asks each of them as everybody.
pub(crate) const ELSEWHERE: &[(&str, &str)] = &[
    ("DELETE /api/v1/me/email", "emails.rs"),
    ("DELETE /api/v1/sessions", "sessions.rs"),
    ("DELETE /api/v1/sessions/{id}", "sessions.rs"),
    ("GET /account/confirm", "sessions.rs"),
    ("GET /account/email", "emails.rs"),
    ("GET /account/email/confirm", "emails.rs"),
    ("GET /account/factor/app", "factors.rs"),
    ("GET /account/factor/codes", "factors.rs"),
    ("GET /account/password", "passwords.rs"),
    ("GET /account/security", "sessions.rs"),
    ("GET /account/tokens", "tokens.rs"),
    ("GET /api/v1/sessions", "sessions.rs"),
    ("GET /login/code", "factors.rs"),
    ("GET /password/forgot", "passwords.rs"),
    ("GET /password/reset", "passwords.rs"),
    ("POST /account/confirm", "sessions.rs"),
    ("POST /account/email", "emails.rs"),
    ("POST /account/email/cancel", "emails.rs"),
    ("POST /account/email/confirm", "emails.rs"),
    ("POST /account/factor", "factors.rs"),
    ("POST /account/factor/app", "factors.rs"),
    ("POST /account/factor/codes", "factors.rs"),
    ("POST /account/password", "passwords.rs"),
    ("POST /account/security/sessions/end", "sessions.rs"),
    ("POST /account/security/sessions/{id}/end", "sessions.rs"),
    ("POST /account/tokens", "tokens.rs"),
    ("POST /api/v1/me/email", "emails.rs"),
    ("POST /api/v1/me/email/proof", "spent_links.rs"),
    ("POST /api/v1/me/factor/codes", "factors_of_terminals.rs"),
    ("POST /api/v1/me/factor/confirm", "factors_of_terminals.rs"),
    ("POST /api/v1/me/password", "passwords.rs"),
    ("POST /api/v1/password/forgot", "passwords.rs"),
    ("POST /api/v1/password/reset", "passwords.rs"),
    ("POST /login/code", "factors.rs"),
    ("POST /orders/{number}/cancel", "open_payments.rs"),
    ("POST /password/forgot", "passwords.rs"),
    ("POST /password/reset", "passwords.rs"),
];

/// Every route but those that are asked [`ELSEWHERE`].
pub(crate) const TABLE: &[Described] = &[
    // Accounts.
    route("POST /api/v1/accounts", Anybody)
        .json(r#"{"email": "x$unique@example.org", "name": "Xenia", "password": "$password"}"#),
    route("POST /api/v1/tokens", Anybody).json(
        r#"{"email": "ana@example.org", "password": "$password", "name": "laptop",
            "code": null, "scopes": ["orders:read"]}"#,
    ),
    route("DELETE /api/v1/tokens/current", SignedIn).question().by_somebody_new(),
    route("POST /api/v1/device/codes", Anybody).json(r#"{"name": "laptop", "scopes": null}"#),
    route("POST /api/v1/device/tokens", Anybody).json(r#"{"device_code": "$approved"}"#),
    route("GET /api/v1/me", SignedIn),
    route("GET /api/v1/me/sign-in", SignedIn),
    route("POST /api/v1/me/factor", SignedIn).json(PROOF),
    route("POST /api/v1/me/factor/off", SignedIn).json(PROOF),
    route("POST /api/v1/me/tokens", SignedIn).json(
        r#"{"name": "till", "scopes": ["orders:read"], "current_password": "$password",
            "code": null}"#,
    ),
    route("GET /register", Anybody).secret(),
    route("POST /register", Anybody)
        .form("name=Xenia&email=x$unique%40example.org&password=$password&next="),
    route("GET /login", Anybody).secret(),
    route("POST /login", Anybody)
        .form("email=ana%40example.org&password=$password&next=&name=&unsaved=")
        .by_somebody_new(),
    route("GET /login/again", Anybody).secret(),
    route("POST /login/again", Anybody).form("next=&unsaved=").by_somebody_new(),
    route("POST /logout", Anybody).by_somebody_new(),
    route("GET /verify-email", Anybody).asking("?token=$letter").secret(),
    route("POST /verify-email", Anybody).form("token=$letter"),
    route("POST /verify-email/send", SignedIn),
    route("GET /account/factor", SignedIn),
    route("GET /account/factor/off", SignedIn),
    route("POST /account/factor/off", SignedIn).form("current_password=$password&code=$factor"),
    route("GET /device", SignedIn),
    route("POST /device/approve", SignedIn).form("code=$code"),
    route("POST /device/deny", SignedIn).form("code=$code"),
    route("GET /device/done", Anybody),
    // People.
    route("GET /account", SignedIn),
    route("GET /people/{name}", Anybody).of(Object::PersonPage),
    route("GET /api/v1/profile", SignedIn),
    route("PATCH /api/v1/profile", SignedIn).json(PROFILE),
    route("PUT /api/v1/profile/avatar", SignedIn).picture(),
    route("DELETE /api/v1/profile/avatar", SignedIn),
    route("GET /account/profile", SignedIn),
    route("POST /account/profile", SignedIn).form(PROFILE_FORM),
    route("GET /account/profile/avatar", SignedIn),
    route("POST /account/profile/avatar", SignedIn).upload(&[]),
    route("GET /account/profile/avatar/remove", SignedIn),
    route("POST /account/profile/avatar/remove", SignedIn),
    route("GET /api/v1/addresses", SignedIn),
    route("POST /api/v1/addresses", SignedIn).json(PLACE),
    route("GET /api/v1/addresses/{id}", SignedIn).of(Object::Address),
    route("PUT /api/v1/addresses/{id}", SignedIn).of(Object::Address).json(PLACE),
    route("DELETE /api/v1/addresses/{id}", SignedIn).of(Object::Address),
    route("POST /api/v1/addresses/{id}/default", SignedIn).of(Object::Address),
    route("GET /account/addresses", SignedIn),
    route("POST /account/addresses", SignedIn).form(PLACE_FORM),
    route("GET /account/addresses/new", SignedIn).asking("?country=IT"),
    route("GET /account/addresses/{id}", SignedIn).of(Object::Address).asking("?country=IT"),
    route("POST /account/addresses/{id}", SignedIn).of(Object::Address).form(PLACE_FORM),
    route("POST /account/addresses/{id}/default", SignedIn).of(Object::Address),
    route("GET /account/addresses/{id}/delete", SignedIn).of(Object::Address),
    route("POST /account/addresses/{id}/delete", SignedIn).of(Object::Address).form(""),
    // Shops.
    route("GET /api/v1/shop", SignedIn).of(Object::OwnShop),
    route("POST /api/v1/shop", Shopless)
        .json(r#"{"name": "Bench $unique", "place": "Jena", "story": "Clay"}"#)
        .by_somebody_new(),
    route("GET /api/v1/attributes", Artisans),
    route("GET /api/v1/shop/fees", Artisans).asking("?price=24.00"),
    route("POST /api/v1/shop/onboarding", Artisans)
        .json(r#"{"complete_test_data": true}"#)
        .even_suspended(),
    route("GET /sell", Anybody),
    route("POST /sell", Shopless)
        .form("name=Bench+$unique&place=Jena&story=Clay")
        .by_somebody_new(),
    route("GET /sell/onboarding", Artisans),
    route("POST /sell/onboarding", Artisans).even_suspended(),
    route("GET /api/v1/shop/profile", SignedIn).of(Object::OwnShop),
    route("PATCH /api/v1/shop/profile", Artisans).json(SHOP),
    route("POST /api/v1/shop/pause", Artisans)
        .json(r#"{"from": "2027-06-01T00:00:00Z", "until": "2027-06-08T00:00:00Z"}"#),
    route("POST /api/v1/shop/resume", Artisans),
    route("GET /sell/shop", Artisans),
    route("POST /sell/shop", Artisans).form(SHOP_FORM),
    route("GET /sell/shop/pictures", Artisans),
    route("GET /sell/shop/pictures/add", Artisans),
    route("POST /sell/shop/pictures/add", Artisans)
        .upload(&[("kind", "process"), ("alt", "A wheel")]),
    route("GET /sell/shop/pictures/describe", Artisans).asking("?place=process&hash=$picture"),
    route("POST /sell/shop/pictures/describe", Artisans).form("place=process&hash=$picture&alt=A+kiln"),
    route("GET /sell/shop/pictures/move", Artisans),
    route("POST /sell/shop/pictures/move", Artisans).form("hash=$picture&way=earlier"),
    route("GET /sell/shop/pictures/remove", Artisans).asking("?place=process&hash=$picture"),
    route("POST /sell/shop/pictures/remove", Artisans).form("place=process&hash=$picture"),
    route("GET /sell/shop/pause", Artisans),
    route("POST /sell/shop/pause", Artisans).form("from=2027-06-01&until=2027-06-08"),
    route("GET /sell/shop/resume", Artisans),
    route("POST /sell/shop/resume", Artisans).form(""),
    // Listings and their pictures.
    route("GET /api/v1/listings", Artisans).asking("?limit=2&status=active"),
    route("POST /api/v1/listings", Artisans).json(DRAFT),
    route("GET /api/v1/listings/{id}", Artisans).of(Object::Draft),
    route("PATCH /api/v1/listings/{id}", Artisans).of(Object::Draft).json(
        r#"{"title": "Cup $unique", "description": "Thrown", "category": "wood", "attributes": {"finish": "oiled"}, "variants": [], "making": {"kind": "from_stock"},
        "questions": [{"label": "Ribbon", "answer": {"kind": "choice", "choices": ["red", "green"]}}]}"#,
    ),
    route("POST /api/v1/listings/{id}/publish", Artisans).of(Object::Draft),
    route("POST /api/v1/listings/{id}/pause", Artisans).of(Object::Offer),
    route("POST /api/v1/listings/{id}/archive", Artisans).of(Object::Offer),
    route("PUT /api/v1/listings/{id}/images", Artisans)
        .of(Object::Draft)
        .json(r#"{"images": [{"hash": "$picture", "alt": "A mug"}]}"#),
    route("POST /api/v1/listings/{id}/duplicate", Artisans).of(Object::Draft),
    route("GET /api/v1/listings/{id}/history", Artisans).of(Object::Draft).asking("?limit=2"),
    route("GET /api/v1/listings/{id}/history/{version}", Artisans).of(Object::Draft),
    route("POST /api/v1/listings/{id}/restore", Artisans)
        .of(Object::Draft)
        .json(r#"{"version": 1}"#),
    route("POST /api/v1/images", Artisans).picture(),
    route("POST /api/v1/images/known", Artisans).json(r#"{"sha256": ["00"]}"#).question(),
    // Imports.
    route("GET /api/v1/imports", Artisans),
    route("POST /api/v1/imports", Artisans)
        .json(r#"{"file": "mugs.csv", "format": "stall", "allow_delete": false, "kept_out": 0}"#),
    route("GET /api/v1/imports/{id}", Artisans).of(Object::Import),
    route("DELETE /api/v1/imports/{id}", Artisans).of(Object::Import),
    route("POST /api/v1/imports/{id}/rows", Artisans).of(Object::Import).json(ROWS),
    route("POST /api/v1/imports/{id}/apply", Artisans)
        .of(Object::Import)
        .json(r#"{"allow_delete": false}"#),
    // Bulk edits.
    route("GET /api/v1/edits", Artisans),
    route("POST /api/v1/edits", Artisans).json(BULK_EDIT),
    route("GET /api/v1/edits/{id}", Artisans).of(Object::Edit),
    route("DELETE /api/v1/edits/{id}", Artisans).of(Object::Edit),
    route("POST /api/v1/edits/{id}/plan", Artisans).of(Object::Edit),
    route("GET /api/v1/edits/{id}/rows", Artisans).of(Object::Edit).asking("?limit=2&action=fail"),
    route("POST /api/v1/edits/{id}/apply", Artisans).of(Object::PlannedEdit),
    route("POST /api/v1/edits/{id}/undo", Artisans).of(Object::AppliedEdit),
    // Orders.
    route("GET /api/v1/orders", Artisans).asking("?limit=2&status=paid"),
    route("GET /api/v1/orders/{order}", Artisans).of(Object::OrderNumber),
    route("POST /api/v1/orders/{order}/ship", Artisans)
        .of(Object::Order)
        .json(r#"{"tracking": "1Z999AA10123456784", "carrier": "ups"}"#)
        .even_suspended(),
    route("GET /orders/{number}", Anybody).of(Object::Purchase),
    route("GET /orders/link/{secret}", Anybody).of(Object::PurchaseLink).secret(),
    route("GET /account/orders", SignedIn),
    // Favourites.
    route("GET /account/favourites", SignedIn),
    route("POST /account/favourites/{listing}", SignedIn)
        .of(Object::Piece)
        .form("keep=true&back=%2Fsearch"),
    // Payouts.
    route("GET /api/v1/payouts", Artisans).asking("?limit=1"),
    route("GET /api/v1/payouts/{payout}", Artisans).of(Object::Payout),
    route("POST /api/v1/payouts/reconcile", Artisans)
        .of(Object::Payout)
        .json(r#"{"payout": "$object", "since": null, "until": null}"#)
        .question()
        .even_suspended(),
    // Personal data.
    route("GET /api/v1/profile/export", SignedIn).whole(),
    route("GET /api/v1/profile/erasure", SignedIn),
    route("POST /api/v1/profile/erasure", SignedIn)
        .json(r#"{"current_password": "$password", "code": "$factor"}"#)
        .by_somebody_new(),
    route("GET /api/v1/profile/log", SignedIn).asking("?limit=2"),
    route("GET /account/privacy", SignedIn),
    route("POST /account/privacy", SignedIn).form("current_password=$password&code=$factor"),
    route("GET /account/privacy/delete", SignedIn),
    route("POST /account/privacy/delete", SignedIn)
        .form("current_password=$password&code=$factor")
        .by_somebody_new(),
    route("GET /account/privacy/log", SignedIn).asking("?limit=2"),
    // Staff.
    route("GET /api/v1/staff/shops", Staff).asking("?q=bench&limit=2"),
    route("GET /api/v1/staff/shops/{shop}", Staff).of(Object::OpenShop),
    route("POST /api/v1/staff/shops/{shop}/suspend", Staff)
        .of(Object::OpenShop)
        .json(r#"{"reason": "Factory goods"}"#),
    route("POST /api/v1/staff/shops/{shop}/lift", Staff).of(Object::SuspendedShop),
    route("GET /staff", Staff).asking("?q=bench"),
    route("GET /staff/shops/{shop}", Staff).of(Object::SuspendedShop),
    route("GET /staff/shops/{shop}/suspend", Staff).of(Object::OpenShop),
    route("POST /staff/shops/{shop}/suspend", Staff)
        .of(Object::OpenShop)
        .form("reason=Factory+goods"),
    route("GET /staff/shops/{shop}/lift", Staff).of(Object::SuspendedShop),
    route("POST /staff/shops/{shop}/lift", Staff).of(Object::SuspendedShop),
    // The bench.
    route("GET /api/v1/today", Artisans),
    route("GET /api/v1/events", Artisans).without_end(),
    // Browsing.
    route("GET /", Anybody),
    route("GET /c/{category}", Anybody).of(Object::Shelf),
    route("GET /search", Anybody).asking("?q=mug"),
    route("GET /search/suggestions", Anybody).asking("?q=mug"),
    route("GET /listings/{slug}", Anybody).of(Object::ListingPage),
    route("POST /listings/{slug}", Anybody)
        .of(Object::ListingPage)
        .form("variant=$variant&quantity=1"),
    route("GET /shops/{slug}", Anybody).of(Object::ShopPage),
    route("GET /shops/{slug}/feed.xml", Anybody).of(Object::ShopPage),
    route("GET /about", Anybody),
    route("GET /privacy", Anybody),
    route("GET /terms", Anybody),
    route("GET /robots.txt", Anybody),
    route("GET /sitemap.xml", Anybody),
    route("GET /sitemap/pages.xml", Anybody),
    route("GET /sitemap/shops.xml", Anybody),
    route("GET /sitemap/listings.xml", Anybody),
    route("GET /img/{name}", Anybody).of(Object::Picture).asset(),
    route("GET /a/{name}", Anybody).of(Object::Asset).asset(),
    route("GET /favicon.ico", Anybody),
    // Buying.
    route("GET /cart", Anybody),
    route("POST /cart/lines", Anybody).of(Object::Variant).form("variant=$object&quantity=1"),
    route("POST /cart/lines/{variant}", Anybody).of(Object::Variant).form("quantity=2"),
    route("GET /checkout", Anybody),
    route("POST /checkout", Anybody).form(ADDRESS),
    route("GET /checkout/done", Anybody).of(Object::Purchase).asking("?purchase=$object"),
    // The simulated Stripe.
    route("GET /sim/checkout/{session}", Anybody).of(Object::Payment).secret(),
    route("POST /sim/checkout/{session}", Anybody).of(Object::Payment).form(CARD),
    route("GET /sim/checkout/{session}/challenge", Anybody).of(Object::Payment).secret(),
    route("POST /sim/checkout/{session}/challenge", Anybody)
        .of(Object::Payment)
        .form("decision=fail"),
    route("GET /sim/onboard/{account}", Anybody)
        .of(Object::Connected)
        .asking("?token=$onboarding")
        .secret(),
    route("POST /sim/onboard/{account}", Anybody)
        .of(Object::Connected)
        .form("token=$onboarding&bank_account="),
    route("GET /sim/assets/sim.css", Anybody).asset(),
    route("GET /api/v1/simulator/clock", SignedIn).whole(),
    route("POST /api/v1/simulator/clock", SignedIn).json(r#"{"advance_seconds": 1}"#),
    // Machines.
    route("POST /webhooks/stripe", Stripe).json(r#"{"id": "evt_1"}"#),
    route("POST /webhooks/stripe-connect", Stripe).json(r#"{"id": "evt_1"}"#),
    route("GET /dev/mail", Anybody).secret(),
    route("GET /dev/mail/{id}", Anybody).of(Object::Letter).secret(),
    route("GET /healthz", Anybody),
    route("GET /readyz", Anybody),
];
