use super::*;

fn attribute(name: &str) -> &'static Attribute {
    Attribute::named(name).unwrap()
}

fn read(name: &str, text: &str) -> Result<String, String> {
    let attribute = attribute(name);
    let value = attribute.read(text).map_err(|misfit| misfit.to_string())?;
    Ok(attribute.words(&value))
}

fn edits(pairs: &[(&str, &str)]) -> AttributeEdits {
    let value = |name: &str, text: &str| attribute(name).read(text).ok();
    pairs.iter().map(|(name, text)| ((*name).to_owned(), value(name, text))).collect()
}

#[test]
fn the_table_can_be_read_by_everybody() {
    let taken =
        ["q", "category", "min", "max", "material", "shop", "ready", "stock", "sort", "after"];
    let mut names = BTreeSet::new();
    for it in Attribute::all() {
        assert!(names.insert(it.key.to_lowercase()), "{} is there twice", it.key);
        assert!(it.key.bytes().all(|c| c.is_ascii_lowercase() || c == b'-'), "{}", it.key);
        assert!(!taken.contains(&it.key), "{} means something else in addresses", it.key);
        assert!(!it.shelves.is_empty(), "{}", it.key);
        let counted = matches!(it.kind, AttributeKind::Choice { .. } | AttributeKind::YesNo);
        assert!(counted || !it.facet, "{}: only what has few values can be counted", it.key);
        assert!(matches!(it.kind, AttributeKind::Choice { .. }) || !it.axis, "{}", it.key);
        if let AttributeKind::Choice { choices, most } = it.kind {
            assert!(choices.len() > most, "{}", it.key);
            let clean = |word: &&&str| !word.contains([',', ';', '=']);
            assert!(choices.iter().all(|word| clean(&word)), "{}", it.key);
        }
    }
    let mut labels: Vec<_> = Attribute::all().iter().map(|it| it.label).collect();
    labels.sort_unstable();
    labels.dedup();
    assert_eq!(labels.len(), Attribute::all().len(), "a label means one attribute");
}

#[test]
fn values_are_read_as_people_write_them() {
    assert_eq!(read("colour", "Blue; white,blue"), Ok("white, blue".into()));
    assert_eq!(read("Glaze", " MATT "), Ok("matt".into()));
    assert_eq!(read("capacity", "350 ml"), Ok("350 ml".into()));
    assert_eq!(read("capacity", "350"), Ok("350 ml".into()));
    assert_eq!(read("pages", "96"), Ok("96".into()));
    assert_eq!(read("dishwasher", "Yes"), Ok("yes".into()));
    assert_eq!(read("hallmark", " 925   Sterling "), Ok("925 Sterling".into()));
}

#[test]
fn what_does_not_fit_names_attribute_value_and_what_would() {
    assert_eq!(
        read("glaze", "blue").unwrap_err(),
        "Glaze: “blue” is not possible; use one of matt, satin, glossy, crackle, salt, unglazed"
    );
    assert_eq!(
        read("capacity", "much").unwrap_err(),
        "Capacity: “much” is not possible; use a whole number of ml from 1 to 100000"
    );
    for (name, text) in [
        ("capacity", "0"),
        ("capacity", "100001"),
        ("capacity", "1.5"),
        ("dishwasher", "maybe"),
        ("colour", "red, green, blue, white"),
        ("colour", ""),
        ("glaze", "matt, satin"),
        ("hallmark", ""),
        ("hallmark", "a line that is longer than forty characters are"),
    ] {
        assert!(read(name, text).is_err(), "{name}: {text}");
    }
    let none = Attributes::default();
    let nobodys = BTreeMap::from([("glase".to_owned(), None)]);
    assert!(none.with(Category::Clay, &nobodys).is_err(), "a key that no shelf has");
    let misfit = none.with(Category::Leather, &edits(&[("glaze", "matt")])).unwrap_err();
    assert_eq!(
        misfit.to_string(),
        "the shelf Leather has no attribute “glaze”; it has colour, tanning, height, width, length"
    );
}

#[test]
fn values_stay_when_the_shelf_changes_and_are_told_apart() {
    let said = Attributes::default()
        .with(Category::Clay, &edits(&[("glaze", "matt"), ("colour", "blue")]))
        .unwrap();
    let keys = |shelf| said.fitting(shelf).map(|(it, _)| it.key).collect::<Vec<_>>();
    assert_eq!(keys(Category::Clay), ["colour", "glaze"]);
    assert_eq!(keys(Category::Wood), ["colour"]);
    let misfits: Vec<_> = said.misfits(Category::Wood).map(|(key, _)| key).collect();
    assert_eq!(misfits, ["glaze"]);
    let again = said.with(Category::Wood, &said.edits()).unwrap();
    assert_eq!(again, said, "what stays may stay");
    let gone = said.with(Category::Wood, &BTreeMap::from([("glaze".to_owned(), None)])).unwrap();
    assert_eq!(gone.misfits(Category::Wood).count(), 0);
}

#[test]
fn json_says_values_by_their_kind() {
    let text = r#"{"capacity":350,"colour":["white","blue"],"dishwasher":true,"hallmark":"925"}"#;
    let said: Attributes = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&said).unwrap(), text);
    let edits: AttributeEdits = serde_json::from_str(r#"{"glaze":"Matt","colour":null}"#).unwrap();
    let said = said.with(Category::Clay, &edits).unwrap();
    assert_eq!(said.get("glaze"), Some(&AttributeValue::Choices(vec!["matt".into()])));
    assert_eq!(said.get("colour"), None);
    for (key, wrong) in
        [("capacity", "\"350\""), ("dishwasher", "1"), ("glaze", "[]"), ("colour", "{}")]
    {
        let edits = serde_json::from_str::<AttributeEdits>(&format!(r#"{{"{key}":{wrong}}}"#));
        let fits = edits.is_ok_and(|edits| said.with(Category::Clay, &edits).is_ok());
        assert!(!fits, "{key}: {wrong}");
    }
}

#[test]
fn variants_are_found_by_options_that_have_the_name_of_an_attribute() {
    let said = Attributes::default()
        .with(Category::Clay, &edits(&[("glaze", "matt"), ("capacity", "350")]))
        .unwrap();
    let options = ["COLOUR".to_owned(), "Shape".to_owned()];
    let variants = [["Blue", "round"], ["Oat", "square"], ["white", "round"]]
        .map(|values| values.map(str::to_owned).to_vec());
    let found = found_by(Category::Clay, &said, &options, variants.iter().map(Vec::as_slice));
    let found: Vec<_> = found.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(found, ["colour=blue", "colour=white", "glaze=matt"]);
}
