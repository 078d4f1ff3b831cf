//! Picks fields out of JSON objects.

use api::{Currency, Money};

use super::node::Node;
use super::{Cell, Grid};
use crate::exit::Failure;

/// Keeps the named fields, in the order named; all of them when none is named.
pub(super) fn pick(node: Node, fields: &[String]) -> anyhow::Result<Node> {
    if fields.is_empty() {
        return Ok(node);
    }
    let picked = fields.iter().map(|field| {
        let found = find(&node, field).ok_or_else(|| unknown(field, &node))?;
        Ok((field.clone(), found.clone()))
    });
    Ok(Node::Object(picked.collect::<anyhow::Result<_>>()?))
}

/// `total` or, deeper, `total.minor`.
fn find<'a>(node: &'a Node, field: &str) -> Option<&'a Node> {
    field.split('.').try_fold(node, |node, name| node.get(name))
}

fn unknown(field: &str, node: &Node) -> anyhow::Error {
    let Node::Object(known) = node else { return anyhow::anyhow!("there are no fields here") };
    let known: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
    Failure::usage(
        format!("there is no field “{field}” here"),
        format!("fields are {}", known.join(", ")),
    )
    .into()
}

/// Picked objects as a table.
pub(super) fn grid(nodes: &[Node], fields: &[String]) -> Grid {
    let titles = fields.iter().map(|field| field.to_uppercase()).collect();
    let row = |node: &Node| {
        fields.iter().map(|field| cell(node.get(field).unwrap_or(&Node::Null))).collect()
    };
    Grid { titles, rows: nodes.iter().map(row).collect() }
}

fn cell(node: &Node) -> Cell {
    match (money(node), node) {
        (Some(money), _) => Cell::number(money),
        (None, Node::Number(number)) => Cell::number(number),
        (None, other) => Cell::long(other.plain()),
    }
}

/// An amount, if the object is one.
pub(super) fn money(node: &Node) -> Option<Money> {
    match (node.get("minor")?, node.get("currency")?) {
        (Node::Number(minor), Node::Text(code)) => {
            Some(Money::new(*minor, code.parse::<Currency>().ok()?))
        }
        _ => None,
    }
}
