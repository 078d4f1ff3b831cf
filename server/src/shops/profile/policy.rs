//! What policies may say, and what a seller has to say about herself.
//!
//! In the European Union a trader names herself, her address, telephone, e-mail address and trade
//! register before she may offer anything (Regulation (EU) 2022/2065, article 30), and takes goods
//! bought at a distance back for 14 days (Directive 2011/83/EU, article 9). Shoppers are told
//! whether a seller is a trader at all (the same directive, article 6a).

use api::limits::ALT;
use api::shop_profile::{DAYS, LeadTime, NOTE, Policies, SELLER, Seller, SellerKind};

use crate::error::{Error, Refusals};
use crate::text;

/// Members of the European Union, ISO 3166-1 alpha-2.
const UNION: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];
/// Days in which a shopper may send back what she bought from a business.
const WITHDRAWAL_DAYS: u32 = 14;

/// Whether the law of the European Union holds in a market.
pub(crate) fn is_in_union(market: &str) -> bool {
    UNION.contains(&market)
}

/// Policies as they are kept; what cannot be used is noted and stays as it was given.
pub(super) fn policies(given: &Policies, wrong: &mut Refusals) -> Result<Policies, Error> {
    let mut policies = given.clone();
    if given.returns_days.is_some_and(|days| days > DAYS) {
        let words = format!("at most {DAYS} days, please");
        wrong.take::<()>(Err(Error::invalid("policies.returns_days", words)))?;
    }
    if let Some(LeadTime { from, to }) = given.lead_time
        && (from > to || to > DAYS)
    {
        let words = format!("the lead time goes from fewer days to more, at most {DAYS}");
        wrong.take::<()>(Err(Error::invalid("policies.lead_time", words)))?;
    }
    let returns = text::lines("policies.returns", &given.returns, NOTE);
    wrong.put(&mut policies.returns, Some(returns))?;
    wrong.put(&mut policies.custom, Some(text::lines("policies.custom", &given.custom, NOTE)))?;
    Ok(policies)
}

/// What a seller says as it is kept; what cannot be used is noted and stays as it was given.
pub(super) fn seller(given: &Seller, wrong: &mut Refusals) -> Result<Seller, Error> {
    let mut seller = given.clone();
    let address = text::lines("seller.address", &given.address, 2 * SELLER);
    wrong.put(&mut seller.address, Some(address))?;
    for (field, line) in [
        ("seller.name", &mut seller.name),
        ("seller.phone", &mut seller.phone),
        ("seller.email", &mut seller.email),
        ("seller.register", &mut seller.register),
    ] {
        let checked = text::line(field, line, SELLER);
        wrong.put(line, Some(checked))?;
    }
    if !seller.email.is_empty() && seller.email.parse::<lettre::Address>().is_err() {
        let words = "an e-mail address looks like name@example.org";
        wrong.take::<()>(Err(Error::invalid("seller.email", words)))?;
    }
    let digits = seller.phone.chars().filter(char::is_ascii_digit).count();
    if !seller.phone.is_empty() && digits < 5 {
        let words = "a telephone number has at least five digits";
        wrong.take::<()>(Err(Error::invalid("seller.phone", words)))?;
    }
    Ok(seller)
}

/// Whether the policies are ones that this seller may have.
pub(super) fn fit(policies: &Policies, seller: &Seller, market: &str) -> Result<(), Error> {
    let too_short = policies.returns_days.is_some_and(|days| days < WITHDRAWAL_DAYS);
    if too_short && seller.kind == SellerKind::Business && is_in_union(market) {
        return Err(Error::invalid(
            "policies.returns_days",
            format!(
                "a business in the European Union takes pieces back for at least {WITHDRAWAL_DAYS} days"
            ),
        ));
    }
    Ok(())
}

/// Whether a seller has said what law wants to know before anything is offered.
pub(super) fn complete(seller: &Seller, market: &str) -> Result<(), Error> {
    let missing = missing(seller, market);
    if missing.is_empty() {
        return Ok(());
    }
    let words: Vec<&str> = missing.iter().map(|(_, words)| *words).collect();
    Err(Error::forbidden(format!(
        "a business in the European Union names itself before it offers anything: add {} with stall shop edit, or at /sell/shop",
        words.join(", ")
    )))
}

/// The same where something is on offer already: every detail that may not be absent any more.
pub(super) fn stays_complete(seller: &Seller, market: &str) -> Result<(), Error> {
    let missing = missing(seller, market).into_iter();
    let told = missing.map(|(field, words)| {
        let rest = "pause them first, or add it";
        (field, format!("your pieces are on offer, so a business has to give {words}; {rest}"))
    });
    let told: Vec<_> = told.collect();
    if told.is_empty() { Ok(()) } else { Err(Error::Several(told)) }
}

/// What a seller still has to say, as fields and in words.
pub(crate) fn missing(seller: &Seller, market: &str) -> Vec<(&'static str, &'static str)> {
    if seller.kind == SellerKind::Private || !is_in_union(market) {
        return Vec::new();
    }
    let asked = [
        (&seller.name, ("seller.name", "the name")),
        (&seller.address, ("seller.address", "the postal address")),
        (&seller.phone, ("seller.phone", "the telephone number")),
        (&seller.email, ("seller.email", "the e-mail address")),
    ];
    asked.into_iter().filter(|(text, _)| text.is_empty()).map(|(_, missing)| missing).collect()
}

/// Words for those who cannot see a picture.
pub(super) fn alt(alt: &str) -> Result<(), Error> {
    text::line("alt", alt, ALT).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn business() -> Seller {
        Seller {
            kind: SellerKind::Business,
            name: "Oat & Ash GmbH".into(),
            address: "Markt 1\n04109 Leipzig".into(),
            phone: "+49 341 1234567".into(),
            email: "hello@example.org".into(),
            register: String::new(),
        }
    }

    #[test]
    fn only_a_business_in_the_union_has_to_name_itself() {
        assert!(complete(&Seller::default(), "DE").is_ok(), "a private seller");
        let silent = Seller { kind: SellerKind::Business, ..Seller::default() };
        assert!(complete(&silent, "GB").is_ok(), "no law of the union there");
        assert!(complete(&business(), "DE").is_ok());
        let words = complete(&Seller { phone: String::new(), ..business() }, "IT").unwrap_err();
        assert!(words.to_string().contains("add the telephone number"), "{words}");
        assert_eq!(missing(&silent, "DE").len(), 4);
    }

    #[test]
    fn a_business_takes_back_for_two_weeks() {
        let policies = |days| Policies { returns_days: days, ..Policies::default() };
        assert!(fit(&policies(Some(7)), &business(), "DE").is_err());
        assert!(fit(&policies(Some(14)), &business(), "DE").is_ok());
        assert!(fit(&policies(None), &business(), "DE").is_ok());
        assert!(fit(&policies(Some(0)), &Seller::default(), "DE").is_ok());
        assert!(fit(&policies(Some(0)), &business(), "US").is_ok());
    }

    #[test]
    fn what_nobody_can_use_is_refused() {
        let mut wrong = Refusals::default();
        let unread =
            Seller { email: "hello at example".into(), phone: "none".into(), ..business() };
        seller(&unread, &mut wrong).unwrap();
        let turned = Some(LeadTime { from: 9, to: 3 });
        let strange =
            Policies { lead_time: turned, returns_days: Some(366), ..Policies::default() };
        policies(&strange, &mut wrong).unwrap();
        let Err(Error::Several(all)) = wrong.told() else { panic!("all is refused") };
        let fields: Vec<&str> = all.iter().map(|(field, _)| *field).collect();
        let expected =
            ["seller.email", "seller.phone", "policies.returns_days", "policies.lead_time"];
        assert_eq!(fields, expected);
    }
}
