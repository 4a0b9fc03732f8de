//! The words of each answer of intake, and its next step: one button or one link.

use super::{Desk, Refused};
use crate::domain::answers::Answers;
use crate::domain::desk;
use crate::domain::intake::Answer;
use crate::domain::receipt_number::ReceiptNumber;
use crate::domain::shipment::ShipmentKind;
use crate::domain::status::Status;
use crate::i18n;
use crate::web::frame::Frame;
use crate::web::office::shell::office_name;

/// What stands above the field instead of "registered".
pub(super) struct Question {
    /// What is the case.
    pub(super) text: String,
    /// What to do with the paper or the card.
    pub(super) advice: String,
    /// The receipt number the buttons send.
    pub(super) code: String,
    /// Buttons.
    pub(super) acts: Vec<Act>,
    /// A link instead of, or beside, the buttons.
    pub(super) link: Option<(String, String)>,
}

/// A button: what it sends besides the number, and its words.
pub(super) struct Act {
    pub(super) go: &'static str,
    pub(super) revision: Option<i32>,
    pub(super) refile: bool,
    pub(super) label: String,
}

impl Act {
    fn new(go: &'static str, label: impl Into<String>) -> Self {
        Self {
            go,
            revision: None,
            refile: false,
            label: label.into(),
        }
    }
}

impl Question {
    fn plain(code: ReceiptNumber, text: String, advice: String) -> Self {
        Self {
            text,
            advice,
            code: code.to_string(),
            acts: Vec::new(),
            link: None,
        }
    }

    fn act(mut self, act: Act) -> Self {
        self.acts.push(act);
        self
    }

    fn link(mut self, href: String, label: String) -> Self {
        self.link = Some((href, label));
        self
    }

    /// The code of another sheet of the set was read.
    pub(super) fn other_sheet(frame: &Frame, code: ReceiptNumber, is_pin_form: bool) -> Self {
        let (text, advice) = if is_pin_form {
            ("legs-sheet-pins", "legs-sheet-pins-advice")
        } else {
            ("legs-sheet-cover", "legs-sheet-cover-advice")
        };
        Self::plain(
            code,
            i18n::text_with(frame.lang, text, &[("ref", code.to_string())]),
            frame.t(advice).into_owned(),
        )
        .act(Act::new("next", frame.t("legs-sheet-is-there")))
    }

    /// The words for an answer.
    pub(super) fn of(desk: &Desk<'_>, refused: &Refused, typed: &Answers) -> Self {
        let (frame, code) = (desk.frame, refused.reference);
        let reference = code.to_string();
        let plain = |text: &str, advice: &str| {
            Self::plain(
                code,
                i18n::text_with(frame.lang, text, &[("ref", reference.as_str())]),
                if advice.is_empty() {
                    String::new()
                } else {
                    frame.t(advice).into_owned()
                },
            )
        };
        let is_refiled = typed.is("go", "refile") || typed.is("refile", "yes");
        match &refused.answer {
            Answer::WrongOffice(office) => {
                let name = office_name(frame.lang, office);
                let mut question = plain("legs-wrong-office", "legs-wrong-office-advice");
                question.text =
                    frame.t2("legs-wrong-office", ("ref", &reference), ("office", &name));
                question.act(Act::new("refile", frame.t("legs-refile")))
            }
            Answer::AskRevision => Self::which_version(frame, refused, is_refiled),
            Answer::OldRevision => {
                let version = typed.get("revision").parse().ok();
                Self::older_version(frame, refused, (version, is_refiled))
            }
            Answer::NotListed => plain("legs-not-listed", "legs-not-listed-advice")
                .act(Act::new("unlisted", frame.t("legs-not-listed-take"))),
            Answer::Elsewhere(office) => {
                let mut question = plain("legs-elsewhere", "legs-elsewhere-advice");
                let name = office_name(frame.lang, office);
                question.text = frame.t2("legs-elsewhere", ("ref", &reference), ("office", &name));
                question.act(Act::new("forward", frame.t("legs-elsewhere-forward")))
            }
            Answer::OtherKind(kind) => Self::other_kind(desk, refused, *kind),
            Answer::Ended(status) => Self::ended(desk, refused, *status),
            _ => Self::already(desk, refused),
        }
    }

    fn which_version(frame: &Frame, refused: &Refused, refile: bool) -> Self {
        let text = frame.t1("legs-ask-version", "ref", refused.reference.to_string());
        let advice = frame.t("legs-ask-version-advice").into_owned();
        let mut question = Self::plain(refused.reference, text, advice);
        for number in (1..=refused.in_force).rev() {
            let key = if number == refused.in_force {
                "legs-version-in-force"
            } else {
                "legs-version-older"
            };
            question.acts.push(Act {
                revision: Some(number),
                refile,
                ..Act::new(
                    "next",
                    i18n::text_with(frame.lang, key, &[("n", number.to_string())]),
                )
            });
        }
        question
    }

    fn older_version(
        frame: &Frame,
        refused: &Refused,
        (revision, refile): (Option<i32>, bool),
    ) -> Self {
        let in_force = refused.in_force.to_string();
        let text = frame.t1("legs-old-version", "ref", refused.reference.to_string());
        let advice = frame.t1("legs-old-version-advice", "n", in_force.as_str());
        Self::plain(refused.reference, text, advice).act(Act {
            revision,
            refile,
            ..Act::new(
                "with-defect",
                frame.t1("legs-old-version-take", "n", in_force),
            )
        })
    }

    fn other_kind(desk: &Desk<'_>, refused: &Refused, kind: ShipmentKind) -> Self {
        let frame = desk.frame;
        let reference = refused.reference.to_string();
        let status = frame.t(refused.status.key());
        let (text, label) = match kind {
            ShipmentKind::Card => ("legs-waits-for-card", "legs-to-cards"),
            ShipmentKind::Form => ("legs-no-card-yet", "legs-to-forms"),
        };
        let text = frame.t2(text, ("ref", &reference), ("status", &status));
        let href = frame.to(format!("/staff/intake?kind={}", kind.as_str()));
        Self::plain(refused.reference, text, String::new()).link(href, frame.t(label).into_owned())
    }

    fn ended(desk: &Desk<'_>, refused: &Refused, status: Status) -> Self {
        let frame = desk.frame;
        let reference = refused.reference.to_string();
        let word = frame.t(status.key());
        let text = frame.t2("legs-ended", ("ref", &reference), ("status", &word));
        let register = office_name(frame.lang, &refused.register);
        let advice = match (desk.kind, status) {
            (ShipmentKind::Card, _) => frame.t1("legs-ended-card", "office", register),
            (ShipmentKind::Form, Status::Expired) => frame.t("legs-ended-expired").into_owned(),
            (ShipmentKind::Form, _) => frame.t("legs-ended-form").into_owned(),
        };
        let question = Self::plain(refused.reference, text, advice);
        question.about_the_case(desk, refused)
    }

    fn already(desk: &Desk<'_>, refused: &Refused) -> Self {
        let frame = desk.frame;
        let reference = refused.reference.to_string();
        let zone = desk::zone_of(&desk.office);
        let at = |instant| i18n::time_of_day_with_date(frame.lang, instant, &zone);
        let text = match (&refused.before, refused.received_at) {
            (Some((item, name)), _) => i18n::text_with(
                frame.lang,
                "legs-already-by",
                &[
                    ("ref", reference),
                    ("at", at(item.taken_at)),
                    ("who", name.clone()),
                ],
            ),
            (None, Some(received)) => frame.t2(
                "legs-already-at",
                ("ref", &reference),
                ("at", &at(received)),
            ),
            (None, None) => frame.t1("legs-already", "ref", reference),
        };
        let advice = frame.t1(
            "legs-already-advice",
            "status",
            frame.t(refused.status.key()),
        );
        Self::plain(refused.reference, text, advice).about_the_case(desk, refused)
    }

    fn about_the_case(self, desk: &Desk<'_>, refused: &Refused) -> Self {
        let may_open = desk.staff.may_open("/staff/cases/{reference}");
        if !refused.is_ours || !may_open {
            return self;
        }
        let href = desk.frame.to(format!("/staff/cases/{}", refused.reference));
        self.link(href, desk.frame.t("legs-to-case").into_owned())
    }
}
