//! Exact names of municipalities until the full look-up (readings, old spellings, merged towns) of `reference` is there.

use std::sync::LazyLock;

/// A municipality or ward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Municipality {
    /// 全国地方公共団体コード, six digits.
    pub code: String,
    /// Prefecture.
    pub prefecture: String,
    /// Name without the prefecture; a ward without its city.
    pub name: String,
    full_name: String,
    parent: String,
}

impl Municipality {
    /// The name after the prefecture, with the city before a ward.
    pub fn full_name(&self) -> String {
        self.full_name.clone()
    }
}

/// A prefecture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefecture {
    /// Two digits.
    pub code: String,
    /// Name.
    pub name: String,
}

/// What a typed name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// One municipality.
    One(&'static Municipality),
    /// A designated city: the ward is needed.
    WardRequired {
        /// The city.
        city: &'static Municipality,
        /// Its wards.
        wards: Vec<&'static Municipality>,
    },
    /// Several may be meant.
    Candidates(Vec<&'static Municipality>),
    /// Nothing is like it.
    NotFound,
}

static MUNICIPALITIES: LazyLock<Vec<Municipality>> = LazyLock::new(|| {
    let table = include_str!("../../reference/municipalities.csv");
    let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(table.as_bytes())
        .into_records()
        .filter_map(Result::ok)
        .collect();
    let column =
        |row: &csv::StringRecord, index: usize| row.get(index).unwrap_or_default().to_owned();
    let name_of = |code: &str| {
        rows.iter()
            .find(|row| row.get(0) == Some(code))
            .map(|row| column(row, 6))
            .unwrap_or_default()
    };
    rows.iter()
        .map(|row| Municipality {
            code: column(row, 0),
            prefecture: column(row, 3),
            name: column(row, 6),
            full_name: format!(
                "{}{}{}",
                column(row, 5),
                name_of(&column(row, 8)),
                column(row, 6)
            ),
            parent: column(row, 8),
        })
        .collect()
});

static PREFECTURES: LazyLock<Vec<Prefecture>> = LazyLock::new(|| {
    let table = include_str!("../../reference/prefectures.csv");
    let rows = csv::Reader::from_reader(table.as_bytes())
        .into_records()
        .filter_map(Result::ok);
    rows.filter_map(|row| {
        Some(Prefecture {
            code: row.get(0)?.get(..2)?.to_owned(),
            name: row.get(1)?.to_owned(),
        })
    })
    .collect()
});

/// The prefecture with a two-digit code.
pub fn prefecture(code: &str) -> Option<&'static Prefecture> {
    PREFECTURES
        .iter()
        .find(|prefecture| prefecture.code == code)
}

/// The municipality of a prefecture with exactly this name.
pub fn find(prefecture_code: &str, typed: &str) -> Found {
    let Some(prefecture) = prefecture(prefecture_code) else {
        return Found::NotFound;
    };
    let typed = typed
        .strip_prefix(prefecture.name.as_str())
        .unwrap_or(typed);
    let mut here = MUNICIPALITIES
        .iter()
        .filter(|one| one.prefecture == prefecture.name);
    let Some(found) =
        here.find(|one| one.full_name == typed || (one.parent.is_empty() && one.name == typed))
    else {
        return Found::NotFound;
    };
    let wards: Vec<&Municipality> = MUNICIPALITIES
        .iter()
        .filter(|one| one.parent == found.code)
        .collect();
    if wards.is_empty() {
        Found::One(found)
    } else {
        Found::WardRequired { city: found, wards }
    }
}
