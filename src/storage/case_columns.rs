//! How the values of a case look in a column: desks, offices, checks and due dates as text.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow, FromStaticSqlRow, Queryable};
use diesel::sql_types::{Nullable, Text};
use jiff::civil::Date;

use super::types::stored_as_text;
use crate::domain::defect::DefectCode;
use crate::domain::desk::Desk;
use crate::domain::handover::{DocumentCheck, RecordCheck};
use crate::domain::office_code::OfficeCode;
use crate::domain::shipment::ShipmentKind;

stored_as_text!(
    /// A defect, stored as its code.
    StoredDefect(DefectCode),
    DefectCode::as_str,
    DefectCode::parse
);

stored_as_text!(
    /// 措置①, stored as its word.
    StoredRecordCheck(RecordCheck),
    RecordCheck::as_str,
    read_record_check
);

fn read_record_check(text: &str) -> Result<RecordCheck, String> {
    RecordCheck::parse(text).ok_or_else(|| format!("{text:?} is no record check"))
}

stored_as_text!(
    /// 措置②, stored as its word.
    StoredDocumentCheck(DocumentCheck),
    DocumentCheck::as_str,
    read_document_check
);

fn read_document_check(text: &str) -> Result<DocumentCheck, String> {
    DocumentCheck::parse(text).ok_or_else(|| format!("{text:?} is no document check"))
}

stored_as_text!(
    /// A kind of shipment, stored as its word.
    StoredShipmentKind(ShipmentKind),
    ShipmentKind::as_str,
    read_shipment_kind
);

fn read_shipment_kind(text: &str) -> Result<ShipmentKind, String> {
    ShipmentKind::parse(text).ok_or_else(|| format!("{text:?} is no kind of shipment"))
}

/// Defines how a value of the domain that is read from a nullable text is stored: absent or valid.
macro_rules! maybe_stored_as_text {
    ($(#[$doc:meta])* $name:ident($inner:ty), $read:path) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(Option<$inner>);

        impl From<$name> for Option<$inner> {
            fn from(stored: $name) -> Self {
                stored.0
            }
        }

        impl<DB: Backend> Queryable<Nullable<Text>, DB> for $name
        where
            Option<String>: FromStaticSqlRow<Nullable<Text>, DB>,
        {
            type Row = Option<String>;

            fn build(row: Self::Row) -> deserialize::Result<Self> {
                Ok(Self(row.as_deref().map($read).transpose()?))
            }
        }
    };
}

maybe_stored_as_text!(
    /// A desk, or nobody's.
    StoredDesk(Desk),
    Desk::parse
);

maybe_stored_as_text!(
    /// An office that may be absent.
    MaybeOffice(OfficeCode),
    OfficeCode::parse
);

/// An office, as read from its column. (Written as its code.)
#[derive(Debug, Clone, FromSqlRow)]
pub struct StoredOffice(OfficeCode);

impl From<StoredOffice> for OfficeCode {
    fn from(stored: StoredOffice) -> Self {
        stored.0
    }
}

impl<DB: Backend> FromSql<Text, DB> for StoredOffice
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(OfficeCode::parse(&String::from_sql(bytes)?)?))
    }
}

/// The last day of what runs. None is the last date of the calendar, so that every row has a place in the order of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow)]
pub struct StoredDue(Option<Date>);

impl StoredDue {
    /// The text of the column.
    pub fn text(due_on: Option<Date>) -> String {
        due_on.unwrap_or(Date::MAX).to_string()
    }
}

impl From<StoredDue> for Option<Date> {
    fn from(stored: StoredDue) -> Self {
        stored.0
    }
}

impl<DB: Backend> FromSql<Text, DB> for StoredDue
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let date: Date = String::from_sql(bytes)?.parse()?;
        Ok(Self(Some(date).filter(|date| *date < Date::MAX)))
    }
}
