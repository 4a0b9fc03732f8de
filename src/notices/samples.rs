//! One notice of each kind about an invented case: what the administration sees a sample of, and what the tests read.

use jiff::Timestamp;
use jiff::civil::Date;

use super::case_facts;
use super::case_words::{
    BeingMade, CaseEnd, CaseNotice, Correction, Deadline, Disposed, EmailChanged, EndedCase,
    Forwarded, HandedOver, NotAccepted, NotArrived, OnTheWay, Overdue, PickupChanged,
    PickupReminder, Place, Question, Received, Replied, VisitEnd, VisitEnded, Withdrawn,
};
use super::words::{ByPost, DraftExpires, DraftSaved, FormReady, FormReminder, Notice};
use crate::domain::defect::DefectCode;
use crate::domain::office_code::OfficeCode;
use crate::i18n::{self, Lang};

/// The invented case.
const REFERENCE: &str = "K7M4-2PQX-9T";

/// Where and when the samples take place.
struct Scene {
    lang: Lang,
    london: OfficeCode,
    yokohama: OfficeCode,
    date: Date,
    begins: Timestamp,
}

impl Scene {
    fn new(lang: Lang) -> Option<Self> {
        Some(Self {
            lang,
            london: OfficeCode::parse("emb-gb").ok()?,
            yokohama: OfficeCode::parse("141046").ok()?,
            date: jiff::civil::date(2027, 1, 12),
            begins: "2027-01-26T10:00:00Z".parse().ok()?,
        })
    }

    fn form_ready(&self, by_post: ByPost) -> Notice {
        Notice::FormReady(FormReady {
            reference: REFERENCE.to_owned(),
            deadline: self.on(),
            office: self.place().name,
            by_post,
        })
    }

    fn before_filing(&self) -> Vec<Notice> {
        vec![
            Notice::DraftSaved(DraftSaved {
                kept_until: self.on(),
                remaining: ["section-contact", "section-photo"]
                    .map(|key| i18n::text(self.lang, key).into_owned())
                    .to_vec(),
            }),
            Notice::DraftExpires(DraftExpires {
                day: self.deadline().day,
                date: self.on(),
            }),
            self.form_ready(ByPost::Accepted),
            self.form_ready(ByPost::Refused),
            self.form_ready(ByPost::Ask),
            Notice::FormReminder(FormReminder {
                reference: REFERENCE.to_owned(),
                deadline: self.on(),
            }),
        ]
    }

    fn on(&self) -> String {
        case_facts::day(self.lang, self.date)
    }

    fn place(&self) -> Place {
        case_facts::place(self.lang, &self.london)
    }

    fn deadline(&self) -> Deadline {
        case_facts::deadline(self.lang, self.date, Some(&self.london))
    }

    fn received(&self) -> Received {
        Received {
            office: self.place().name,
            on: self.on(),
        }
    }

    fn correction(&self) -> Correction {
        Correction {
            items: case_facts::correction_items(self.lang, DefectCode::ALL),
            deadline: self.deadline(),
        }
    }

    fn refused(&self, code: DefectCode) -> CaseNotice {
        CaseNotice::NotAccepted(NotAccepted {
            reason: i18n::text(self.lang, code.key()).into_owned(),
            next: i18n::text(self.lang, code.fix_key()).into_owned(),
            office: self.place(),
        })
    }

    fn question(&self, is_reminder: bool) -> CaseNotice {
        CaseNotice::Question(Question {
            deadline: self.deadline(),
            is_reminder,
        })
    }

    fn to_the_issuer(&self) -> Vec<CaseNotice> {
        vec![
            CaseNotice::NotArrived(NotArrived {
                posted_on: self.on(),
                office: self.place(),
            }),
            CaseNotice::Received(self.received()),
            CaseNotice::CorrectionReceived(self.received()),
            CaseNotice::Correction(self.correction()),
            CaseNotice::CorrectionReminder(self.correction()),
            self.refused(DefectCode::D02),
            self.refused(DefectCode::D03),
            CaseNotice::Forwarded(Forwarded {
                municipality: case_facts::office_name(self.lang, &self.yokohama),
                on: self.on(),
            }),
            self.question(false),
            self.question(true),
            CaseNotice::BeingMade(BeingMade {
                place: self.place().name,
            }),
        ]
    }

    fn visit_ended(&self, end: VisitEnd) -> CaseNotice {
        CaseNotice::VisitEnded(VisitEnded {
            end,
            deadline: self.deadline(),
        })
    }

    fn to_the_hand(&self) -> Vec<CaseNotice> {
        vec![
            CaseNotice::OnTheWay(OnTheWay {
                place: self.place(),
            }),
            CaseNotice::Ready(case_facts::ready(self.date, &self.london)),
            CaseNotice::Visit(case_facts::visit(self.begins, &self.london)),
            CaseNotice::PickupReminder(PickupReminder {
                days: 30,
                deadline: self.deadline(),
                place: self.place(),
            }),
            self.visit_ended(VisitEnd::Cancelled),
            self.visit_ended(VisitEnd::Missed),
            self.visit_ended(VisitEnd::Moved),
            CaseNotice::HandedOver(HandedOver {
                on: self.on(),
                place: self.place(),
            }),
            CaseNotice::Overdue(Overdue {
                deadline: self.deadline(),
                place: self.place(),
            }),
            CaseNotice::Disposed(Disposed { on: self.on() }),
        ]
    }

    fn ended(&self, end: CaseEnd) -> CaseNotice {
        CaseNotice::Ended(EndedCase {
            end,
            office: self.place(),
        })
    }

    fn moved(&self, is_moved: bool) -> CaseNotice {
        CaseNotice::PickupChanged(PickupChanged {
            place: case_facts::place(self.lang, &self.yokohama),
            is_moved,
        })
    }

    fn ends_and_changes(&self) -> Vec<CaseNotice> {
        vec![
            CaseNotice::Withdrawn(Withdrawn {
                on: self.on(),
                office: self.place(),
            }),
            self.ended(CaseEnd::ReturnedHome),
            self.ended(CaseEnd::Other),
            CaseNotice::EmailChanged(EmailChanged {
                masked: "h***o@example.com".to_owned(),
                office: self.place(),
            }),
            self.moved(false),
            self.moved(true),
            CaseNotice::Replied(Replied {
                office: self.place().name,
            }),
        ]
    }
}

/// Notices about a filed case.
pub(super) fn case_notices(lang: Lang) -> Vec<CaseNotice> {
    let Some(scene) = Scene::new(lang) else {
        return Vec::new();
    };
    let mut notices = scene.to_the_issuer();
    notices.extend(scene.to_the_hand());
    notices.extend(scene.ends_and_changes());
    notices
}

/// Every notice that has words of its own, in the order of the list.
pub(super) fn all(lang: Lang) -> Vec<Notice> {
    let before = Scene::new(lang).map_or_else(Vec::new, |scene| scene.before_filing());
    let of_cases = case_notices(lang);
    before
        .into_iter()
        .chain(of_cases.into_iter().map(|one| Notice::Case(Box::new(one))))
        .collect()
}
