//! What a move tells and whom: the row's notice with the facts of the case, queued in the same transaction.

use jiff::civil::Date;

use super::AdvanceError;
use super::allowed_move::AllowedMove;
use crate::domain::defect::DefectCode;
use crate::domain::notice::NoticeCode;
use crate::domain::office_code::OfficeCode;
use crate::domain::status::Status;
use crate::domain::transition::{Actor, Telling};
use crate::i18n::{self, Lang};
use crate::notices::case_facts::{self as written, today_at};
use crate::notices::case_words::{
    BeingMade, CaseEnd, CaseNotice, Correction, Deadline, Disposed, EndedCase, Forwarded,
    HandedOver, NotAccepted, OnTheWay, Overdue, Question, Received, VisitEnd, VisitEnded,
    Withdrawn,
};
use crate::notices::{self, Addressee, Letterhead, Notice};
use crate::storage::{Db, defects, mailboxes};

impl AllowedMove<'_> {
    fn lang(&self) -> Lang {
        Lang::parse(&self.application.language).unwrap_or_default()
    }

    /// The notice of the row with its facts; none when nobody is told.
    pub(super) fn notice(&self, db: &mut Db) -> Result<Option<CaseNotice>, AdvanceError> {
        let code = match self.row.telling {
            Telling::Nobody => return Ok(None),
            Telling::ApplicantToAct(_) if !self.step.facts.applicant_must_act => return Ok(None),
            Telling::NamedContact(_) if self.case.second_email.is_none() => return Ok(None),
            Telling::Applicant(code)
            | Telling::ApplicantToAct(code)
            | Telling::NamedContact(code) => code,
        };
        let notice = match code {
            NoticeCode::N06 => self.correction(db)?,
            NoticeCode::N14 | NoticeCode::N15 => self.about_visit(code)?,
            NoticeCode::N16 | NoticeCode::N18 | NoticeCode::N19 | NoticeCode::N20 => {
                self.about_end(code)
            }
            _ => self.about_journey(code)?,
        };
        Ok(Some(notice))
    }

    fn on(&self) -> String {
        written::day(self.lang(), today_at(Some(&self.place()), self.now))
    }

    fn about_journey(&self, code: NoticeCode) -> Result<CaseNotice, AdvanceError> {
        let (lang, on) = (self.lang(), self.on());
        let (office, pickup) = (
            written::office_name(lang, &self.place()),
            &self.case.pickup_office,
        );
        Ok(match code {
            NoticeCode::N05 => CaseNotice::Received(Received { office, on }),
            NoticeCode::N05b => CaseNotice::CorrectionReceived(Received { office, on }),
            NoticeCode::N07 => self.refusal(),
            NoticeCode::N08 => CaseNotice::Forwarded(Forwarded {
                municipality: written::office_name(lang, &self.case.register_office),
                on,
            }),
            NoticeCode::N09 => CaseNotice::Question(Question {
                deadline: self.deadline(self.desk_office().as_ref())?,
                is_reminder: false,
            }),
            NoticeCode::N10 => CaseNotice::BeingMade(BeingMade {
                place: written::office_name(lang, pickup),
            }),
            NoticeCode::N11 => CaseNotice::OnTheWay(OnTheWay {
                place: written::place(lang, pickup),
            }),
            NoticeCode::N12 => CaseNotice::Ready(written::ready(self.due()?, pickup)),
            NoticeCode::N17 => CaseNotice::Overdue(Overdue {
                deadline: self.deadline(Some(pickup))?,
                place: written::place(lang, pickup),
            }),
            _ => return Err(AdvanceError::FactMissing("the words of this notice")),
        })
    }

    fn about_visit(&self, code: NoticeCode) -> Result<CaseNotice, AdvanceError> {
        let pickup = &self.case.pickup_office;
        if code == NoticeCode::N15 {
            return Ok(CaseNotice::VisitEnded(VisitEnded {
                end: self.step.facts.visit_end.unwrap_or(VisitEnd::Cancelled),
                deadline: self.deadline(Some(pickup))?,
            }));
        }
        let begins = self.step.facts.visit;
        let begins = begins.ok_or(AdvanceError::FactMissing("when the visit begins"))?;
        Ok(CaseNotice::Visit(written::visit(begins, pickup)))
    }

    fn about_end(&self, code: NoticeCode) -> CaseNotice {
        let (lang, on) = (self.lang(), self.on());
        let papers = self.case.paper_office.as_ref();
        match code {
            NoticeCode::N16 => CaseNotice::HandedOver(HandedOver {
                on,
                place: written::place(lang, &self.case.pickup_office),
            }),
            NoticeCode::N18 => CaseNotice::Disposed(Disposed { on }),
            NoticeCode::N19 => CaseNotice::Withdrawn(Withdrawn {
                on,
                office: written::place(lang, papers.unwrap_or(&self.case.filing_office)),
            }),
            _ => CaseNotice::Ended(EndedCase {
                end: match self.step.to {
                    Status::ReturnedHome => CaseEnd::ReturnedHome,
                    _ => CaseEnd::Other,
                },
                office: written::place(lang, &self.case.register_office),
            }),
        }
    }

    fn due(&self) -> Result<Date, AdvanceError> {
        self.due_on.ok_or(AdvanceError::FactMissing("the last day"))
    }

    fn deadline(&self, office: Option<&OfficeCode>) -> Result<Deadline, AdvanceError> {
        Ok(written::deadline(self.lang(), self.due()?, office))
    }

    fn correction(&self, db: &mut Db) -> Result<CaseNotice, AdvanceError> {
        let open = defects::list_open_defects(db, self.step.application)?;
        let codes: Vec<DefectCode> = open.iter().map(|defect| defect.code).collect();
        Ok(CaseNotice::Correction(Correction {
            items: written::correction_items(self.lang(), &codes),
            deadline: self.deadline(self.desk_office().as_ref())?,
        }))
    }

    fn refusal(&self) -> CaseNotice {
        let lang = self.lang();
        let (reason, next) = match (self.step.doer.role, self.step.facts.reason) {
            (Actor::System, _) => ("refused-deadline", "refused-deadline-next"),
            (_, Some(code)) => (code.key(), code.fix_key()),
            (_, None) => ("refused-other", "refused-other-next"),
        };
        CaseNotice::NotAccepted(NotAccepted {
            reason: i18n::text(lang, reason).into_owned(),
            next: i18n::text(lang, next).into_owned(),
            office: written::place(lang, &self.place()),
        })
    }

    /// Queues the notice for whom the row names.
    pub(super) fn tell(
        &self,
        db: &mut Db,
        letterhead: &Letterhead,
        notice: Option<CaseNotice>,
    ) -> Result<(), AdvanceError> {
        let Some(notice) = notice else {
            return Ok(());
        };
        let mailbox = mailboxes::get_mailbox(db, self.application.mailbox_id)?;
        let reference = self.application.reference.to_string();
        let name = self.case.full_name();
        let is_contact = matches!(self.row.telling, Telling::NamedContact(_));
        let contact = self.case.second_email.as_deref().filter(|_| is_contact);
        let to = Addressee {
            email: contact.unwrap_or(&mailbox.email),
            lang: self.lang(),
            name: (!is_contact).then_some(name.as_str()),
            application: Some((self.application.id, &reference)),
        };
        notices::post(
            db,
            letterhead,
            &to,
            &Notice::Case(Box::new(notice)),
            self.now,
        )?;
        Ok(())
    }
}
