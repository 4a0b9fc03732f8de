//! Compares JSON with the schemas of the `OpenAPI` document: as much of JSON Schema as that document uses, and an error for what it does not know.

use serde_json::Value;

/// What of `value` is not as `schema` says; `document` holds what is referred to.
pub(crate) fn breaches(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(document, schema, value, "$", &mut found);
    found
}

fn compare(document: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    for (keyword, rule) in schema.as_object().expect("a schema is an object") {
        match keyword.as_str() {
            "$ref" => {
                let pointer = rule.as_str().unwrap().trim_start_matches('#');
                let referred = document
                    .pointer(pointer)
                    .unwrap_or_else(|| panic!("{pointer} leads nowhere"));
                compare(document, referred, value, at, found);
            }
            "type" => {
                let kinds: Vec<&str> = rule.as_str().map_or_else(
                    || {
                        rule.as_array()
                            .unwrap()
                            .iter()
                            .map(|kind| kind.as_str().unwrap())
                            .collect()
                    },
                    |kind| vec![kind],
                );
                if !kinds.iter().any(|kind| is_of(value, kind)) {
                    found.push(format!("{at}: {value} is not of type {rule}"));
                }
            }
            "const" if rule != value => found.push(format!("{at}: {value} is not {rule}")),
            "enum" if !rule.as_array().unwrap().contains(value) => {
                found.push(format!("{at}: {value} is not one of {rule}"));
            }
            "required" => {
                for name in rule.as_array().unwrap() {
                    if value.get(name.as_str().unwrap()).is_none() {
                        found.push(format!("{at}: {name} is missing"));
                    }
                }
            }
            "properties" => {
                for (name, inner) in rule.as_object().unwrap() {
                    if let Some(value) = value.get(name) {
                        compare(document, inner, value, &format!("{at}.{name}"), found);
                    }
                }
            }
            "additionalProperties" => {
                assert_eq!(rule, &Value::Bool(false));
                let known = schema["properties"].as_object().unwrap();
                for name in value
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(name, _)| name)
                    .filter(|name| !known.contains_key(*name))
                {
                    found.push(format!("{at}: {name} is not described"));
                }
            }
            "items" => {
                for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                    compare(document, rule, value, &format!("{at}[{index}]"), found);
                }
            }
            "pattern" => {
                let pattern = regex::Regex::new(rule.as_str().unwrap()).unwrap();
                if value.as_str().is_some_and(|text| !pattern.is_match(text)) {
                    found.push(format!("{at}: {value} does not match {rule}"));
                }
            }
            "format" => {
                let is_right = value
                    .as_str()
                    .is_none_or(|text| match rule.as_str().unwrap() {
                        "date" => text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10,
                        "date-time" => text.parse::<jiff::Timestamp>().is_ok(),
                        other => panic!("the format {other} is not checked"),
                    });
                if !is_right {
                    found.push(format!("{at}: {value} is no {rule}"));
                }
            }
            "const" | "enum" | "description" | "contentMediaType" => {}
            other => panic!("{at}: the keyword {other} is not checked"),
        }
    }
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the type {other} is not checked"),
    }
}

#[test]
fn what_is_not_as_described_is_found() {
    let document = serde_json::json!({"s": {"type": "object", "required": ["a"], "additionalProperties": false, "properties": {
        "a": {"type": ["integer", "null"]}, "b": {"type": "array", "items": {"enum": ["x"]}}, "c": {"pattern": "^B-[0-9]+$"}, "d": {"format": "date"}}}});
    for (value, count) in [
        (
            serde_json::json!({"a": 1, "b": ["x"], "c": "B-1", "d": "2026-11-24"}),
            0,
        ),
        (serde_json::json!({"a": null}), 0),
        (serde_json::json!({"b": []}), 1),
        (
            serde_json::json!({"a": "1", "b": ["x", "y"], "c": "1", "d": "24.11.2026", "e": 1}),
            5,
        ),
        (serde_json::json!([]), 2),
    ] {
        assert_eq!(
            breaches(&document, &serde_json::json!({"$ref": "#/s"}), &value).len(),
            count,
            "{value}"
        );
    }
}
