//! Public tables as JSON, for the enhancements of the forms only; the same data is on the pages.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use crate::i18n::Lang;
use crate::reference::{countries, missions, municipality_search};
use crate::storage::offices;
use crate::web::app::App;
use crate::web::errors::AppError;

/// Suggestions are for the eye: more would not be read.
const LONGEST_LIST: usize = 40;

/// A line of a list of suggestions.
#[derive(Debug, Serialize)]
struct Suggestion<'a> {
    code: &'a str,
    name: std::borrow::Cow<'a, str>,
}

/// What is typed so far.
#[derive(Debug, Deserialize)]
pub struct SuggestQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    pref: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    lang: String,
}

fn answer(list: &[Suggestion<'_>]) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .json(list)
}

/// `GET /api/municipalities?pref=14&q=よこ`
pub async fn list_municipalities(query: web::Query<SuggestQuery>) -> HttpResponse {
    let found = municipality_search::beginning_with(&query.pref, &query.q, LONGEST_LIST);
    answer(
        &found
            .iter()
            .map(|one| Suggestion {
                code: &one.code,
                name: one.name_with_city().into(),
            })
            .collect::<Vec<_>>(),
    )
}

/// `GET /api/countries?q=英`
pub async fn list_countries(query: web::Query<SuggestQuery>) -> HttpResponse {
    let typed = query.q.trim().to_lowercase();
    let begins = |name: &str| name.to_lowercase().starts_with(&typed);
    let found = countries::countries().iter().filter_map(|country| {
        let name =
            if begins(&country.name_ja) || country.aliases_ja.iter().any(|alias| begins(alias)) {
                Some(country.name_ja.as_str())
            } else {
                begins(&country.name_en).then_some(country.name_en.as_str())
            };
        name.map(|name| Suggestion {
            code: &country.alpha2,
            name: name.into(),
        })
    });
    answer(&found.take(LONGEST_LIST).collect::<Vec<_>>())
}

/// `GET /api/offices?country=GB`: the open missions of a country, which is typed as in the form or given by its code; named in the language of `lang`.
pub async fn list_offices(
    app: web::Data<App>,
    query: web::Query<SuggestQuery>,
) -> Result<HttpResponse, AppError> {
    let lang = Lang::parse(&query.lang).unwrap_or_default();
    let Some(country) = countries::named(&query.country) else {
        return Ok(answer(&[]));
    };
    let open = app
        .read(|db| offices::list_in_country(db, &country.alpha2))
        .await?;
    let found = missions::in_country(&country.alpha2)
        .into_iter()
        .filter(|mission| open.iter().any(|one| one.code().as_str() == mission.id));
    Ok(answer(
        &found
            .map(|mission| Suggestion {
                code: &mission.id,
                name: mission.name(lang == Lang::Ja).into(),
            })
            .collect::<Vec<_>>(),
    ))
}
