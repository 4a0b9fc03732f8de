//! Reading the repository: files of a folder, and Rust text without comments and in-module tests.

use std::path::{Path, PathBuf};

/// A text file of the repository.
#[derive(Debug)]
pub(crate) struct Source {
    /// Path from the repository's root, with `/`.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

impl Source {
    /// The lines, numbered from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// The names of the modules this file belongs to: `src/web/form.rs` is `["web", "form"]`, `src/web/mod.rs` is `["web"]`, `src/lib.rs` is `[]`.
    pub(crate) fn modules(&self) -> Vec<&str> {
        let inside = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        let mut names: Vec<&str> = inside.split('/').collect();
        names.pop_if(|last| matches!(*last, "mod" | "lib"));
        names
    }

    /// Whether the file holds tests alone.
    pub(crate) fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }

    /// The product's lines of a Rust file: no comments, nothing after `#[cfg(test)] mod …`.
    pub(crate) fn product_lines(&self) -> Vec<(usize, String)> {
        let mut kept = Vec::new();
        let mut test_follows = false;
        for (number, line) in self.lines() {
            if test_follows && line.trim_start().starts_with("mod ") {
                break;
            }
            test_follows = line.trim() == "#[cfg(test)]";
            let code = line.split("//").next().unwrap_or_default();
            kept.push((number, code.to_owned()));
        }
        kept
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file under `folder` whose name ends in `.extension`, in the order of their paths.
pub(crate) fn files(folder: &str, extension: &str) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root().join(folder), extension, &mut found);
    assert!(!found.is_empty(), "no .{extension} in {folder}");
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

fn walk(folder: &Path, extension: &str, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("node_modules") || path.ends_with("output") {
            continue;
        }
        if path.is_dir() {
            walk(&path, extension, found);
        } else if path.extension().is_some_and(|end| end == extension) {
            let relative = path.strip_prefix(root()).unwrap().to_str().unwrap();
            found.push(Source {
                path: relative.replace('\\', "/"),
                text: std::fs::read_to_string(&path).unwrap(),
            });
        }
    }
}

/// The names of the folders directly under `folder`.
pub(crate) fn folders(folder: &str) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Fails with every breach on its own line.
pub(crate) fn none_of(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn a_file_knows_its_modules_and_its_product_lines() {
    let file = |path: &str, text: &str| Source {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    assert_eq!(file("src/web/form.rs", "").modules(), ["web", "form"]);
    assert_eq!(file("src/web/mod.rs", "").modules(), ["web"]);
    assert!(file("src/lib.rs", "").modules().is_empty());
    let lines = file(
        "src/a.rs",
        "use one; // two\n#[cfg(test)]\nmod tests {\nuse three;",
    )
    .product_lines();
    assert_eq!(lines[0], (1, "use one; ".to_owned()));
    assert!(lines.iter().all(|(_, line)| !line.contains("three")));
}
