//! Who looked at a case: the applicant reads it as roles and offices, auditors as accounts (番号法 安全管理措置: use is recorded).

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};

use super::applications::ApplicationId;
use super::case_columns::MaybeOffice;
use super::schema::case_views;
use super::types::{Instant, row_id};
use super::{Db, StoreError};
use crate::domain::office_code::OfficeCode;

/// Pages of one case opened within this time are one look.
const ONE_LOOK: SignedDuration = SignedDuration::from_mins(30);

row_id!(
    /// Id of a look.
    ViewId
);

/// A look at a case.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = case_views)]
pub struct CaseView {
    /// Row id.
    pub id: ViewId,
    /// At which case.
    pub application_id: ApplicationId,
    /// Who, as in the audit.
    pub actor: String,
    /// As what: a role of the staff.
    pub role: String,
    /// From which office; none for the issuer and for administrators.
    #[diesel(deserialize_as = MaybeOffice)]
    pub office: Option<OfficeCode>,
    /// When.
    #[diesel(deserialize_as = Instant)]
    pub at: Timestamp,
}

/// Notes a look, unless the same account looked a moment ago; answers whether it was noted.
pub fn note_view(
    db: &mut Db,
    application: ApplicationId,
    (actor, role, office): (&str, &str, Option<&OfficeCode>),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let since = Instant::from(now.checked_sub(ONE_LOOK).unwrap_or(Timestamp::MIN));
    let recent = case_views::table
        .filter(case_views::application_id.eq(application))
        .filter(case_views::at.gt(since))
        .filter(case_views::actor.eq(actor));
    if diesel::select(diesel::dsl::exists(recent)).get_result(db)? {
        return Ok(false);
    }
    diesel::insert_into(case_views::table)
        .values((
            case_views::application_id.eq(application),
            case_views::actor.eq(actor),
            case_views::role.eq(role),
            case_views::office.eq(office.map(OfficeCode::as_str)),
            case_views::at.eq(Instant::from(now)),
        ))
        .execute(db)?;
    Ok(true)
}

/// The looks at a case, latest first.
pub fn list_views(
    db: &mut Db,
    application: ApplicationId,
    limit: i64,
) -> Result<Vec<CaseView>, StoreError> {
    Ok(case_views::table
        .filter(case_views::application_id.eq(application))
        .order((case_views::at.desc(), case_views::id.desc()))
        .limit(limit)
        .select(CaseView::as_select())
        .load(db)?)
}

/// Who else looked at a case since `since`: "somebody else is looking", latest first.
pub fn list_others_since(
    db: &mut Db,
    application: ApplicationId,
    actor: &str,
    since: Timestamp,
) -> Result<Vec<CaseView>, StoreError> {
    Ok(case_views::table
        .filter(case_views::application_id.eq(application))
        .filter(case_views::at.ge(Instant::from(since)))
        .filter(case_views::actor.ne(actor))
        .order((case_views::at.desc(), case_views::id.desc()))
        .select(CaseView::as_select())
        .load(db)?)
}
