//! One card that nobody may hand over any more: what can be said about it, and by whom.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;

use super::{moment, reason};
use crate::domain::answers::Problem;
use crate::domain::card_disposal::may_confirm;
use crate::domain::desk::Desk;
use crate::domain::office_code::OfficeCode;
use crate::domain::receipt_number::ReceiptNumber;
use crate::exchange::returns;
use crate::notices::disposals::{self, DisposalError, Witness};
use crate::storage::card_disposals::{self, CardDisposal, DisposalState};
use crate::storage::{Db, StoreError, applications, cases, staff as accounts};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::{Shell, office_name};
use crate::web::office::tasks::place_of;

/// A card on the reader's desk.
struct Matter {
    card: CardDisposal,
    receipt: ReceiptNumber,
    /// Who keeps the register, when that is not who has the card.
    keeper: Option<OfficeCode>,
    first: Option<String>,
    second: Option<String>,
}

impl Matter {
    /// The card of this desk with this receipt number; everything else is [`StoreError::NotFound`].
    fn read(db: &mut Db, desk: &Desk, typed: &str) -> Result<Self, StoreError> {
        let receipt: ReceiptNumber = typed.parse().map_err(|_no_number| StoreError::NotFound)?;
        let application =
            applications::find_by_reference(db, receipt)?.ok_or(StoreError::NotFound)?;
        let card = card_disposals::find_of_case(db, application.id)?
            .filter(|card| card.holder == desk.as_str())
            .ok_or(StoreError::NotFound)?;
        let actors = [card.destroyed_by.as_deref(), card.confirmed_by.as_deref()];
        let names = accounts::names_of_actors(db, actors.into_iter().flatten())?;
        let name = |actor: &Option<String>| {
            let actor = actor.as_deref()?;
            Some(names.get(actor).map_or(actor, String::as_str).to_owned())
        };
        let keeper = cases::get_case(db, application.id)?.register_office;
        Ok(Self {
            keeper: Some(keeper).filter(|keeper| desk.office().is_some_and(|own| own != keeper)),
            first: name(&card.destroyed_by),
            second: name(&card.confirmed_by),
            card,
            receipt,
        })
    }

    /// What this person can do now.
    fn offered(&self, staff: &Staff) -> Offer {
        match (self.card.state, &self.card.destroyed_by) {
            (DisposalState::Due, _) => Offer::Destroy,
            (DisposalState::Destroyed, Some(first)) if may_confirm(first, &staff.actor()) => {
                Offer::Confirm
            }
            (DisposalState::Destroyed, _) => Offer::Wait,
            (DisposalState::Confirmed, _) => Offer::Nothing,
        }
    }
}

/// What the page offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offer {
    Destroy,
    Confirm,
    /// A colleague has to confirm it.
    Wait,
    Nothing,
}

#[derive(Template)]
#[template(path = "office/disposal.html")]
struct DisposalPage<'a> {
    f: &'a Frame,
    s: Shell,
    v: FormView,
    receipt: String,
    case_href: Option<String>,
    reason: String,
    since: String,
    first: Option<String>,
    second: Option<String>,
    action: String,
    back: String,
    offer: Offer,
    /// Where it can be sent back to instead.
    keeper: Option<String>,
}

impl DisposalPage<'_> {
    fn offers_destruction(&self) -> bool {
        self.offer == Offer::Destroy
    }

    fn offers_confirmation(&self) -> bool {
        self.offer == Offer::Confirm
    }

    fn waits(&self) -> bool {
        self.offer == Offer::Wait
    }
}

async fn render(
    (frame, app, staff): (&Frame, &web::Data<App>, &Staff),
    reference: &str,
    (status, v): (StatusCode, FormView),
) -> Result<HttpResponse, AppError> {
    let (desk, base) = place_of(staff);
    let (at, typed) = (desk.clone(), reference.to_owned());
    let matter = app.read(move |db| Matter::read(db, &at, &typed)).await?;
    let card = &matter.card;
    let who = |name: &Option<String>, at: Option<Timestamp>| {
        let (name, at) = (name.as_deref()?, moment(frame, &desk, at?));
        Some(format!("{name} {at}"))
    };
    let page = DisposalPage {
        f: frame,
        s: Shell::load(frame, app, staff).await?,
        v,
        receipt: matter.receipt.to_string(),
        case_href: desk
            .office()
            .map(|_| frame.to(format!("/staff/cases/{}", matter.receipt))),
        reason: reason(frame, card),
        since: moment(frame, &desk, card.opened_at),
        first: who(&matter.first, card.destroyed_at),
        second: who(&matter.second, card.confirmed_at),
        action: frame.to(format!("{base}/disposals/{}", matter.receipt)),
        back: frame.to(format!("{base}/disposals")),
        offer: matter.offered(staff),
        keeper: matter
            .keeper
            .as_ref()
            .map(|keeper| office_name(frame.lang, keeper)),
    };
    frame.page(status, &page)
}

/// `GET /staff/disposals/{reference}` and `GET /issuer/disposals/{reference}`
pub async fn show_disposal(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    reference: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let desk = (&frame, &app, &staff);
    render(desk, &reference, (StatusCode::OK, FormView::default())).await
}

/// What somebody says about a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Destroyed,
    Confirmed,
    Denied,
    SentBack,
}

impl Act {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "destroyed" => Some(Self::Destroyed),
            "confirmed" => Some(Self::Confirmed),
            "denied" => Some(Self::Denied),
            "sent-back" => Some(Self::SentBack),
            _ => None,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Destroyed => "destroyed",
            Self::Confirmed => "confirmed",
            Self::Denied => "denied",
            Self::SentBack => "sent-back",
        }
    }

    fn carry_out(
        self,
        db: &mut Db,
        (desk, reference): (&Desk, &str),
        witness: Witness<'_>,
    ) -> Result<(), DisposalError> {
        let matter = Matter::read(db, desk, reference)?;
        let of = (&matter.card, matter.receipt);
        match self {
            Self::Destroyed => disposals::destroy(db, of, witness),
            Self::Denied => disposals::take_back(db, of, witness),
            Self::SentBack => {
                let keeper = matter.keeper.ok_or(StoreError::Conflict)?;
                disposals::send_back(db, of, &keeper, witness)
            }
            Self::Confirmed => {
                disposals::confirm(db, of, witness)?;
                let card = matter.card.application_id;
                Ok(returns::note_destroyed(db, card, witness.by, witness.now)?)
            }
        }
    }
}

/// `POST /staff/disposals/{reference}` and `POST /issuer/disposals/{reference}`. Who destroyed a card cannot confirm it (422); a page on which it stood
/// otherwise is shown as it stands now, with who did what (409).
pub async fn save_disposal(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    reference: web::Path<String>,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let desk = (&frame, &app, &staff);
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let answers = match form.open(&frame) {
        Ok(answers) => answers,
        Err(OldPage(answers)) => {
            let v = FormView::of(answers).with_note(frame.t("note-old-page"));
            return render(desk, &reference, (unprocessable, v)).await;
        }
    };
    let act = Act::parse(answers.get("go")).ok_or(AppError::Malformed)?;
    if act == Act::Destroyed && !answers.is("sure", "yes") {
        let problems = [Problem::new("sure", "error-disposal-sure")];
        let v = FormView::of(answers).with_problems(&frame, &problems);
        return render(desk, &reference, (unprocessable, v)).await;
    }
    let ((at, base), by, now) = (place_of(&staff), staff.actor(), app.clock.now());
    let typed = reference.clone();
    let said = app
        .write(move |db| {
            let witness = Witness { by: &by, now };
            match act.carry_out(db, (&at, &typed), witness) {
                Ok(()) => Ok(Some(())),
                Err(DisposalError::SamePerson) => Ok(None),
                Err(DisposalError::Store(error)) => Err(error),
            }
        })
        .await;
    match said {
        Ok(Some(())) => Ok(frame.see_other(&format!("{base}/disposals?done={}", act.as_str()))),
        Ok(None) => {
            let problems = [Problem::new("go", "error-disposal-same-person")];
            let v = FormView::of(answers).with_problems(&frame, &problems);
            render(desk, &reference, (unprocessable, v)).await
        }
        Err(AppError::Stale) => {
            let v = FormView::of(answers).with_note(frame.t("note-stale"));
            render(desk, &reference, (StatusCode::CONFLICT, v)).await
        }
        Err(error) => Err(error),
    }
}
