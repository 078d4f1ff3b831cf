//! Prices as they are typed.

/// What to type instead of a text that is no price.
pub(crate) fn remedy(given: &str) -> String {
    let pointed = given.trim().replacen(',', ".", 1);
    let is_price = pointed.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && pointed.split('.').all(|part| !part.is_empty())
        && pointed.matches('.').count() == 1;
    if is_price && pointed != given {
        format!("type it with a point: {pointed}")
    } else {
        "use digits and a point, for example 24.00".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::remedy;

    #[test]
    fn a_comma_becomes_a_point() {
        assert_eq!(remedy("24,50"), "type it with a point: 24.50");
        for odd in ["1.234,50", "24,", "dear", "24.505", ""] {
            assert!(remedy(odd).ends_with("24.00"), "{odd}");
        }
    }
}
