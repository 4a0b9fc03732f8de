//! What happens to a case beside the desk's decisions (overseas-card.md §10.2): it ends, its register or pickup place moves, the person or her address
//! changes. Each is one page that says what follows; the guards and effects are those of [`events`].

mod wanted;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::decide::is_clerk;
use super::head::Head;
use super::{CaseQuery, open_page, path};
use crate::domain::answers::Answers;
use crate::domain::status::Status;
use crate::domain::transition::{Actor, Transition};
use crate::notices::{case_facts, events};
use crate::security::token::Token;
use crate::web::app::App;
use crate::web::applicant::pickup::mission_choices;
use crate::web::applicant::section_pages::{pickup_candidates, prefecture_choices};
use crate::web::errors::AppError;
use crate::web::fields::{Choice, FormView};
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::scope::{self, OpenCase};
use crate::web::office::session::Staff;
use crate::web::office::shell::Shell;
use wanted::Wanted;

/// One kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// S96: her signed request is in hand.
    Withdrawal,
    /// S97: she is registered in Japan.
    ReturnHome,
    /// S98: death, loss of nationality or the like.
    End,
    /// The paper came to another office than the form names.
    Refile,
    /// Another municipality keeps the register.
    Register,
    /// Name, birth date or sex changed in the register.
    Person,
    /// Another place of pickup.
    Pickup,
    /// Another mail address.
    Email,
    /// Another second contact.
    Contacts,
}

impl Change {
    const ALL: [Self; 9] = [
        Self::Email,
        Self::Contacts,
        Self::Pickup,
        Self::Person,
        Self::Register,
        Self::Refile,
        Self::Withdrawal,
        Self::ReturnHome,
        Self::End,
    ];

    /// The end of its address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Withdrawal => "withdrawal",
            Self::ReturnHome => "return-home",
            Self::End => "end",
            Self::Refile => "refile",
            Self::Register => "register",
            Self::Person => "person",
            Self::Pickup => "pickup",
            Self::Email => "email",
            Self::Contacts => "contacts",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.as_str() == word)
    }

    /// Whether a clerk who is `part` of a case in `status` can make it.
    pub fn is_possible(self, status: Status, part: Actor) -> bool {
        let can_go = |to| Transition::find(status, to, part).is_ok();
        // A confirmed case goes back to its check, which only the keeper of the register can do.
        let may_reset = status != Status::Confirmed || part == Actor::HonsekiClerk;
        let is_filed = !status.is_before_filing() && !status.has_ended();
        match self {
            Self::Withdrawal => can_go(Status::Withdrawn),
            Self::ReturnHome => can_go(Status::ReturnedHome),
            Self::End => can_go(Status::Ended),
            Self::Refile => matches!(status, Status::FormReady | Status::Mailed),
            Self::Register => events::may_change_register(status) && may_reset,
            Self::Person => is_filed && status < Status::HandedOver && may_reset,
            Self::Pickup => events::may_change_pickup(status),
            Self::Email | Self::Contacts => is_filed && status != Status::HandedOver,
        }
    }
}

/// Whether anything can still be changed by this part.
pub fn is_any_possible(open: &OpenCase) -> bool {
    let (status, part) = (open.application.status, open.part);
    Change::ALL
        .into_iter()
        .any(|change| change.is_possible(status, part))
}

#[derive(Template)]
#[template(path = "office/case_changes.html")]
struct ListPage<'a> {
    f: &'a Frame,
    s: Shell,
    c: Head,
    links: Vec<(String, String)>,
}

/// `GET /staff/cases/{ref}/changes`
pub async fn show_changes(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    reference: web::Path<String>,
    query: web::Query<CaseQuery>,
) -> Result<HttpResponse, AppError> {
    let (open, facts, ()) = open_page(&app, &staff, &reference, |_, _| Ok(())).await?;
    let (status, part) = (open.application.status, open.part);
    let link = |change: Change| {
        let word = change.as_str();
        let page = format!("changes/{word}");
        (
            frame.to(path(open.application.reference, &page, query.queue())),
            frame.t(&format!("change-{word}-title")).into_owned(),
        )
    };
    let possible = Change::ALL
        .into_iter()
        .filter(|change| change.is_possible(status, part));
    frame.ok(&ListPage {
        s: Shell::load(&frame, &app, &staff).await?,
        c: Head::new(&frame, (&open, &facts), &staff, ("changes", &query)),
        links: possible.map(link).collect(),
        f: &frame,
    })
}

#[derive(Template)]
#[template(path = "office/case_change.html")]
struct ChangePage<'a> {
    f: &'a Frame,
    s: Shell,
    c: Head,
    v: FormView,
    kind: &'static str,
    action: String,
    key: String,
    now_is: Option<String>,
    ends: Vec<Choice>,
    places: Vec<Choice>,
    missions: Vec<Choice>,
    prefectures: Vec<Choice>,
    candidates: Vec<Choice>,
}

impl ChangePage<'_> {
    /// The words of this change: `change-<kind>-<part>`.
    fn words(&self, part: &str) -> String {
        self.f
            .t(&format!("change-{}-{part}", self.kind))
            .into_owned()
    }

    fn asks_place(&self) -> bool {
        matches!(self.kind, "refile" | "register" | "pickup")
    }

    fn is_end(&self) -> bool {
        matches!(self.kind, "withdrawal" | "return-home" | "end")
    }
}

fn change_at(word: &str) -> Result<Change, AppError> {
    Change::parse(word).ok_or(AppError::NotFound)
}

/// `GET /staff/cases/{ref}/changes/{change}`
pub async fn show_change(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    place: web::Path<(String, String)>,
    query: web::Query<CaseQuery>,
) -> Result<HttpResponse, AppError> {
    let (reference, word) = place.into_inner();
    let change = change_at(&word)?;
    let (asking, number) = (staff.clone(), reference.clone());
    let open = app
        .read(move |db| scope::open_case(db, &asking, &number))
        .await?;
    let v = FormView::of(wanted::present(change, &open));
    let desk = (&frame, &app, &staff);
    render(desk, (&reference, change, &query), StatusCode::OK, v).await
}

async fn render(
    (frame, app, staff): (&Frame, &web::Data<App>, &Staff),
    (reference, change, query): (&str, Change, &CaseQuery),
    status: StatusCode,
    v: FormView,
) -> Result<HttpResponse, AppError> {
    let (open, facts, ()) = open_page(app, staff, reference, |_, _| Ok(())).await?;
    if !change.is_possible(open.application.status, open.part) {
        return Err(AppError::Stale);
    }
    let word = change.as_str();
    let choice = |value: &str, key: &str| Choice::new(value, frame.t(key));
    let place = |value: &str, key: &str, shows| choice(value, key).shows(shows);
    let office = match change {
        Change::Refile => Some(&open.case.filing_office),
        Change::Register => Some(&open.case.register_office),
        Change::Pickup => Some(&open.case.pickup_office),
        _ => None,
    };
    let mut places = vec![
        place("mission", "offices-pickup-mission", "place-mission"),
        place(
            "municipality",
            "offices-pickup-municipality",
            "place-municipality",
        ),
    ];
    match change {
        Change::Register => places.retain(|place| place.value == "municipality"),
        Change::Pickup => places.insert(0, choice("honseki", "offices-pickup-honseki")),
        _ => {}
    }
    let page = ChangePage {
        f: frame,
        s: Shell::load(frame, app, staff).await?,
        c: Head::new(frame, (&open, &facts), staff, ("changes", query)),
        kind: word,
        action: frame.to(path(
            open.application.reference,
            &format!("changes/{word}"),
            None,
        )),
        key: Token::generate()
            .map_err(AppError::unexpected)?
            .as_str()
            .to_owned(),
        now_is: office.map(|office| {
            let name = case_facts::office_name(frame.lang, office);
            frame.t1("change-now", "place", name)
        }),
        ends: ["death", "nationality", "other"]
            .into_iter()
            .map(|kind| choice(kind, &format!("change-end-{kind}")))
            .collect(),
        places,
        missions: mission_choices(frame.lang),
        prefectures: prefecture_choices(frame.lang),
        candidates: pickup_candidates(v.answers()),
        v,
    };
    frame.page(status, &page)
}

/// `POST /staff/cases/{ref}/changes/{change}`
pub async fn make_change(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    place: web::Path<(String, String)>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let (reference, word) = place.into_inner();
    let change = change_at(&word)?;
    let opened = form.open(&frame);
    let (answers, is_old) = match opened {
        Ok(answers) => (answers, false),
        Err(OldPage(answers)) => (answers, true),
    };
    let query = CaseQuery::of_form(&answers);
    let (desk, at) = ((&frame, &app, &staff), (reference.as_str(), change, &query));
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    if is_old {
        let v = FormView::of(answers).with_note(frame.t("note-old-page"));
        return render(desk, at, unprocessable, v).await;
    }
    let (asking, number) = (staff.clone(), reference.clone());
    let open = app
        .read(move |db| scope::open_case(db, &asking, &number))
        .await?;
    if !is_clerk(&staff) {
        return Err(AppError::NotFound);
    }
    let wanted = match Wanted::read(change, &answers, &open)? {
        Ok(wanted) => wanted,
        Err(problems) => {
            let v = FormView::of(answers).with_problems(&frame, &problems);
            return render(desk, at, unprocessable, v).await;
        }
    };
    let key = Token::parse(answers.get("key")).ok_or(AppError::Malformed)?;
    match wanted
        .carry_out(&app, &staff, (&reference, &answers), key)
        .await
    {
        Ok(()) => Ok(frame.see_other(&path(open.application.reference, "", query.queue()))),
        Err(AppError::Stale) => stale(desk, at, answers).await,
        Err(error) => Err(error),
    }
}

/// The case went on meanwhile (409): the same page while the change is still possible, else the page every stale form gets.
async fn stale(
    (frame, app, staff): (&Frame, &web::Data<App>, &Staff),
    at: (&str, Change, &CaseQuery),
    answers: Answers,
) -> Result<HttpResponse, AppError> {
    let v = FormView::of(answers).with_note(frame.t("note-stale"));
    render((frame, app, staff), at, StatusCode::CONFLICT, v).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use Actor::{ConsularClerk, HonsekiClerk};
    use Status as S;

    #[test]
    fn a_change_is_possible_as_long_as_the_law_and_the_paper_allow_it() {
        use Change as C;
        for (change, status, part, expected) in [
            (C::Withdrawal, S::Received, ConsularClerk, true),
            (C::Withdrawal, S::FormReady, ConsularClerk, false),
            (C::Withdrawal, S::HandedOver, ConsularClerk, false),
            (C::ReturnHome, S::Shipped, HonsekiClerk, true),
            (C::ReturnHome, S::Shipped, ConsularClerk, false),
            (C::End, S::HandedOver, ConsularClerk, true),
            (C::End, S::Completed, ConsularClerk, false),
            (C::Refile, S::Mailed, ConsularClerk, true),
            (C::Refile, S::Received, ConsularClerk, false),
            (C::Register, S::Confirmed, HonsekiClerk, true),
            (C::Register, S::Confirmed, ConsularClerk, false),
            (C::Register, S::AtIssuer, HonsekiClerk, false),
            (C::Person, S::AtIssuer, ConsularClerk, true),
            (C::Person, S::FormReady, ConsularClerk, false),
            (C::Pickup, S::Setup, ConsularClerk, true),
            (C::Pickup, S::Shipped, ConsularClerk, false),
            (C::Email, S::Ready, ConsularClerk, true),
            (C::Email, S::Withdrawn, ConsularClerk, false),
            (C::Contacts, S::Mailed, ConsularClerk, false),
        ] {
            let possible = change.is_possible(status, part);
            assert_eq!(possible, expected, "{change:?} in {}", status.code());
        }
    }

    #[test]
    fn every_change_is_read_by_its_word() {
        for change in Change::ALL {
            assert_eq!(Change::parse(change.as_str()), Some(change));
        }
        assert_eq!(Change::parse("delete"), None);
    }
}
