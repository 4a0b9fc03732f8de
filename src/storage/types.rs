//! How values of ours look in a column: instants as microseconds, enums as text, ids as types of their own.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow, FromStaticSqlRow, Queryable};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{BigInt, Nullable, Text};
use jiff::Timestamp;
use jiff::civil::Date;

/// An instant as a column holds it: whole microseconds since 1970, UTC. Both databases keep that without loss and compare it as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, FromSqlRow, AsExpression)]
#[diesel(sql_type = BigInt)]
pub struct Instant(i64);

impl From<Timestamp> for Instant {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.as_microsecond())
    }
}

impl From<Instant> for Timestamp {
    fn from(instant: Instant) -> Self {
        // Reading a column checked the range already.
        Self::from_microsecond(instant.0).unwrap_or(Self::UNIX_EPOCH)
    }
}

impl<DB: Backend> ToSql<BigInt, DB> for Instant
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<BigInt, DB> for Instant
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let micros = i64::from_sql(bytes)?;
        Timestamp::from_microsecond(micros).map_err(|_cause| format!("{micros} is no instant"))?;
        Ok(Self(micros))
    }
}

/// An instant that may be missing, for `deserialize_as`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaybeInstant(Option<Instant>);

impl From<MaybeInstant> for Option<Timestamp> {
    fn from(instant: MaybeInstant) -> Self {
        instant.0.map(Timestamp::from)
    }
}

impl<DB: Backend> Queryable<Nullable<BigInt>, DB> for MaybeInstant
where
    Option<Instant>: FromStaticSqlRow<Nullable<BigInt>, DB>,
{
    type Row = Option<Instant>;

    fn build(row: Self::Row) -> deserialize::Result<Self> {
        Ok(Self(row))
    }
}

/// A calendar date, stored as ISO text: it never becomes an instant on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow)]
pub struct StoredDate(Date);

impl From<StoredDate> for Date {
    fn from(date: StoredDate) -> Self {
        date.0
    }
}

impl<DB: Backend> FromSql<Text, DB> for StoredDate
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(String::from_sql(bytes)?.parse()?))
    }
}

/// A date that may be missing, for `deserialize_as`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaybeDate(Option<StoredDate>);

impl From<MaybeDate> for Option<Date> {
    fn from(date: MaybeDate) -> Self {
        date.0.map(Date::from)
    }
}

impl<DB: Backend> Queryable<Nullable<Text>, DB> for MaybeDate
where
    Option<StoredDate>: FromStaticSqlRow<Nullable<Text>, DB>,
{
    type Row = Option<StoredDate>;

    fn build(row: Self::Row) -> deserialize::Result<Self> {
        Ok(Self(row))
    }
}

/// Defines the id type of a table: a number that cannot be mistaken for another table's.
macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
            diesel::deserialize::FromSqlRow, diesel::expression::AsExpression,
        )]
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::BigInt, DB> for $name
        where
            i64: diesel::serialize::ToSql<diesel::sql_types::BigInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                self.0.to_sql(out)
            }
        }

        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB> for $name
        where
            i64: diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                i64::from_sql(bytes).map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

/// Defines an enum that is stored as the text given for each variant; the table's `CHECK` lists the same texts.
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash,
            diesel::deserialize::FromSqlRow, diesel::expression::AsExpression,
        )]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every variant, in the order of the source.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text in the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads the text of the database.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                self.as_str().to_sql(out)
            }
        }

        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let text = String::from_sql(bytes)?;
                Self::parse(&text).ok_or_else(|| format!("{text:?} is no {}", stringify!($name)).into())
            }
        }
    };
}

/// Defines how a value of the domain with a fixed text is stored: a wrapper that stays inside storage.
macro_rules! stored_as_text {
    ($(#[$doc:meta])* $name:ident($inner:ty), $write:path, $read:path) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, diesel::deserialize::FromSqlRow, diesel::expression::AsExpression)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub struct $name(pub $inner);

        impl From<$name> for $inner {
            fn from(stored: $name) -> Self {
                stored.0
            }
        }

        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                let text: &'static str = $write(self.0);
                text.to_sql(out)
            }
        }

        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let text = String::from_sql(bytes)?;
                Ok(Self($read(&text)?))
            }
        }
    };
}

pub(crate) use {row_id, stored_as_text, text_enum};

stored_as_text!(
    /// A status, stored as its code.
    StoredStatus(crate::domain::status::Status),
    crate::domain::status::Status::code,
    crate::domain::status::Status::from_code
);

stored_as_text!(
    /// A notice, stored as its code.
    StoredNotice(crate::domain::notice::NoticeCode),
    crate::domain::notice::NoticeCode::as_str,
    crate::domain::notice::NoticeCode::parse
);

stored_as_text!(
    /// A kind of application, stored as its form value.
    StoredKind(crate::domain::application::kind::ApplicationKind),
    crate::domain::application::kind::ApplicationKind::as_str,
    read_kind
);

fn read_kind(text: &str) -> Result<crate::domain::application::kind::ApplicationKind, String> {
    crate::domain::application::kind::ApplicationKind::parse(text)
        .ok_or_else(|| format!("{text:?} is no kind of application"))
}

/// A kind of application that may be absent.
#[derive(Debug, Clone, Copy)]
pub struct MaybeKind(Option<StoredKind>);

impl From<MaybeKind> for Option<crate::domain::application::kind::ApplicationKind> {
    fn from(stored: MaybeKind) -> Self {
        stored.0.map(Into::into)
    }
}

impl<DB: Backend> Queryable<Nullable<Text>, DB> for MaybeKind
where
    Option<StoredKind>: FromStaticSqlRow<Nullable<Text>, DB>,
{
    type Row = Option<StoredKind>;

    fn build(row: Self::Row) -> deserialize::Result<Self> {
        Ok(Self(row))
    }
}

/// A receipt number as read from its column. (Written as [`ReceiptNumber::compact`](crate::domain::receipt_number::ReceiptNumber::compact).)
#[derive(Debug, Clone, Copy, FromSqlRow)]
pub struct StoredReceiptNumber(crate::domain::receipt_number::ReceiptNumber);

impl From<StoredReceiptNumber> for crate::domain::receipt_number::ReceiptNumber {
    fn from(stored: StoredReceiptNumber) -> Self {
        stored.0
    }
}

impl<DB: Backend> FromSql<Text, DB> for StoredReceiptNumber
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(String::from_sql(bytes)?.parse()?))
    }
}
