//! Comma-separated values with a header, safe to open in a spreadsheet.

use std::io::Write;

use super::fields::money;
use super::node::Node;

/// Writes flat rows under the names that occur in them.
///
/// An amount becomes two columns, `total` with `24.00` and `total_currency` with `EUR`; an object
/// becomes its fields, `account.email`; a list stays JSON.
pub(super) fn write(out: &mut impl Write, nodes: &[Node], header: bool) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let rows: Vec<Vec<(String, String)>> = nodes.iter().map(flat).collect();
    let names = names(&rows);
    if header && !names.is_empty() {
        writer.write_record(&names)?;
    }
    for row in &rows {
        let value =
            |name: &&str| row.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value);
        writer.write_record(names.iter().map(value))?;
    }
    Ok(writer.flush()?)
}

/// All names in order; a name that only later rows have goes where it stands there, as an amount
/// that is absent in the first row leaves one name instead of two.
fn names(rows: &[Vec<(String, String)>]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for row in rows {
        let mut place = 0;
        for (name, _) in row {
            if let Some(found) = names.iter().position(|known| known == name) {
                place = found + 1;
            } else {
                names.insert(place, name);
                place += 1;
            }
        }
    }
    names
}

fn flat(node: &Node) -> Vec<(String, String)> {
    let mut row = Vec::new();
    flatten(&mut row, "", node);
    row
}

fn flatten(row: &mut Vec<(String, String)>, name: &str, node: &Node) {
    if let Some(money) = money(node) {
        row.push((name.to_owned(), money.decimal()));
        row.push((format!("{name}_currency"), money.currency().to_string()));
    } else if let Node::Object(fields) = node {
        for (key, node) in fields {
            let path = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
            flatten(row, &path, node);
        }
    } else {
        row.push((name.to_owned(), guarded(node)));
    }
}

/// A spreadsheet takes a text that begins so for a formula; an apostrophe keeps it a text.
/// Numbers are left alone.
fn guarded(node: &Node) -> String {
    let formula =
        matches!(node, Node::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']));
    if formula { format!("'{}", node.plain()) } else { node.plain() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn formulas_are_defused_and_amounts_are_numbers() {
        let rows = [
            json!({"a": "@SUM(A1)", "count": 1, "total": null, "z": ["a", "b"]}),
            json!({"a": "=HYPERLINK(\"x\")", "count": -3, "total": {"minor": -410, "currency": "EUR"}, "z": []}),
        ];
        let nodes: Vec<Node> = rows.iter().map(|row| Node::of(row).unwrap()).collect();
        let mut written = Vec::new();
        write(&mut written, &nodes, true).unwrap();
        insta::assert_snapshot!(String::from_utf8(written).unwrap(), @r#"
        a,count,total,total_currency,z
        '@SUM(A1),1,,,"[""a"",""b""]"
        "'=HYPERLINK(""x"")",-3,-4.10,EUR,[]
        "#);
    }
}
