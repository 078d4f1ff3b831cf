//! What a token may do: everything its person may, or some scopes only.

use api::sign_in::Scope;

use super::reach::Need;
use crate::error::Error;

/// How everything is written down.
const EVERYTHING: &str = "*";

/// What a token may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Grant {
    /// Whatever its person may do with a token.
    Everything,
    /// No more than these.
    Only(Vec<Scope>),
}

impl Grant {
    /// From what was asked for; nothing named is everything.
    pub(crate) fn asked(scopes: Option<Vec<Scope>>) -> Result<Self, Error> {
        let Some(mut scopes) = scopes else { return Ok(Self::Everything) };
        if scopes.is_empty() {
            return Err(Error::invalid("scopes", "say at least one thing that it may do"));
        }
        scopes.sort_unstable();
        scopes.dedup();
        Ok(Self::Only(scopes))
    }

    /// From how it is written down. Words that nobody knows any more grant nothing.
    pub(crate) fn stored(text: &str) -> Self {
        if text == EVERYTHING {
            return Self::Everything;
        }
        Self::Only(text.split(' ').filter_map(|word| word.parse().ok()).collect())
    }

    /// How it is written down.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Everything => EVERYTHING.to_owned(),
            Self::Only(scopes) => {
                scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
            }
        }
    }

    /// For people, after “it may”.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Everything => "do everything that you may do".to_owned(),
            Self::Only(scopes) => {
                let words: Vec<String> =
                    scopes.iter().map(|scope| scope.words().to_lowercase()).collect();
                words.join(", ")
            }
        }
    }

    /// As it travels: absent for everything.
    pub(crate) fn listed(self) -> Option<Vec<Scope>> {
        match self {
            Self::Everything => None,
            Self::Only(scopes) => Some(scopes),
        }
    }

    /// Whether there are no limits.
    pub(crate) fn is_everything(&self) -> bool {
        matches!(self, Self::Everything)
    }

    /// Refuses a request that needs more.
    pub(crate) fn check(&self, need: Need) -> Result<(), Error> {
        match (self, need) {
            (Self::Everything, _) | (Self::Only(_), Need::Any) => Ok(()),
            (Self::Only(scopes), Need::One(scope)) if scopes.contains(&scope) => Ok(()),
            (Self::Only(_), Need::One(scope)) => Err(Error::forbidden(format!(
                "this token lacks the scope {scope}; sign in with one that has it"
            ))),
            (Self::Only(_), Need::Everything) => {
                Err(Error::forbidden("this needs a token without limits; sign in with one"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_read_as_it_was_written() {
        let some = Grant::asked(Some(vec![Scope::OrdersRead, Scope::ListingsRead])).unwrap();
        for grant in [Grant::Everything, some.clone()] {
            assert_eq!(Grant::stored(&grant.text()), grant);
        }
        assert_eq!(some.text(), "listings:read orders:read");
        assert!(Grant::asked(Some(Vec::new())).is_err());
        assert_eq!(Grant::stored(""), Grant::Only(Vec::new()));
        assert_eq!(Grant::stored("orders:burn"), Grant::Only(Vec::new()));
    }

    #[test]
    fn a_grant_reaches_as_far_as_its_scopes() {
        let reader = Grant::Only(vec![Scope::OrdersRead]);
        assert!(reader.check(Need::Any).is_ok());
        assert!(reader.check(Need::One(Scope::OrdersRead)).is_ok());
        assert!(reader.check(Need::One(Scope::OrdersWrite)).is_err());
        assert!(reader.check(Need::Everything).is_err());
        assert!(Grant::Everything.check(Need::Everything).is_ok());
    }
}
