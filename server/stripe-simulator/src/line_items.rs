//! The lines of a checkout session, with the prices and products made for them.

use serde_json::{Map, Value, json};

use crate::error::{ApiError, Result};
use crate::fields::{Fields as _, metadata};
use crate::form::Form;
use crate::ids;
use crate::store::Tx;

/// A line as it was asked for.
pub(crate) struct Item {
    pub(crate) currency: String,
    name: String,
    description: Option<String>,
    images: Vec<String>,
    metadata: Option<Map<String, Value>>,
    own_metadata: Option<Map<String, Value>>,
    tax_behavior: Option<String>,
    tax_code: Option<String>,
    unit_amount: i64,
    quantity: i64,
}

impl Item {
    /// Unit price times quantity, minor units; nothing when that is beyond counting.
    pub(crate) fn total(&self) -> Option<i64> {
        self.unit_amount.checked_mul(self.quantity)
    }
}

/// Reads one `line_items[…]`.
pub(crate) fn read(form: &mut Form) -> Result<Item> {
    let quantity = form.amount("quantity")?.unwrap_or(1);
    let own_metadata = form.metadata()?;
    let item = form.within("price_data", |price| {
        let product = price.within("product_data", |product| {
            Ok((
                product.required("name")?,
                product.text("description")?,
                product.texts("images")?,
                product.text("tax_code")?,
                product.metadata()?,
            ))
        })?;
        let product = product.ok_or_else(|| ApiError::missing_param("price_data[product_data]"))?;
        let (name, description, images, tax_code, metadata) = product;
        let currency = price.currency("currency")?;
        Ok(Item {
            currency: currency.ok_or_else(|| ApiError::missing_param("price_data[currency]"))?,
            name,
            description,
            images,
            metadata,
            own_metadata: None,
            tax_behavior: price.word("tax_behavior", &["exclusive", "inclusive", "unspecified"])?,
            tax_code,
            unit_amount: price.price("unit_amount")?,
            quantity,
        })
    })?;
    let item = item.ok_or_else(|| ApiError::missing_param("line_items[price_data]"))?;
    Ok(Item { own_metadata, ..item })
}

/// Reads `shipping_options` and returns the first: amount, made-up rate id and name.
pub(crate) fn shipping(form: &mut Form) -> Result<Option<Value>> {
    let options = form.each("shipping_options", |option| {
        let rate = option.within("shipping_rate_data", |rate| {
            rate.word("type", &["fixed_amount"])?;
            rate.word("tax_behavior", &["exclusive", "inclusive", "unspecified"])?;
            rate.text("tax_code")?;
            let name = rate.required("display_name")?;
            let kept = metadata(rate.metadata()?);
            let amount = rate.within("fixed_amount", |fixed| {
                fixed.currency("currency")?;
                fixed.price("amount")
            })?;
            let amount = amount.ok_or_else(|| ApiError::missing_param("fixed_amount"))?;
            Ok(json!({ "shipping_amount": amount, "name": name, "metadata": kept,
                       "shipping_rate": ids::new("shr") }))
        })?;
        rate.ok_or_else(|| ApiError::missing_param("shipping_options[shipping_rate_data]"))
    })?;
    Ok(options.into_iter().next())
}

/// Stores a line of a session, with its price and product.
pub(crate) async fn store(tx: &mut Tx, session: &str, item: &Item) -> Result<()> {
    let product = product(tx, item);
    tx.insert(&product).await?;
    let price = price(tx, item, product.text("id"));
    tx.insert(&price).await?;
    let total = item.total().unwrap_or_default();
    let line = json!({
        "id": ids::new("li"),
        "object": "item",
        "adjustable_quantity": null,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": item.currency,
        "description": item.name,
        "metadata": metadata(item.own_metadata.clone()),
        "price": price,
        "quantity": item.quantity,
        "_sim": { "session": session },
    });
    tx.insert(&line).await
}

fn price(tx: &Tx, item: &Item, product: &str) -> Value {
    json!({
        "id": ids::new("price"),
        "object": "price",
        "active": false,
        "billing_scheme": "per_unit",
        "created": tx.seconds(),
        "currency": item.currency,
        "custom_unit_amount": null,
        "livemode": false,
        "lookup_key": null,
        "metadata": {},
        "nickname": null,
        "product": product,
        "recurring": null,
        "tax_behavior": item.tax_behavior.as_deref().unwrap_or("unspecified"),
        "tiers_mode": null,
        "transform_quantity": null,
        "type": "one_time",
        "unit_amount": item.unit_amount,
        "unit_amount_decimal": item.unit_amount.to_string(),
    })
}

fn product(tx: &Tx, item: &Item) -> Value {
    json!({
        "id": ids::new("prod"),
        "object": "product",
        "active": false,
        "created": tx.seconds(),
        "default_price": null,
        "description": item.description,
        "images": item.images,
        "livemode": false,
        "marketing_features": [],
        "metadata": metadata(item.metadata.clone()),
        "name": item.name,
        "package_dimensions": null,
        "shippable": null,
        "statement_descriptor": null,
        "tax_code": item.tax_code,
        "type": "service",
        "unit_label": null,
        "updated": tx.seconds(),
        "url": null,
    })
}
