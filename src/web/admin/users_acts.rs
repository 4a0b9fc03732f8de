//! What ends or begins something for a member of staff, each behind a page that says what it does: closing and reopening an account, forgetting the
//! second factor, an invitation. Nobody closes her own account or loses her own second factor here: at least one administrator is left.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::users::member_at;
use crate::notices::AccountChange;
use crate::security::token::Token;
use crate::storage::Db;
use crate::storage::staff::StaffMember;
use crate::storage::staff_acts::{self, Act};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::form::ProtectedForm;
use crate::web::frame::Frame;
use crate::web::office::account_mail;
use crate::web::office::session::Staff;
use crate::web::office::shell::{Shell, language_within};

/// An act, by the last part of its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Deactivation,
    Reactivation,
    SecondFactor,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Deactivation => "deactivation",
            Self::Reactivation => "reactivation",
            Self::SecondFactor => "second-factor",
        }
    }

    /// The act an address names, if it makes sense for this account.
    fn of(frame: &Frame, member: &StaffMember, staff: &Staff) -> Result<Self, AppError> {
        let word = frame.path().rsplit('/').next().unwrap_or_default();
        let kind = [Self::Deactivation, Self::Reactivation, Self::SecondFactor]
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or(AppError::NotFound)?;
        let is_open = member.deactivated_at.is_none();
        let makes_sense = match kind {
            Self::Deactivation | Self::SecondFactor => is_open && member.id != staff.id,
            Self::Reactivation => !is_open,
        };
        makes_sense.then_some(kind).ok_or(AppError::NotFound)
    }

    fn apply(
        self,
        db: &mut Db,
        app: &App,
        act: Act<'_>,
        member: &StaffMember,
    ) -> Result<(), AppError> {
        match self {
            Self::Deactivation => staff_acts::deactivate(db, act, member)?,
            Self::Reactivation => staff_acts::reactivate(db, act, member)?,
            Self::SecondFactor => {
                staff_acts::reset_second_factor(db, act, member.id)?;
                account_mail::tell(db, app, member.id, AccountChange::SecondFactorReset)?;
            }
        }
        Ok(())
    }
}

#[derive(Template)]
#[template(path = "admin/user_act.html")]
struct ActPage<'a> {
    f: &'a Frame,
    s: Shell,
    kind: Kind,
    member: StaffMember,
    note: Option<String>,
}

impl ActPage<'_> {
    /// The words of this act: `users-<act>-<part>`.
    fn words(&self, part: &str) -> String {
        self.f
            .t(&format!("users-{}-{part}", self.kind.as_str()))
            .into_owned()
    }

    fn name_lang(&self) -> Option<&'static str> {
        language_within(self.f.lang, &self.member.name)
    }

    fn action(&self) -> String {
        self.f.to(format!(
            "/admin/users/{}/{}",
            self.member.id,
            self.kind.as_str()
        ))
    }
}

/// `GET /admin/users/{id}/deactivation`, `/reactivation`, `/second-factor`
pub async fn show_act(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let member = member_at(&app, &id).await?;
    let kind = Kind::of(&frame, &member, &staff)?;
    let s = Shell::load(&frame, &app, &staff).await?;
    frame.ok(&ActPage {
        f: &frame,
        s,
        kind,
        member,
        note: None,
    })
}

/// `POST` of the same
pub async fn do_act(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    id: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let member = member_at(&app, &id).await?;
    let kind = Kind::of(&frame, &member, &staff)?;
    if form.open(&frame).is_err() {
        let s = Shell::load(&frame, &app, &staff).await?;
        let note = Some(frame.t("note-old-page").into_owned());
        return frame.again(&ActPage {
            f: &frame,
            s,
            kind,
            member,
            note,
        });
    }
    let (actor, now) = (staff.actor(), app.clock.now());
    let shared = app.clone();
    app.write(move |db| kind.apply(db, &shared, Act { actor: &actor, now }, &member))
        .await?;
    Ok(frame.see_other("/admin/users"))
}

#[derive(Template)]
#[template(path = "admin/invitation.html")]
struct InvitationPage<'a> {
    f: &'a Frame,
    s: Shell,
    member: StaffMember,
    link: Option<String>,
}

impl InvitationPage<'_> {
    fn name_lang(&self) -> Option<&'static str> {
        language_within(self.f.lang, &self.member.name)
    }
}

async fn open_member(app: &web::Data<App>, id: &str) -> Result<StaffMember, AppError> {
    let member = member_at(app, id).await?;
    if member.deactivated_at.is_some() {
        return Err(AppError::NotFound);
    }
    Ok(member)
}

/// `GET /admin/users/{id}/invitation`
pub async fn show_invitation(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let member = open_member(&app, &id).await?;
    let s = Shell::load(&frame, &app, &staff).await?;
    frame.ok(&InvitationPage {
        f: &frame,
        s,
        member,
        link: None,
    })
}

/// `POST /admin/users/{id}/invitation`: makes the link, which exists in clear in this answer only.
pub async fn make_invitation(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    id: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let member = open_member(&app, &id).await?;
    let s = Shell::load(&frame, &app, &staff).await?;
    if form.open(&frame).is_err() {
        let link = None;
        return frame.again(&InvitationPage {
            f: &frame,
            s,
            member,
            link,
        });
    }
    let token = Token::generate().map_err(AppError::unexpected)?;
    let (actor, now, invited, hash) = (staff.actor(), app.clock.now(), member.id, token.hash());
    app.write(move |db| {
        staff_acts::invite(db, Act { actor: &actor, now }, invited, hash.as_bytes())
    })
    .await?;
    let link = Some(format!(
        "{}{}",
        app.base_url().as_str(),
        frame.to(format!("/staff/invitation/{}", token.as_str()))
    ));
    frame.ok(&InvitationPage {
        f: &frame,
        s,
        member,
        link,
    })
}
