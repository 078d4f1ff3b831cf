//! Which variant of a listing a draft means.

use std::collections::HashSet;

use api::listing::{Variant, VariantDraft};

use super::change::clean_line;

/// For each drafted variant the index of the existing one it means: the one with its SKU, else
/// the one with its option values. Of several with the same SKU the one with the same values.
/// No existing variant is meant twice.
pub(crate) fn pair(existing: &[Variant], drafted: &[VariantDraft]) -> Vec<Option<usize>> {
    let mut partners = vec![None; drafted.len()];
    let mut taken = HashSet::new();
    for rule in [both, sku, values] {
        for (draft, partner) in drafted.iter().zip(&mut partners) {
            if partner.is_none() {
                *partner = (0..existing.len())
                    .find(|index| !taken.contains(index) && rule(&existing[*index], draft));
                taken.extend(*partner);
            }
        }
    }
    partners
}

fn both(existing: &Variant, draft: &VariantDraft) -> bool {
    sku(existing, draft) && values(existing, draft)
}

fn sku(existing: &Variant, draft: &VariantDraft) -> bool {
    !existing.sku.is_empty() && existing.sku == clean_line(&draft.sku)
}

fn values(existing: &Variant, draft: &VariantDraft) -> bool {
    existing.values.len() == draft.values.len()
        && existing.values.iter().zip(&draft.values).all(|(a, b)| *a == clean_line(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::{Currency, Id, Money};

    const PRICE: Money = Money::new(2400, Currency::EUR);

    fn variant(number: u128, sku: &str, value: &str) -> Variant {
        let id = Id::from_uuid(uuid::Uuid::from_u128(number));
        Variant { id, sku: sku.into(), values: vec![value.into()], price: PRICE, available: 1 }
    }

    fn draft(sku: &str, value: &str) -> VariantDraft {
        VariantDraft { sku: sku.into(), values: vec![value.into()], price: PRICE, stock: 1 }
    }

    #[test]
    fn a_renamed_value_is_known_by_its_sku_and_a_new_sku_by_its_value() {
        let existing = [variant(1, "MUG-O", "Oat"), variant(2, "MUG-S", "Slate")];
        let drafted =
            [draft("MUG-S", "Slate grey"), draft("MUG-OAT", "Oat"), draft("MUG-M", "Moss")];
        assert_eq!(pair(&existing, &drafted), [Some(1), Some(0), None]);
    }

    #[test]
    fn one_sku_for_all_falls_back_on_values() {
        let existing = [variant(1, "MUG", "Oat"), variant(2, "MUG", "Slate")];
        let drafted = [draft("MUG", "Slate"), draft("MUG", "Oat"), draft("MUG", "Moss")];
        assert_eq!(pair(&existing, &drafted), [Some(1), Some(0), None]);
    }
}
