//! Date fields: three boxes with a common stem (`dob_y`, `dob_m`, `dob_d`), and the keys of what can be wrong with them.

use jiff::civil::Date;

use super::reading::Page;
use crate::domain::answers::Problem;
use crate::domain::calendar::{DateError, DatePart, read_date};

/// A date field. Problems are reported under the stem.
#[derive(Debug, Clone, Copy)]
pub(super) struct DateField {
    pub(super) stem: &'static str,
    boxes: [&'static str; 3],
    pub(super) empty: &'static str,
    pub(super) future: &'static str,
    year_missing: &'static str,
    month_missing: &'static str,
    day_missing: &'static str,
    era: &'static str,
    month: &'static str,
    real: &'static str,
}

macro_rules! date_field {
    ($stem:literal) => {
        $crate::domain::application::dates::DateField::new(
            $stem,
            [
                concat!($stem, "_y"),
                concat!($stem, "_m"),
                concat!($stem, "_d"),
            ],
            [
                concat!("error-", $stem, "-empty"),
                concat!("error-", $stem, "-future"),
                concat!("error-", $stem, "-year-missing"),
                concat!("error-", $stem, "-month-missing"),
                concat!("error-", $stem, "-day-missing"),
                concat!("error-", $stem, "-era"),
                concat!("error-", $stem, "-month"),
                concat!("error-", $stem, "-real"),
            ],
        )
    };
}
pub(super) use date_field;

impl DateField {
    pub(super) const fn new(
        stem: &'static str,
        boxes: [&'static str; 3],
        keys: [&'static str; 8],
    ) -> Self {
        let [
            empty,
            future,
            year_missing,
            month_missing,
            day_missing,
            era,
            month,
            real,
        ] = keys;
        Self {
            stem,
            boxes,
            empty,
            future,
            year_missing,
            month_missing,
            day_missing,
            era,
            month,
            real,
        }
    }

    /// The date typed, if there is one that is real; what is wrong with it is reported. Three blank boxes are no problem here.
    pub(super) fn read(self, page: &mut Page<'_>) -> Option<Date> {
        let [year, month, day] = self.boxes.map(|field| page.answers.get(field));
        match read_date(year, month, day) {
            Ok(date) => date,
            Err(error) => {
                page.refuse(Problem::new(self.stem, self.kind_of(error)));
                None
            }
        }
    }

    /// Whether all three boxes are blank.
    pub(super) fn is_blank(self, page: &Page<'_>) -> bool {
        self.boxes.iter().all(|field| page.is_blank(field))
    }

    const fn kind_of(self, error: DateError) -> &'static str {
        match error {
            DateError::Missing(DatePart::Year) => self.year_missing,
            DateError::Missing(DatePart::Month) => self.month_missing,
            DateError::Missing(DatePart::Day) => self.day_missing,
            DateError::Year => self.era,
            DateError::Month => self.month,
            DateError::NotReal => self.real,
            DateError::Future => self.future,
        }
    }
}
