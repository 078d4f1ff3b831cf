//! A filter and a change in the words in which they are typed.

use std::fmt;

use super::{BulkChange, BulkFilter};
use crate::making::Making;
use crate::{Money, days};

impl fmt::Display for BulkFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |words: Vec<&str>| (!words.is_empty()).then(|| words.join(","));
        let status = listed(self.status.iter().map(|it| it.as_str()).collect());
        let category = listed(self.category.iter().map(|it| it.as_str()).collect());
        let mut words: Vec<String> = Vec::new();
        words.extend(status.map(|states| format!("status:{states}")));
        words.extend(category.map(|shelves| format!("category:{shelves}")));
        words.extend(self.tags.iter().map(|tag| format!("tag:{}", quoted(tag))));
        words.extend(self.sku.as_ref().map(|sku| format!("sku:{}", quoted(sku))));
        let bound = |price: Option<Money>| price.map(Money::decimal).unwrap_or_default();
        match (self.price_from, self.price_to) {
            (None, None) => {}
            (from, to) if from == to => words.push(format!("price:{}", bound(from))),
            (from, to) => words.push(format!("price:{}..{}", bound(from), bound(to))),
        }
        words.extend(
            self.text
                .iter()
                .map(|text| if text.contains(':') { format!("\"{text}\"") } else { quoted(text) }),
        );
        f.pad(&words.join(" "))
    }
}

impl fmt::Display for BulkChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<String> = Vec::new();
        let amount = |price: Money| match price.minor() {
            ..0 => price.decimal(),
            _ => format!("+{}", price.decimal()),
        };
        words.extend(self.price_percent.map(|it| format!("price={}%", percent(it))));
        words.extend(self.price_add.map(|it| format!("price={}", amount(it))));
        words.extend(self.price_set.map(|it| format!("price={}", it.decimal())));
        words.extend(self.stock_add.map(|it| format!("stock={it:+}")));
        words.extend(self.stock_set.map(|it| format!("stock={it}")));
        words.extend(self.tags_add.iter().map(|tag| format!("tag=+{tag}")));
        words.extend(self.tags_remove.iter().map(|tag| format!("tag=-{tag}")));
        words.extend(self.category.map(|it| format!("category={it}")));
        words.extend(self.making.map(|it| format!("made-in={}", made_in(it))));
        words.extend(self.status.map(|it| format!("status={it}")));
        f.pad(&words.join(" "))
    }
}

/// `stock`, `10..14` days, or `10..14/5` where five can be begun in a week.
fn made_in(making: Making) -> String {
    let Some(terms) = making.to_order() else { return "stock".to_owned() };
    let weekly = terms.weekly.map(|pieces| format!("/{pieces}"));
    days::write(terms.from, terms.to) + &weekly.unwrap_or_default()
}

/// In quotes where spaces would part it.
fn quoted(text: &str) -> String {
    if text.contains(char::is_whitespace) { format!("\"{text}\"") } else { text.to_owned() }
}

/// Hundredths of a percent as `+12.5`.
fn percent(hundredths: i64) -> String {
    let sign = if hundredths < 0 { '-' } else { '+' };
    let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    let text = format!("{sign}{whole}.{rest:02}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    #[test]
    fn what_is_shown_can_be_typed_again() {
        for text in [
            r#"status:active,sold_out category:clay tag:"sea green" sku:MUG- price:20.00..40.00 oat "a: b""#,
            "price:24.00",
            "price:..9.50 tag:gift",
            "",
        ] {
            let filter = BulkFilter::parse(text, Currency::EUR).unwrap();
            let again = BulkFilter::parse(&filter.to_string(), Currency::EUR).unwrap();
            assert_eq!(again, filter, "{text}");
        }
        let words = "price=+5% price=-12.5% price=-0.25% price=24.00 price=-1.50 price=+2.00 stock=+2 stock=-1 \
                     stock=5 tag=+gift tag=-old category=wood made-in=14 made-in=10..14/5 made-in=stock status=paused";
        for word in words.split(' ') {
            let mut change = BulkChange::default();
            change.set(word, Currency::EUR).unwrap();
            assert_eq!(change.to_string(), word);
        }
    }
}
