//! A shop for the tests: fixed time, long names, double-width names, every state.

use api::account::{Account, Me, PaymentsMode};
use api::event::{Event, EventKind};
use api::id::Kind;
use api::listing::{Category, GalleryImage, Listing, ListingStatus, ListingSummary, Variant};
use api::order::{
    Address, Carrier, Fulfillment, Order, OrderLine, OrderStatus, OrderSummary, TimelineEntry,
};
use api::payout::{MatchStatus, Payout, PayoutDetail, PayoutLine, PayoutStatus};
use api::shop::{OnboardingStatus, Shop};
use api::today::{DaySales, LowStock, Today};
use api::{Currency, Id, Money, Page, Timestamp};

use crate::action::{Action, Answer, Key, Link};
use crate::app::{App, Screen, Setup};
use crate::effect::{Ask, Effect};
use crate::theme::Theme;
use crate::update::update;

/// What a row of an order says: number, customer, summary, pieces, cents, status, hours ago.
type OrderRow = (&'static str, &'static str, &'static str, i64, i64, OrderStatus, i64);

const ORDERS: [OrderRow; 12] = [
    ("7K39QF2M-1", "Priya Nair", "Linen apron, indigo", 1, 5_400, OrderStatus::Paid, 2),
    ("4WZ8TT0C-1", "王小明", "Wool throw 130×180", 1, 14_900, OrderStatus::Paid, 9),
    (
        "9D2MPA77-2",
        "Sam O’Neill",
        "Beeswax candle, set of three +2",
        5,
        6_300,
        OrderStatus::Paid,
        30,
    ),
    ("B51C0KXE-1", "Jonas Weber", "Walnut spoon", 1, 1_850, OrderStatus::Paid, 75),
    (
        "Q0V7R3JH-1",
        "Amélie Fournier-Desrosiers de la Tour",
        "Hand-thrown stoneware mug with a very long title, oatmeal +1",
        2,
        5_600,
        OrderStatus::Paid,
        146,
    ),
    ("H8Y6N1SD-1", "Kateřina Nová", "Leather card holder", 1, 3_900, OrderStatus::Shipped, 150),
    ("2F4K9WQA-3", "Lucía Gómez", "Silver fern earrings", 1, 3_600, OrderStatus::Shipped, 170),
    ("M3X5E8ZB-1", "Oluwaseun Adé", "Stoneware mug, oatmeal", 4, 11_200, OrderStatus::Shipped, 240),
    ("T7P1C6GV-1", "Nora Lind", "Walnut spoon", 1, 1_850, OrderStatus::Refunded, 260),
    ("0RJ2D4HN-1", "田中 さくら", "Porcelain tea bowl", 1, 120_418, OrderStatus::Shipped, 300),
    (
        "K9B3V5TW-2",
        "Giovanni Bianchi",
        "Linen apron, indigo +3",
        4,
        21_600,
        OrderStatus::Shipped,
        400,
    ),
    ("E6S8M0QY-1", "Ida Sørensen", "Beeswax candle", 2, 1_400, OrderStatus::Cancelled, 410),
];

/// Sunday, 22 November 2026, 14:02:11 UTC.
pub(crate) fn now() -> Timestamp {
    "2026-11-22T14:02:11Z".parse().unwrap()
}

/// An id of any kind from a number.
pub(crate) fn id<T: Kind>(number: usize) -> Id<T> {
    format!("{}_{number:026}", T::PREFIX).parse().unwrap()
}

/// Euros, in cents.
pub(crate) fn eur(cents: i64) -> Money {
    Money::new(cents, Currency::EUR)
}

fn hours_ago(hours: i64) -> Timestamp {
    now().plus_seconds(-3_600 * hours)
}

fn net(total: Money) -> Money {
    total.checked_sub(total.basis_points(650)).unwrap()
}

/// A row of the list of orders.
pub(crate) fn order_row(place: usize) -> OrderSummary {
    let (number, customer, summary, quantity, cents, status, hours) = ORDERS[place];
    let shipped = status == OrderStatus::Shipped;
    OrderSummary {
        id: id(place + 1),
        number: number.to_owned(),
        status,
        customer: customer.to_owned(),
        summary: summary.to_owned(),
        quantity,
        total: eur(cents),
        net: net(eur(cents)),
        placed_at: hours_ago(hours),
        paid_at: Some(hours_ago(hours)),
        tracking: shipped.then(|| "00340434161094021501".to_owned()),
    }
}

/// Every order, newest first.
pub(crate) fn orders() -> Page<OrderSummary> {
    Page { items: (0..ORDERS.len()).map(order_row).collect(), next: None }
}

/// An order opened.
pub(crate) fn order(row: &OrderSummary) -> Order {
    let line = OrderLine {
        listing: id(1),
        variant: id(1),
        title: row.summary.clone(),
        option: "oatmeal".to_owned(),
        sku: "MUG-OAT-350".to_owned(),
        quantity: row.quantity,
        price: Money::new(row.total.minor() / row.quantity, Currency::EUR),
        total: row.total,
        image: None,
    };
    let parcel = row.tracking.clone().map(|tracking| Fulfillment {
        id: id(1),
        carrier: Carrier::guess(&tracking),
        tracking,
        tracking_url: None,
        shipped_at: row.placed_at.plus_seconds(80_000),
    });
    let entry = |after: i64, text: &str| TimelineEntry {
        at: row.placed_at.plus_seconds(after),
        text: text.to_owned(),
    };
    let mut timeline = vec![entry(0, "placed"), entry(41, "paid")];
    timeline.extend(
        parcel
            .as_ref()
            .map(|parcel| entry(80_000, &format!("shipped with DHL {}", parcel.tracking))),
    );
    Order {
        id: row.id,
        number: row.number.clone(),
        status: row.status,
        ship_to: Address {
            name: row.customer.clone(),
            line1: "12 Sample Street".to_owned(),
            line2: String::new(),
            postal_code: "1000 AA".to_owned(),
            city: "Sampletown".to_owned(),
            country: "NL".to_owned(),
        },
        lines: vec![line],
        total: row.total,
        commission: row.total.basis_points(650),
        net: row.net,
        fulfillments: parcel.into_iter().collect(),
        placed_at: row.placed_at,
        paid_at: row.paid_at,
        timeline,
        note: "It is a gift, please leave the invoice out.".to_owned(),
        version: 1,
    }
}

const LISTINGS: [(&str, &str, i64, i64, i64, ListingStatus); 9] = [
    ("MUG-OAT-350", "Stoneware mug, oatmeal", 2_800, 12, 4, ListingStatus::Active),
    ("MUG-ASH-350", "Stoneware mug, ash", 2_800, 2, 2, ListingStatus::Active),
    ("SPN-WAL-01", "Walnut spoon", 1_850, 40, 3, ListingStatus::Active),
    (
        "APR-IND-M",
        "Linen apron, indigo, with two deep pockets and a loop for the towel",
        5_400,
        9,
        4,
        ListingStatus::Active,
    ),
    ("THR-GRY-130", "Wool throw 130×180", 14_900, 3, 2, ListingStatus::Paused),
    ("CRD-TAN", "Leather card holder", 3_900, 0, 2, ListingStatus::SoldOut),
    ("CAN-BEE-3", "Beeswax candles, set of three", 2_100, 55, 0, ListingStatus::Active),
    ("TEA-001", "茶碗 Porcelain tea bowl", 120_418, 1, 4, ListingStatus::Active),
    ("", "Fern brooch", 4_200, 6, 0, ListingStatus::Draft),
];

/// A row of the list of listings.
pub(crate) fn listing_row(place: usize) -> ListingSummary {
    let (sku, title, cents, available, images, status) = LISTINGS[place];
    ListingSummary {
        id: id(place + 1),
        slug: title.to_lowercase().replace([' ', ','], "-"),
        status,
        title: title.to_owned(),
        category: Category::Clay,
        sku: sku.to_owned(),
        price: eur(cents),
        available,
        variants: 2,
        images,
        cover: None,
        updated_at: hours_ago(i64::try_from(place).unwrap() * 7),
    }
}

/// Every listing.
pub(crate) fn listings() -> Page<ListingSummary> {
    Page { items: (0..LISTINGS.len()).map(listing_row).collect(), next: None }
}

/// A listing opened, with two variants.
pub(crate) fn listing(row: &ListingSummary) -> Listing {
    let variant = |place: usize, value: &str, available: i64| Variant {
        id: id(place),
        sku: format!("{}-{}", row.sku, value[..1].to_uppercase()),
        values: vec![value.to_owned()],
        price: row.price,
        available,
    };
    let image = GalleryImage {
        hash: "0".repeat(64),
        alt: String::new(),
        width: 1600,
        height: 1200,
        tint: 9,
    };
    Listing {
        id: row.id,
        slug: row.slug.clone(),
        status: row.status,
        title: row.title.clone(),
        description: "Thrown on the wheel and glazed in oatmeal. Holds 350 ml, \
                      goes into the dishwasher and keeps tea warm.\n\nEvery mug is a little different."
            .to_owned(),
        category: row.category,
        materials: vec!["stoneware".to_owned(), "tin glaze".to_owned()],
        tags: vec!["mug".to_owned(), "kitchen".to_owned(), "gift".to_owned()],
        options: vec!["Glaze".to_owned()],
        variants: vec![variant(1, "oatmeal", row.available - row.available / 3), variant(2, "ash", row.available / 3)],
        images: vec![image; usize::try_from(row.images).unwrap()],
        created_at: hours_ago(2_000),
        updated_at: row.updated_at,
        version: 7,
    }
}

const PAYOUTS: [(&str, i64, i64, i64, PayoutStatus, i64); 4] = [
    ("po_1QAbCdEfGhIjKlMnOp8d", 120_418, 5, 4, PayoutStatus::InTransit, -3),
    ("po_1PZyXwVuTsRqPoNm2a", 94_432, 24, 24, PayoutStatus::Paid, 4),
    ("po_1PAaBbCcDdEeFfGg7c", 129_410, 37, 37, PayoutStatus::Paid, 11),
    ("po_1NAaBbCcDdEeFfGg4e", 3_120, 2, 2, PayoutStatus::Failed, 18),
];

/// A row of the list of payouts.
pub(crate) fn payout_row(place: usize) -> Payout {
    let (stripe_id, cents, lines, matched, status, days_ago) = PAYOUTS[place];
    Payout {
        id: id(place + 1),
        stripe_id: stripe_id.to_owned(),
        status,
        amount: eur(cents),
        created_at: hours_ago(days_ago * 24 + 100),
        arrives_at: hours_ago(days_ago * 24),
        lines,
        matched,
        reconciled: lines == matched,
    }
}

/// Every payout.
pub(crate) fn payouts() -> Page<Payout> {
    Page { items: (0..PAYOUTS.len()).map(payout_row).collect(), next: None }
}

/// A payout opened; the first one has a line that differs.
pub(crate) fn payout(row: &Payout) -> PayoutDetail {
    let line = |place: usize, status: MatchStatus, books: i64| PayoutLine {
        stripe_id: Some(format!("txn_3QAbCdEfGhIjKlM{place}")),
        kind: "payment".to_owned(),
        order: Some(ORDERS[place].0.to_owned()),
        gross: Some(eur(ORDERS[place].4)),
        commission: Some(eur(ORDERS[place].4).basis_points(650)),
        stripe: Some(net(eur(ORDERS[place].4))),
        books: Some(eur(books)),
        status,
        note: (status == MatchStatus::Differing).then(|| {
            "Stripe has €4.10 less: a partial refund made in Stripe’s dashboard.".to_owned()
        }),
    };
    let even = |place: usize| line(place, MatchStatus::Matched, net(eur(ORDERS[place].4)).minor());
    let lines = if row.reconciled {
        vec![even(5), even(6)]
    } else {
        vec![even(5), even(6), line(7, MatchStatus::Differing, 10_882), even(9), even(10)]
    };
    PayoutDetail {
        payout: row.clone(),
        gross: eur(129_000),
        commission: eur(5_772),
        refunds: eur(2_810),
        net: if row.reconciled { row.amount } else { eur(120_828) },
        lines,
    }
}

/// Who is signed in, at a market with simulated money.
pub(crate) fn me() -> Me {
    Me {
        account: Account {
            id: id(1),
            email: "birch@example.com".to_owned(),
            email_verified: true,
            name: "Birgit".to_owned(),
            created_at: hours_ago(9_000),
        },
        shop: Some(Shop {
            id: id(1),
            slug: "birch-and-clay".to_owned(),
            name: "Birch & Clay".to_owned(),
            place: "Leipzig, Germany".to_owned(),
            story: String::new(),
            currency: Currency::EUR,
            commission_bps: 650,
            onboarding: OnboardingStatus::Complete,
            created_at: hours_ago(8_000),
        }),
        market: "Loomstead".to_owned(),
        payments: PaymentsMode::Simulator,
        now: now(),
    }
}

/// The bench.
pub(crate) fn today() -> Today {
    let cents = [18_400, 29_650, 15_200, 31_000, 22_000, 41_900, 26_100];
    let day = |(place, cents): (usize, &i64)| DaySales {
        day: hours_ago(14 + 24 * i64::try_from(6 - place).unwrap()),
        total: eur(*cents),
    };
    let low = |title: &str, sku: &str, available: i64| LowStock {
        title: title.to_owned(),
        sku: sku.to_owned(),
        available,
    };
    Today {
        to_pack: 5,
        oldest: (0..5).rev().map(order_row).collect(),
        sales: cents.iter().enumerate().map(day).collect(),
        orders: 31,
        low_stock: vec![
            low("Stoneware mug, ash", "MUG-ASH-350", 2),
            low("茶碗 Porcelain tea bowl", "TEA-001", 1),
        ],
        on_its_way: eur(184_250),
        last_payout: Some(payout_row(0)),
        active_listings: 6,
        without_pictures: 1,
    }
}

/// An event of some kind.
pub(crate) fn event(kind: EventKind, object: &str, text: &str) -> Event {
    Event { seq: 1, kind, at: now(), object: object.to_owned(), text: text.to_owned() }
}

/// What the console is started with in tests.
pub(crate) fn setup() -> Setup {
    Setup {
        server: "http://127.0.0.1:8080".to_owned(),
        theme: Theme::named("default").unwrap(),
        ascii: false,
        read_only: false,
        screen: Screen::Today,
    }
}

/// A console before the first answer.
pub(crate) fn blank(columns: u16, rows: u16) -> App {
    let mut app = App::new(setup());
    act(&mut app, Action::Resize(columns, rows));
    act(&mut app, Action::Tick(now()));
    app
}

/// A console over the whole shop, live.
pub(crate) fn shop(columns: u16, rows: u16) -> App {
    let mut app = blank(columns, rows);
    answer(&mut app, Answer::Me(Ok(me())));
    answer(&mut app, Answer::Today(Ok(today())));
    answer(&mut app, Answer::Orders(Ask::Fresh, Ok(orders())));
    answer(&mut app, Answer::Listings(Ask::Fresh, Ok(listings())));
    answer(&mut app, Answer::Payouts(Ask::Fresh, Ok(payouts())));
    app.feed.push_back(event(EventKind::OrderPaid, "7K39QF2M-1", "order 7K39QF2M-1  €54.00"));
    app.feed.push_back(event(EventKind::PayoutChanged, "po_1Q", "payout €1,204.18 on its way"));
    app.feed.push_back(event(EventKind::ImportApplied, "imp_1", "import: 412 listings changed"));
    act(&mut app, Action::Link(Link::Live));
    app
}

/// The same, with a screen shown and its first row opened.
pub(crate) fn shop_on(screen: Screen, columns: u16, rows: u16) -> App {
    let mut app = shop(columns, rows);
    let digit = ['1', '2', '3', '4'][Screen::ALL.iter().position(|s| *s == screen).unwrap()];
    let effects = press(&mut app, Key::Char(digit));
    serve(&mut app, &effects);
    app
}

/// Takes an action.
pub(crate) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    update(app, action)
}

/// Takes an answer.
pub(crate) fn answer(app: &mut App, answer: Answer) -> Vec<Effect> {
    act(app, Action::Answer(Box::new(answer)))
}

/// Presses a key.
pub(crate) fn press(app: &mut App, key: Key) -> Vec<Effect> {
    act(app, Action::Key(key))
}

/// Types a text, key by key.
pub(crate) fn type_text(app: &mut App, text: &str) -> Vec<Effect> {
    text.chars().flat_map(|letter| press(app, Key::Char(letter))).collect()
}

/// Answers what opens things, as the server would.
pub(crate) fn serve(app: &mut App, effects: &[Effect]) {
    for effect in effects {
        match effect {
            Effect::FetchOrder(number) => {
                let row = orders().items.into_iter().find(|row| row.number == *number).unwrap();
                answer(app, Answer::Order(number.clone(), Ok(order(&row))));
            }
            Effect::FetchListing(id) => {
                let row = listings().items.into_iter().find(|row| row.id == *id).unwrap();
                answer(app, Answer::Listing(id.to_string(), Ok(listing(&row))));
            }
            Effect::FetchPayout(id) => {
                let row = payouts().items.into_iter().find(|row| row.stripe_id == *id).unwrap();
                answer(app, Answer::Payout(id.clone(), Ok(payout(&row))));
            }
            _ => {}
        }
    }
}
