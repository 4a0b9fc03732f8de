//! Every page of the staff's side has a decision: what `web/routes/` binds under a guarded scope stands in `web/rights/`, and the other way round.

use std::collections::BTreeSet;

use regex::Regex;
use tsubame::web::rights;

use crate::sources::{files, none_of};

/// Method and pattern.
type Bound = (String, String);

fn routes() -> String {
    let text: String = files("src/web/routes", "rs")
        .into_iter()
        .map(|file| file.text)
        .collect();
    // One space for any white space, none before a call: what rustfmt breaks is one line again.
    let text = Regex::new(r"\s+")
        .unwrap()
        .replace_all(&text, " ")
        .into_owned();
    text.replace(" .", ".").replace("( ", "(")
}

/// The scopes behind the guard, with the function that binds their pages.
fn guarded_scopes(routes: &str) -> Vec<(String, String)> {
    Regex::new(r#"scope\("(/[a-z]+)"\)\.wrap\(from_fn\(guard::guard\)\)\.configure\((\w+)\)"#)
        .unwrap()
        .captures_iter(routes)
        .map(|found| (found[1].to_owned(), found[2].to_owned()))
        .collect()
}

/// What one of those functions binds, under its scope.
fn bound_by(routes: &str, prefix: &str, function: &str) -> Vec<Bound> {
    let body = routes.split(&format!("fn {function}(")).nth(1).unwrap();
    let body = body
        .split("} fn ")
        .next()
        .unwrap()
        .split(" fn ")
        .next()
        .unwrap();
    let resource =
        Regex::new(r#"resource\("([^"]*)"\)((?:\.route\((?:get|post)\(\)\.to\([\w:]+\)\))+)"#)
            .unwrap();
    let method = Regex::new(r"\.route\((get|post)\(\)").unwrap();
    let mut found: Vec<Bound> = resource
        .captures_iter(body)
        .flat_map(|found| {
            let pattern = format!("{prefix}{}", &found[1]);
            method
                .captures_iter(&found[2])
                .map(|one| (one[1].to_uppercase(), pattern.clone()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(
        found.len(),
        body.matches(".route(").count(),
        "{function} binds a page in a way this test cannot read"
    );
    assert!(
        !body.contains("scope("),
        "{function}: a scope within a guarded scope"
    );
    // A long list hands a part of itself to another function.
    let handed_on = Regex::new(r"\bconfig\.configure\((\w+)\)").unwrap();
    for part in handed_on.captures_iter(body) {
        found.extend(bound_by(routes, prefix, &part[1]));
    }
    found
}

#[test]
fn every_guarded_page_has_a_row_and_every_row_a_page() {
    let routes = routes();
    let scopes = guarded_scopes(&routes);
    assert!(
        scopes.iter().any(|(prefix, _)| prefix == "/staff"),
        "{scopes:?}"
    );
    let bound: BTreeSet<Bound> = scopes
        .iter()
        .flat_map(|(prefix, function)| bound_by(&routes, prefix, function))
        .collect();
    let decided: BTreeSet<Bound> = rights::all()
        .map(|right| (right.method.to_string(), right.pattern.to_owned()))
        .collect();
    let undecided = bound
        .difference(&decided)
        .map(|(method, pattern)| format!("{method} {pattern}: no row in rights/"));
    let unbound = decided
        .difference(&bound)
        .map(|(method, pattern)| format!("{method} {pattern}: a row and no page in routes/"));
    none_of(&undecided.chain(unbound).collect::<Vec<_>>());
}

#[test]
fn the_staff_s_side_is_bound_behind_the_guard_only() {
    let routes = routes();
    let guarded: BTreeSet<String> = guarded_scopes(&routes)
        .into_iter()
        .map(|(prefix, _)| prefix)
        .collect();
    let named = Regex::new(r#"(?:scope|resource)\("(/(?:staff|issuer|admin))\b"#).unwrap();
    let breaches: Vec<String> = named
        .captures_iter(&routes)
        .filter(|found| !guarded.contains(&found[1]) || found[0].starts_with("resource"))
        .map(|found| format!("{} is bound without the guard", &found[1]))
        .collect();
    none_of(&breaches);
}

/// A handler of these pages that does not take `Staff` can only be a way in.
#[test]
fn handlers_behind_the_guard_ask_who_is_there() {
    let handler = Regex::new(r"(?s)pub async fn (\w+)\((.*?)\) -> Result<HttpResponse").unwrap();
    let ways_in = [
        "show_login",
        "sign_in",
        "sign_out",
        "show_invitation",
        "take_invitation",
    ];
    let mut breaches = Vec::new();
    let audiences = ["src/web/office/", "src/web/issuer/", "src/web/admin/"];
    for file in files("src/web", "rs") {
        if audiences.iter().any(|folder| file.path.starts_with(folder)) {
            for found in handler.captures_iter(&file.text) {
                let takes_staff = found[2].contains(": Staff");
                if !takes_staff
                    && found[2].contains("frame: Frame")
                    && !ways_in.contains(&&found[1])
                {
                    breaches.push(format!(
                        "{}: {} does not ask who is there",
                        file.path, &found[1]
                    ));
                }
            }
        }
    }
    none_of(&breaches);
}
