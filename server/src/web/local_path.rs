//! Addresses of our own that a browser may be sent back to.

use url::Url;

/// Stands for our own host while a path is looked at; never asked for.
const HERE: &str = "http://here.invalid";

/// The path and query of a local address, or nothing when it might lead to another host.
///
/// A browser reads `//host`, `/\host` and addresses with tabs or line breaks in them as other
/// hosts, so the same parser decides that browsers use.
pub(crate) fn checked(given: &str) -> Option<String> {
    if !given.starts_with('/') || given.contains(|c: char| c == '\\' || c.is_control()) {
        return None;
    }
    let here = Url::parse(HERE).ok()?;
    let there = here.join(given).ok().filter(|there| there.origin() == here.origin())?;
    let local = match there.query() {
        Some(query) => format!("{}?{query}", there.path()),
        None => there.path().to_owned(),
    };
    // `/.//host` and its like turn into `//host` only when the dots are resolved.
    (!local.starts_with("//")).then_some(local)
}

/// A local path with a query in it, encoded.
pub(crate) fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{path}?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_addresses_stay_as_they_are() {
        for path in
            ["/", "/cart", "/search?q=blue%20mug&sort=new", "/device?code=BCDF-GHJK", "/a//b"]
        {
            assert_eq!(checked(path).as_deref(), Some(path));
        }
        assert_eq!(checked("/sell/../cart").as_deref(), Some("/cart"));
    }

    #[test]
    fn nothing_that_may_lead_elsewhere_passes() {
        let elsewhere = [
            "",
            "cart",
            "https://evil.example",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "/.//evil.example",
            "/..//evil.example",
            "/%2e//evil.example",
            "http:/evil.example",
            "https:evil.example",
            " //evil.example",
            "/x\r\nSet-Cookie: a=b",
            "@evil.example",
            ".evil.example",
            "/a/..//evil.example",
        ];
        for given in elsewhere {
            assert_eq!(checked(given), None, "{given:?}");
        }
    }
}
