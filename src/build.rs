//! Tells cargo which files are compiled in: `embed_migrations!` and the catalogues do not notice new files by themselves.
fn main() {
    for folder in ["migrations", "templates", "static"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
