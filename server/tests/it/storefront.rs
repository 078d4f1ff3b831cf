//! What shoppers see: listings, the cart, and checkout up to Stripe's page.

use api::attribute::AttributeEdits;
use api::listing::{Category, Listing, ListingDraft, VariantDraft};
use api::{Currency, Money};
use serde_json::json;

use crate::market::{Market, on_both_engines};
use crate::person::Person;

on_both_engines!(
    a_title_is_only_text,
    a_cart_never_promises_more_than_there_is,
    a_cart_is_still_there_after_signing_in,
    a_form_comes_back_with_what_was_typed,
    pieces_that_are_being_paid_for_are_not_called_gone,
    letters_and_addresses_of_others_are_closed,
);

/// Opens a shop that may sell and puts a piece on its shelf.
async fn offers(artisan: &Person, title: &str, stock: i64) -> Listing {
    let form = json!({ "complete_test_data": true });
    assert_eq!(artisan.posts("/api/v1/shop/onboarding", &form).await.status, 200);
    let draft = ListingDraft {
        title: title.to_owned(),
        description: String::new(),
        category: Category::Clay,
        materials: vec![],
        tags: vec![],
        attributes: AttributeEdits::new(),
        options: vec![],
        variants: vec![VariantDraft {
            sku: String::new(),
            values: vec![],
            price: Money::new(2600, Currency::EUR),
            stock,
        }],
        questions: None,
        making: None,
    };
    let listing: Listing = artisan.posts("/api/v1/listings", &draft).await.expect(201);
    let publish = format!("/api/v1/listings/{}/publish", listing.id);
    artisan.posts(&publish, &json!({})).await.expect(200)
}

async fn puts(person: &Person, listing: &Listing, quantity: &str) -> crate::person::Answer {
    let variant = listing.variants[0].id.to_string();
    person.submits("/cart/lines", &[("variant", &variant), ("quantity", quantity)]).await
}

/// The hidden name of this attempt in the checkout form.
async fn attempt(person: &Person) -> String {
    let page = person.gets("/checkout").await.body;
    let (_, rest) = page.split_once(r#"name="attempt" value=""#).expect("a checkout form");
    rest.split_once('"').expect("a value").0.to_owned()
}

async fn a_title_is_only_text(market: Market) {
    let artisan = market.artisan("Ines").await;
    let listing = offers(&artisan, "Mug </script><b>& “lid”", 3).await;
    let shopper = market.visitor();
    assert!(shopper.gets("/").await.body.contains("Mug &#60;/script&#62;&#60;b&#62;"));
    let page = shopper.gets(&format!("/listings/{}", listing.slug)).await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("</script><b>"), "{}", page.body);
    assert!(page.body.contains(r#""price":"26.00""#), "structured data is there");
    let short = listing.slug.rsplit('-').next().unwrap();
    let renamed = shopper.gets(&format!("/listings/an-older-title-{short}")).await;
    assert_eq!(
        (renamed.status, renamed.location()),
        (308, &*format!("/listings/{}", listing.slug))
    );
}

async fn a_cart_never_promises_more_than_there_is(market: Market) {
    let listing = offers(&market.artisan("Ines").await, "Mug", 2).await;
    let shopper = market.visitor();
    assert_eq!(puts(&shopper, &listing, "1").await.location(), "/cart");
    assert_eq!(puts(&shopper, &listing, "1").await.status, 303, "adding again sums up");
    let refused = puts(&shopper, &listing, "1").await;
    assert_eq!(refused.status, 409);
    assert!(refused.words().contains("Only 2 of “Mug” can be ordered, and 2 are in your cart."));
    let cart = shopper.gets("/cart").await.words();
    assert!(cart.contains("€52.00"), "the cart is as it was: {cart}");
    let line = format!("/cart/lines/{}", listing.variants[0].id);
    assert_eq!(shopper.submits(&line, &[("quantity", "0")]).await.location(), "/cart");
    assert!(shopper.gets("/cart").await.words().contains("Nothing in it yet"));
}

async fn a_cart_is_still_there_after_signing_in(market: Market) {
    let listing = offers(&market.artisan("Ines").await, "Mug", 2).await;
    market.register("Ana").await;
    let shopper = market.visitor();
    puts(&shopper, &listing, "2").await;
    let email = crate::market::email_of("Ana");
    let form = [("email", email.as_str()), ("password", crate::market::PASSWORD)];
    assert_eq!(shopper.submits("/login", &form).await.status, 303);
    assert!(shopper.gets("/cart").await.words().contains("€52.00"));
    assert!(
        shopper.gets("/checkout").await.body.contains(&email),
        "and checkout knows the address"
    );
}

async fn a_form_comes_back_with_what_was_typed(market: Market) {
    let listing = offers(&market.artisan("Ines").await, "Mug", 2).await;
    let shopper = market.visitor();
    assert_eq!(shopper.gets("/checkout").await.location(), "/cart", "nothing to buy yet");
    puts(&shopper, &listing, "1").await;
    let attempt = attempt(&shopper).await;
    let form = [("attempt", attempt.as_str()), ("email", "ana at home"), ("city", "Jena")];
    let back = shopper.submits("/checkout", &form).await;
    assert_eq!(back.status, 422);
    assert!(back.body.contains(r#"value="ana at home""#) && back.body.contains(r#"value="Jena""#));
    assert!(back.words().contains("An e-mail address looks like"));
    assert!(back.words().contains("The street and the number are missing."));
    let tied = r#"aria-invalid="true" autofocus aria-describedby="email-wrong email-hint""#;
    assert!(back.body.contains(tied) && back.body.contains(r#"id="email-wrong""#));
}

async fn pieces_that_are_being_paid_for_are_not_called_gone(market: Market) {
    let listing = offers(&market.artisan("Ines").await, "Mug", 1).await;
    let (ana, ben) = (market.visitor(), market.visitor());
    puts(&ana, &listing, "1").await;
    puts(&ben, &listing, "1").await;
    let attempt = attempt(&ana).await;
    let form = [
        ("attempt", attempt.as_str()),
        ("email", "ana@example.org"),
        ("name", "Ana Ng"),
        ("line1", "Kirchgasse 4"),
        ("postal_code", "07743"),
        ("city", "Jena"),
        ("country", "DE"),
    ];
    let paying = ana.submits("/checkout", &form).await;
    assert_eq!(paying.status, 303, "{}", paying.words());
    let again = ana.submits("/checkout", &form).await;
    assert_eq!(again.location(), paying.location(), "a double click is one purchase");
    let cart = ana.gets("/cart").await.words();
    assert!(
        cart.contains("Your payment is open") && !cart.contains("No longer available"),
        "{cart}"
    );
    assert!(ben.gets("/cart").await.words().contains("No longer available"));
}

async fn letters_and_addresses_of_others_are_closed(market: Market) {
    let visitor = market.visitor();
    assert_eq!(visitor.gets("/dev/mail").await.status, 200, "open in a demo");
    assert_eq!(visitor.gets("/orders/ABCDEFGH").await.status, 404);
    assert_eq!(visitor.gets(&format!("/orders/link/{}", "0".repeat(64))).await.status, 404);
    assert_eq!(visitor.gets("/account/orders").await.location(), "/login?next=%2Faccount%2Forders");
}
