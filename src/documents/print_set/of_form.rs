//! From a frozen form to what stands on its sheets: both calendars written out, names of offices, the label for both post offices.

use super::content::{Agent, Content, FilingPlace, Kind, Person, PlaceKind, Posting, Receipt, Sex};
use crate::documents::pdf::Paper;
use crate::domain::application::agent::Relation;
use crate::domain::application::certificates::SigningCertificate;
use crate::domain::application::frozen::{FrozenAgent, FrozenForm, FrozenPerson};
use crate::domain::application::kind::{ApplicationKind, ReissueReason};
use crate::domain::application::office::{AddressBasis, FrozenOffice, MailPolicy, OfficeKind};
use crate::domain::application::person::{self, AGE_OF_ACTING};
use crate::domain::application::photo::Photo;
use crate::domain::calendar;
use crate::domain::receipt_number::ReceiptNumber;
use crate::i18n::{self, Lang};
use jiff::civil::Date;

/// How a form is printed: what is not part of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Print {
    /// The paper in the printer.
    pub paper: Paper,
    /// The reader's language; the forms themselves stay Japanese.
    pub language: Lang,
    /// Whether every sheet says that it is a trial.
    pub demo: bool,
}

impl Receipt {
    /// The receipt number of a case, on its `revision`-th form.
    pub fn of(reference: &ReceiptNumber, revision: u32) -> Self {
        Self {
            text: reference.to_string(),
            compact: reference.compact(),
            revision,
        }
    }
}

impl Content {
    /// What the sheets of `form` say.
    pub fn of(form: &FrozenForm, receipt: Receipt, print: Print) -> Self {
        let person = &form.person;
        Self {
            paper: print.paper,
            language: print.language,
            demo: print.demo,
            made_on: form.made_on,
            receipt,
            kind: match form.kind {
                ApplicationKind::New => Kind::New,
                ApplicationKind::Renewal => Kind::Renewal,
                ApplicationKind::Reissue => Kind::Reissue,
            },
            reissue_reason: form
                .reissue_reason
                .map(reason_of)
                .unwrap_or_default()
                .to_owned(),
            person: person_of(person, form),
            honseki: form.honseki.full_name(),
            departure: form.left_on.map(in_both_calendars).unwrap_or_default(),
            address: form.contact.address.clone(),
            phone: form.contact.tel.clone(),
            email: form.contact.email.as_str().to_owned(),
            pickup: form.pickup.name_ja.clone(),
            without_signing: form.signing != SigningCertificate::Issued,
            without_authentication: !form.authentication,
            braille: form.braille.clone().unwrap_or_default(),
            agent: form.agent.as_ref().map(agent_of),
            filing: place_of(&form.filing),
            deadline: i18n::date_with_weekday(Lang::Ja, form.deadline),
            deadline_en: i18n::date_with_weekday(Lang::En, form.deadline),
        }
    }
}

/// 事由, in the words of the official form.
const fn reason_of(reason: ReissueReason) -> &'static str {
    match reason {
        ReissueReason::Lost => "紛失・焼失",
        ReissueReason::Stolen => "盗難",
        ReissueReason::Damaged => "損傷・汚損",
        ReissueReason::Fault => "機能損失（ICチップ）",
    }
}

/// A date with its era, such as 平成3年（1991年）5月4日; before 1873 the western year alone.
fn in_both_calendars(date: Date) -> String {
    let day = format!("{}月{}日", date.month(), date.day());
    match calendar::era_of(date) {
        Some((era, 1)) => format!("{}元年（{}年）{day}", era.name(), date.year()),
        Some((era, year)) => format!("{}{year}年（{}年）{day}", era.name(), date.year()),
        None => format!("{}年{day}", date.year()),
    }
}

fn person_of(person: &FrozenPerson, form: &FrozenForm) -> Person {
    Person {
        family: person.family.as_str().to_owned(),
        given: person.given.as_str().to_owned(),
        family_kana: person.family_kana.as_str().to_owned(),
        given_kana: person.given_kana.as_str().to_owned(),
        roman: person
            .roman
            .as_ref()
            .map(|name| name.as_str().to_owned())
            .unwrap_or_default(),
        birth: in_both_calendars(person.birth_date),
        sex: match person.sex {
            person::Sex::Male => Sex::Male,
            person::Sex::Female => Sex::Female,
        },
        under_one: form.photo == Photo::NotNeeded,
        under_fifteen: form.age() < AGE_OF_ACTING,
        untypable: person.handwritten.is_some(),
        untypable_note: person
            .handwritten
            .as_ref()
            .and_then(|character| character.note.clone())
            .unwrap_or_default(),
    }
}

fn agent_of(agent: &FrozenAgent) -> Agent {
    let relation = match agent.relation {
        Relation::Father => "父",
        Relation::Mother => "母",
        Relation::Other => "その他",
    };
    let right = if agent.kind.is_legal_representative() {
        "法定代理人"
    } else {
        "任意代理人"
    };
    Agent {
        name: agent.name.clone(),
        relation: format!("{relation}（{right}）"),
        address: agent.address.join("　"),
        phone: agent.tel.clone(),
    }
}

/// To whose desk, and how both post offices find it. What is not known of an address stays blank, to be written by hand.
fn place_of(office: &FrozenOffice) -> FilingPlace {
    let is_mission = office.kind == OfficeKind::Mission;
    FilingPlace {
        kind: if is_mission {
            PlaceKind::Mission
        } else {
            PlaceKind::Municipality
        },
        name: office.name_ja.clone(),
        name_en: office.name_latin.clone(),
        attention: if is_mission {
            "領事担当 御中"
        } else {
            "マイナンバーカード担当 御中"
        }
        .to_owned(),
        postcode: office
            .postcode
            .as_deref()
            .map(with_mark)
            .unwrap_or_default(),
        address: if is_mission {
            Vec::new()
        } else {
            office.address.iter().cloned().collect()
        },
        address_latin: office.address_latin.clone(),
        address_known: !matches!(
            office.address_basis,
            AddressBasis::NameOnly | AddressBasis::Unknown
        ),
        posting: match office.mail_policy {
            MailPolicy::Accepted => Posting::Accepted,
            MailPolicy::Refused => Posting::Refused,
            MailPolicy::Conditional => conditions(office),
            MailPolicy::Unknown => Posting::Unknown,
        },
    }
}

/// The office's own conditions, in the language of those who read the cover sheet: Japanese, if they were said in it.
fn conditions(office: &FrozenOffice) -> Posting {
    match office.mail_conditions.for_reader(true) {
        Some((words, _)) => Posting::Conditional(words.to_owned()),
        None => Posting::Unknown,
    }
}

/// A Japanese postcode as envelopes show it: 〒650-8570.
fn with_mark(postcode: &str) -> String {
    match (postcode.get(..3), postcode.get(3..)) {
        (Some(area), Some(local)) => format!("〒{area}-{local}"),
        _ => postcode.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::documents::fonts::{FontSettings, Fonts, IpamjMincho};
    use crate::documents::print_set;
    use crate::domain::application::Destination;
    use crate::domain::application::draft::Draft;
    use crate::domain::application::section::Section;
    use crate::domain::email::EmailAddress;
    use crate::reference::{missions, municipalities};

    const DAY: Date = date(2026, 11, 24);

    /// An invented girl with her mother, everything said as long as it may be when `text` is long.
    #[expect(clippy::too_many_lines, reason = "a table of answers is one function")]
    fn form(family: &str, kana: &str, line: &str, filing: &[(&str, &str)]) -> FrozenForm {
        let roman = "A".repeat(60);
        let mut draft = Draft::default();
        let mut set = |section, answers: &[(&str, &str)]| {
            draft.set(section, &answers.iter().copied().collect());
        };
        let address = [line; 6].join("\n");
        set(
            Section::Person,
            &[
                ("family", family),
                ("given", family),
                ("family_kana", kana),
                ("given_kana", kana),
                ("dob_y", "2015"),
                ("dob_m", "5"),
                ("dob_d", "1"),
                ("sex", "f"),
                ("roman", &roman),
                ("gaiji", "yes"),
                ("gaiji_note", "はしごだか"),
            ],
        );
        set(
            Section::Register,
            &[
                ("kind", "reissue"),
                ("reissue_reason", "lost"),
                ("honseki_pref", "14"),
                ("honseki_city", "横浜市中区"),
                ("left_y", "2019"),
                ("left_m", "5"),
                ("left_d", "1"),
                ("return_plan", "no"),
            ],
        );
        set(
            Section::Contact,
            &[
                ("tel", "+44 20 7946 0000"),
                ("country", "GB"),
                ("address", &address),
            ],
        );
        set(Section::Photo, &[("photo_how", "paste")]);
        set(Section::Offices, filing);
        set(Section::Certs, &[]);
        set(
            Section::Agent,
            &[
                ("agent_kind", "parent"),
                ("agent_name", family),
                ("agent_relation", "mother"),
                ("agent_address", &address),
                ("agent_tel", "+44 20 7946 0000"),
            ],
        );
        let application = draft.read(DAY).application().unwrap();
        FrozenForm::of(
            &application,
            &EmailAddress::parse("hanako.mihon@example.com").unwrap(),
        )
    }

    const AT_HONSEKI: [(&str, &str); 2] = [("file_at", "honseki"), ("pickup_at", "same")];

    fn content(form: &FrozenForm, paper: Paper) -> Content {
        let receipt = Receipt::of(&ReceiptNumber::from_random(7), 1);
        Content::of(
            form,
            receipt,
            Print {
                paper,
                language: Lang::En,
                demo: true,
            },
        )
    }

    fn fonts() -> Fonts {
        Fonts::load(&FontSettings {
            ipamj_mincho: IpamjMincho::Never,
        })
        .unwrap()
    }

    #[test]
    fn dates_stand_in_both_calendars_and_the_representative_with_her_right() {
        let content = content(
            &form("見本", "ミホン", "1 Sample Street", &AT_HONSEKI),
            Paper::A4,
        );
        assert_eq!(
            (content.person.birth.as_str(), content.departure.as_str()),
            ("平成27年（2015年）5月1日", "令和元年（2019年）5月1日")
        );
        assert_eq!(content.agent.unwrap().relation, "母（法定代理人）");
        assert!(
            content.person.under_fifteen && content.person.untypable && content.without_signing
        );
        assert_eq!(
            (
                content.reissue_reason.as_str(),
                content.person.untypable_note.as_str()
            ),
            ("紛失・焼失", "はしごだか")
        );
        assert_eq!(
            (content.honseki.as_str(), content.filing.name.as_str()),
            ("神奈川県横浜市中区", "横浜市中区役所")
        );
        assert_eq!(
            (content.deadline.as_str(), content.deadline_en.as_str()),
            ("2027年2月22日（月）", "Monday 22 February 2027")
        );
    }

    #[test]
    fn the_longest_values_the_rules_allow_fit_on_both_papers() {
        let form = form(
            &"齋".repeat(60),
            &"ア".repeat(60),
            &"W".repeat(32),
            &AT_HONSEKI,
        );
        for paper in Paper::ALL {
            let drawn = print_set::draw(&fonts(), &content(&form, paper));
            assert!(drawn.is_ok(), "{paper:?}: {drawn:?}");
        }
    }

    #[test]
    fn every_office_fits_on_its_sheets_and_has_no_character_without_a_glyph() {
        let fonts = fonts();
        let mut form = form("見本", "ミホン", "1 Sample Street", &AT_HONSEKI);
        let longest = |offices: Vec<FrozenOffice>| {
            offices
                .into_iter()
                .max_by_key(|office| (office.address_latin.join("").len(), office.name_ja.len()))
        };
        let all_missions: Vec<FrozenOffice> = missions::missions()
            .iter()
            .map(|mission| FrozenOffice::of(Destination::Mission(mission)))
            .collect();
        let all_cities: Vec<FrozenOffice> = municipalities::municipalities()
            .iter()
            .map(|municipality| FrozenOffice::of(Destination::Municipality(municipality)))
            .collect();
        for office in all_missions.iter().chain(&all_cities) {
            let place = place_of(office);
            let printed = [
                vec![place.name, place.attention],
                place.address,
                place.address_latin,
            ]
            .concat()
            .join(" ");
            assert_eq!(fonts.missing(&printed), [], "{}", office.name_ja);
        }
        for office in [longest(all_missions), longest(all_cities)]
            .into_iter()
            .flatten()
        {
            form.filing = office.clone();
            form.pickup = office;
            let drawn = print_set::draw(&fonts, &content(&form, Paper::A4));
            assert!(drawn.is_ok(), "{}: {drawn:?}", form.filing.name_ja);
        }
    }
}
