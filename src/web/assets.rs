//! Static files, inside the binary. Each is served under a name that changes with its content, so that browsers may keep it for a year.

use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use sha2::{Digest, Sha256};

use super::errors::AppError;

#[derive(rust_embed::Embed)]
#[folder = "static"]
struct StaticFiles;

struct Asset {
    address: String,
    bytes: web::Bytes,
    content_type: &'static str,
}

/// What the browser may ask for; fonts and licences stay inside.
const SERVED: [(&str, &str); 3] = [
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("svg", "image/svg+xml"),
];

/// The design tokens and our own rules in one file: one request less on a bad line.
const STYLES: (&str, [&str; 2]) = ("site.css", ["vendor/dads/tokens.css", "app.css"]);

static ASSETS: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    let mut assets: HashMap<String, Asset> = StaticFiles::iter()
        .filter_map(|name| {
            let extension = name.rsplit_once('.')?.1;
            let content_type = SERVED.iter().find(|(served, _)| *served == extension)?.1;
            Some((
                name.clone().into_owned(),
                asset(
                    &name,
                    without_preface(&StaticFiles::get(&name)?.data).to_vec(),
                    content_type,
                ),
            ))
        })
        .collect();
    let styles: Vec<u8> = STYLES
        .1
        .iter()
        .filter_map(|name| StaticFiles::get(name))
        .flat_map(|file| file.data.into_owned())
        .collect();
    assets.insert(
        STYLES.0.to_owned(),
        asset(STYLES.0, styles, "text/css; charset=utf-8"),
    );
    assets
});

/// A file without the comment at its top: that is for whoever changes it, not for a bad line.
fn without_preface(file: &[u8]) -> &[u8] {
    let end = file.windows(2).position(|pair| pair == b"*/");
    match end.and_then(|end| file.get(end + 2..)) {
        Some(rest) if file.starts_with(b"/*") => rest.trim_ascii_start(),
        _ => file,
    }
}

fn asset(name: &str, bytes: Vec<u8>, content_type: &'static str) -> Asset {
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes));
    let version: String = hash.chars().take(10).collect();
    Asset {
        address: format!("/static/{version}/{name}"),
        bytes: web::Bytes::from(bytes),
        content_type,
    }
}

/// The address of a static file by its name under `static/`.
pub fn address(name: &str) -> &'static str {
    ASSETS.get(name).map_or_else(
        || {
            tracing::error!(name, "no such static file");
            ""
        },
        |asset| asset.address.as_str(),
    )
}

/// `GET /static/{version}/{name}`
pub async fn show_asset(path: web::Path<(String, String)>) -> Result<HttpResponse, AppError> {
    let (version, name) = path.into_inner();
    let asset = ASSETS
        .get(&name)
        .filter(|asset| asset.address == format!("/static/{version}/{name}"))
        .ok_or(AppError::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type(asset.content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.bytes.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_comment_at_the_top_is_left_out() {
        for (file, expected) in [
            (
                &b"/* what */\n(() => {})(); /* why */"[..],
                &b"(() => {})(); /* why */"[..],
            ),
            (b"a(); /* why */ b();", b"a(); /* why */ b();"),
            (b"/* never closed", b"/* never closed"),
            (b"", b""),
        ] {
            assert_eq!(without_preface(file), expected);
        }
    }
}
