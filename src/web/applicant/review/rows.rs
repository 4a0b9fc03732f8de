//! The answers as they will stand on the form: one group for each section, one row for each answer, each with the way to change it.

use jiff::civil::Date;

use crate::domain::application::Destination;
use crate::domain::application::agent::Agent;
use crate::domain::application::certificates::{Certificates, Insurance, SigningCertificate};
use crate::domain::application::contact::Contact;
use crate::domain::application::draft::Reading;
use crate::domain::application::office::FrozenOffice;
use crate::domain::application::offices::{Offices, Place};
use crate::domain::application::person::Person;
use crate::domain::application::photo::Photo;
use crate::domain::application::register::Register;
use crate::domain::application::section::Section;
use crate::domain::calendar;
use crate::i18n::{self, Lang};
use crate::reference::municipalities::Municipality;
use crate::web::applicant::session::Case;
use crate::web::frame::Frame;

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The field's label.
    pub label: String,
    /// The answer, one or more lines.
    pub value: String,
    /// The language of the answer, where it is not the page's.
    pub lang: Option<&'static str>,
    /// Where it is changed; nothing for what cannot be changed here.
    pub link: Option<String>,
}

/// A section with its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// Its word in addresses.
    pub name: &'static str,
    /// Its heading.
    pub title: String,
    /// Its page.
    pub link: String,
    /// Its answers; none while it is unfinished.
    pub rows: Vec<Row>,
}

/// Every section in the order of the journey.
pub(super) fn groups(f: &Frame, case: &Case, reading: &Reading) -> Vec<Group> {
    let progress = reading.progress();
    Section::ALL
        .into_iter()
        .map(|section| {
            let mut rows = Rows {
                f,
                case,
                section,
                written: Vec::new(),
            };
            if progress.of(section).is_done() {
                rows.fill(reading);
            }
            Group {
                name: section.as_str(),
                title: title(f, section),
                link: link(section),
                rows: rows.written,
            }
        })
        .collect()
}

/// A section's heading.
pub(super) fn title(f: &Frame, section: Section) -> String {
    f.t(&format!("section-{}", section.as_str())).into_owned()
}

/// Beside the check page, so short: the page repeats it for every answer and must stay light.
fn link(section: Section) -> String {
    format!("{}?back=review", section.as_str())
}

struct Rows<'a> {
    f: &'a Frame,
    case: &'a Case,
    section: Section,
    written: Vec<Row>,
}

impl Rows<'_> {
    fn fill(&mut self, reading: &Reading) {
        match self.section {
            Section::Person => reading
                .person
                .value
                .as_ref()
                .into_iter()
                .for_each(|person| self.person(person)),
            Section::Register => reading
                .register
                .value
                .as_ref()
                .into_iter()
                .for_each(|register| self.register(register)),
            Section::Contact => reading
                .contact
                .value
                .as_ref()
                .into_iter()
                .for_each(|contact| self.contact(contact)),
            Section::Photo => reading
                .photo
                .value
                .iter()
                .for_each(|photo| self.photo(*photo)),
            Section::Offices => {
                let honseki = reading
                    .register
                    .value
                    .as_ref()
                    .map(|register| register.honseki);
                reading
                    .offices
                    .value
                    .iter()
                    .for_each(|offices| self.offices(offices, honseki));
            }
            Section::Certs => reading
                .certificates
                .value
                .as_ref()
                .into_iter()
                .for_each(|certificates| self.certificates(certificates)),
            Section::Agent => match reading.agent.value.as_ref().and_then(Option::as_ref) {
                Some(agent) => self.agent(agent),
                None => self.words("section-agent", "agent_kind", "review-no-agent"),
            },
        }
    }

    /// An answer; `field` is where its page is entered.
    fn row(&mut self, label: &str, field: &str, value: String, lang: Option<&'static str>) {
        let lang = lang.filter(|lang| *lang != self.f.lang.as_str() && !value.is_empty());
        let value = if value.is_empty() {
            self.f.t("review-not-given").into_owned()
        } else {
            value
        };
        let link = format!("{}#{field}", link(self.section));
        self.written.push(Row {
            label: self.f.t(label).into_owned(),
            value,
            lang,
            link: Some(link),
        });
    }

    /// An answer that is in no particular language: numbers, dates of this page, Latin letters.
    fn plain(&mut self, label: &str, field: &str, value: impl Into<String>) {
        self.row(label, field, value.into(), None);
    }

    /// An answer in Japanese on every page.
    fn japanese(&mut self, label: &str, field: &str, value: impl Into<String>) {
        self.row(label, field, value.into(), Some("ja"));
    }

    /// An answer chosen among words of the catalogue.
    fn words(&mut self, label: &str, field: &str, key: &str) {
        let words = self.f.t(key).into_owned();
        self.row(label, field, words, None);
    }

    fn person(&mut self, person: &Person) {
        self.japanese(
            "review-name",
            "family",
            format!("{}　{}", person.family.as_str(), person.given.as_str()),
        );
        self.japanese(
            "review-kana",
            "family_kana",
            format!(
                "{}　{}",
                person.family_kana.as_str(),
                person.given_kana.as_str()
            ),
        );
        if let Some(handwritten) = &person.handwritten {
            let by_hand = self.f.t("review-by-hand").into_owned();
            let note = handwritten
                .note
                .as_ref()
                .map(|note| format!("\n{note}"))
                .unwrap_or_default();
            self.plain("person-gaiji", "gaiji", format!("{by_hand}{note}"));
        }
        self.plain("person-dob", "dob", written(self.f.lang, person.birth_date));
        self.words(
            "person-sex",
            "sex",
            &format!("person-sex-{}", person.sex.as_str()),
        );
        self.plain(
            "person-roman",
            "roman",
            person
                .roman
                .as_ref()
                .map(|name| name.as_str().to_owned())
                .unwrap_or_default(),
        );
    }

    fn register(&mut self, register: &Register) {
        self.words(
            "register-kind",
            "kind",
            &format!("register-kind-{}", register.kind.as_str()),
        );
        if let Some(reason) = register.reissue_reason {
            self.words(
                "register-reason",
                "reissue_reason",
                &format!("register-reason-{}", reason.as_str()),
            );
        }
        self.japanese(
            "review-honseki",
            "honseki_pref",
            register.honseki.full_name(),
        );
        self.plain(
            "register-left",
            "left",
            register
                .left_on
                .map(|date| written(self.f.lang, date))
                .unwrap_or_default(),
        );
        self.plain(
            "register-last-city",
            "last_city",
            register.last_city.clone().unwrap_or_default(),
        );
        self.words(
            "register-return",
            "return_plan",
            &format!("register-return-{}", register.return_plan.as_str()),
        );
    }

    fn contact(&mut self, contact: &Contact) {
        let email = Row {
            label: self.f.t("contact-email").into_owned(),
            value: self.case.email.clone(),
            lang: None,
            link: None,
        };
        self.written.push(email);
        self.plain("contact-tel", "tel", contact.tel.typed());
        let country = if self.f.lang == Lang::Ja {
            &contact.country.name_ja
        } else {
            &contact.country.name_en
        };
        self.plain("contact-country", "country", country);
        self.plain(
            "contact-address",
            "address",
            contact
                .address
                .as_ref()
                .map(|address| address.as_str().to_owned())
                .unwrap_or_default(),
        );
        self.plain(
            "contact-email2",
            "email2",
            contact
                .email2
                .as_ref()
                .map(|email| email.as_str().to_owned())
                .unwrap_or_default(),
        );
        self.plain(
            "contact-contact2",
            "contact2",
            contact.contact2.clone().unwrap_or_default(),
        );
    }

    fn photo(&mut self, photo: Photo) {
        match photo {
            Photo::NotNeeded => self.words("section-photo", "photo", "review-photo-not-needed"),
            Photo::Pasted => self.words("section-photo", "photo", "review-photo-paste"),
            Photo::Uploaded(chosen) => {
                let words = self.f.t1(
                    "review-photo-chosen",
                    "date",
                    i18n::date(self.f.lang, chosen.taken_on),
                );
                self.plain("section-photo", "photo", words);
            }
        }
    }

    fn offices(&mut self, offices: &Offices, honseki: Option<&'static Municipality>) {
        for (label, field, place) in [
            ("offices-file", "file_at", offices.filing),
            ("offices-pickup", "pickup_at", offices.pickup),
        ] {
            match destination(place, honseki).map(FrozenOffice::of) {
                Some(office) => {
                    let (name, lang) = office_name(self.f.lang, &office);
                    self.row(label, field, name, lang);
                }
                None => self.words(label, field, "offices-pickup-honseki"),
            }
        }
    }

    fn certificates(&mut self, certificates: &Certificates) {
        let signing = match certificates.signing {
            SigningCertificate::Issued => "review-issued",
            SigningCertificate::Declined => "review-declined",
            SigningCertificate::NotIssuedUnder15 => "certs-under15",
        };
        self.words("review-signing", "no_sign", signing);
        self.words(
            "review-authentication",
            "no_auth",
            if certificates.authentication {
                "review-issued"
            } else {
                "review-declined"
            },
        );
        match &certificates.braille {
            Some(name) => self.japanese("certs-braille-heading", "braille", name.kana().as_str()),
            None => self.words("certs-braille-heading", "braille", "review-no-braille"),
        }
        match certificates.insurance {
            Some(Insurance::Yes) => self.words("certs-insurance", "insurance", "yes"),
            Some(Insurance::No) => self.words("certs-insurance", "insurance", "no"),
            Some(Insurance::Unknown) => self.words("certs-insurance", "insurance", "unknown"),
            None => self.plain("certs-insurance", "insurance", ""),
        }
    }

    fn agent(&mut self, agent: &Agent) {
        self.words(
            "agent-kind",
            "agent_kind",
            &format!("agent-kind-{}", agent.kind.as_str()),
        );
        self.plain("agent-name", "agent_name", &agent.name);
        self.words(
            "agent-relation",
            "agent_relation",
            &format!("agent-relation-{}", agent.relation.as_str()),
        );
        self.plain("agent-address", "agent_address", agent.address.as_str());
        self.plain("agent-tel", "agent_tel", agent.tel.typed());
    }
}

/// Where a place leads; the honseki itself only once it is known.
fn destination(place: Place, honseki: Option<&'static Municipality>) -> Option<Destination> {
    match (place, honseki) {
        (Place::Mission(mission), _) => Some(Destination::Mission(mission)),
        (Place::Municipality(municipality), None) => Some(Destination::Municipality(municipality)),
        (Place::Honseki, None) => None,
        (place, Some(honseki)) => Some(Destination::of(place, honseki)),
    }
}

/// An office's name as a reader of this language knows it, with the language it is in: municipalities have no English names.
pub fn office_name(lang: Lang, office: &FrozenOffice) -> (String, Option<&'static str>) {
    use crate::domain::application::office::OfficeKind;
    match (lang, office.kind) {
        (Lang::En, OfficeKind::Mission) => (office.name_latin.clone(), None),
        _ => (office.name_ja.clone(), Some("ja")),
    }
}

/// A date with its era in Japanese: 1988年4月27日（昭和63年）.
pub fn written(lang: Lang, date: Date) -> String {
    let western = i18n::date(lang, date);
    match (lang, calendar::era_of(date)) {
        (Lang::Ja, Some((era, 1))) => format!("{western}（{}元年）", era.name()),
        (Lang::Ja, Some((era, year))) => format!("{western}（{}{year}年）", era.name()),
        _ => western,
    }
}
