//! What a printed revision says, for ever: the content of a form at the moment it was made, with the offices' names and addresses of that moment.
//!
//! It is stored as JSON and read back by the print set, the check page and the offices. Fields may be added (with a default), never renamed or given
//! another meaning. No My Number and no PIN can be in it, because no section has a field for one and free texts that hold one are refused.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Application;
use super::agent::{AgentKind, Relation};
use super::certificates::{Insurance, SigningCertificate};
use super::kind::{ApplicationKind, ReissueReason};
use super::office::FrozenOffice;
use super::person::{HandwrittenCharacter, Sex};
use super::photo::Photo;
use super::register::ReturnPlan;
use crate::domain::calendar::age_on;
use crate::domain::email::EmailAddress;
use crate::domain::kana::Kana;
use crate::domain::person_name::RegisterName;
use crate::domain::romaji::PassportName;

/// The content of one revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenForm {
    /// The day the form was made, in Japan.
    pub made_on: Date,
    /// The last day to hand it in.
    pub deadline: Date,
    /// 申請区分.
    pub kind: ApplicationKind,
    /// What happened to the old card; present exactly for a reissue.
    pub reissue_reason: Option<ReissueReason>,
    /// Who applies.
    pub person: FrozenPerson,
    /// The municipality that keeps the register.
    pub honseki: FrozenMunicipality,
    /// 転出の予定年月日.
    pub left_on: Option<Date>,
    /// Where she was registered last.
    pub last_city: Option<String>,
    /// Plan to return to Japan.
    pub return_plan: ReturnPlan,
    /// How to reach her.
    pub contact: FrozenContact,
    /// What becomes of the photo box.
    pub photo: Photo,
    /// Where the form is handed in.
    pub filing: FrozenOffice,
    /// Where the card is collected.
    pub pickup: FrozenOffice,
    /// 署名用電子証明書.
    pub signing: SigningCertificate,
    /// Whether the 利用者証明用電子証明書 is issued.
    pub authentication: bool,
    /// The name in braille, in katakana.
    pub braille: Option<String>,
    /// Health insurance, if she said.
    pub insurance: Option<Insurance>,
    /// Who acts for her.
    pub agent: Option<FrozenAgent>,
}

/// The person of a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenPerson {
    /// 氏, exactly as typed.
    pub family: RegisterName,
    /// 名, exactly as typed.
    pub given: RegisterName,
    /// Reading of the 氏.
    pub family_kana: Kana,
    /// Reading of the 名.
    pub given_kana: Kana,
    /// The name in the passport.
    pub roman: Option<PassportName>,
    /// Present when a character is to be written by hand.
    pub handwritten: Option<HandwrittenCharacter>,
    /// Birth date.
    pub birth_date: Date,
    /// Sex.
    pub sex: Sex,
}

impl FrozenPerson {
    /// 氏 and 名 with one ideographic space between them.
    pub fn full_name(&self) -> String {
        format!("{}\u{3000}{}", self.family.as_str(), self.given.as_str())
    }

    /// The readings, with one ideographic space between them.
    pub fn full_kana(&self) -> String {
        format!(
            "{}\u{3000}{}",
            self.family_kana.as_str(),
            self.given_kana.as_str()
        )
    }
}

/// A municipality of a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenMunicipality {
    /// 全国地方公共団体コード, six digits.
    pub code: String,
    /// Prefecture.
    pub prefecture: String,
    /// District of a town or village (郡).
    pub district: Option<String>,
    /// The name after prefecture and district, with the city before a ward (横浜市中区).
    pub name: String,
}

impl FrozenMunicipality {
    /// The name as registers write it: prefecture, district, city, ward.
    pub fn full_name(&self) -> String {
        format!(
            "{}{}{}",
            self.prefecture,
            self.district.as_deref().unwrap_or_default(),
            self.name
        )
    }
}

/// The contact data of a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenContact {
    /// The address she proved; all notices go there.
    pub email: EmailAddress,
    /// Telephone as she typed it.
    pub tel: String,
    /// The same in E.164.
    pub tel_e164: String,
    /// Country of residence, ISO 3166-1 alpha-2.
    pub country: String,
    /// Its Japanese name.
    pub country_ja: String,
    /// Its English name.
    pub country_en: String,
    /// Address line by line; empty when none was given.
    pub address: Vec<String>,
    /// Second mail address.
    pub email2: Option<EmailAddress>,
    /// Second contact in her words.
    pub contact2: Option<String>,
}

/// The representative of a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenAgent {
    /// By which right.
    pub kind: AgentKind,
    /// Name.
    pub name: String,
    /// Relation to the applicant.
    pub relation: Relation,
    /// Address line by line.
    pub address: Vec<String>,
    /// Telephone as typed.
    pub tel: String,
    /// The same in E.164.
    pub tel_e164: String,
}

impl FrozenForm {
    /// Freezes an application; `email` is the address the applicant proved.
    pub fn of(application: &Application, email: &EmailAddress) -> Self {
        let register = application.register();
        let certificates = application.certificates();
        Self {
            made_on: application.made_on(),
            deadline: application.deadline(),
            kind: register.kind,
            reissue_reason: register.reissue_reason,
            person: frozen_person(application),
            honseki: FrozenMunicipality {
                code: register.honseki.code.clone(),
                prefecture: register.honseki.prefecture.clone(),
                district: register.honseki.gun.clone(),
                name: register.honseki.name_with_city(),
            },
            left_on: register.left_on,
            last_city: register.last_city.clone(),
            return_plan: register.return_plan,
            contact: frozen_contact(application, email),
            photo: *application.photo(),
            filing: FrozenOffice::of(application.filing()),
            pickup: FrozenOffice::of(application.pickup()),
            signing: certificates.signing,
            authentication: certificates.authentication,
            braille: certificates
                .braille
                .as_ref()
                .map(|name| name.kana().as_str().to_owned()),
            insurance: certificates.insurance,
            agent: frozen_agent(application),
        }
    }

    /// Age in completed years on the day the form was made: the age its rules were applied for.
    pub fn age(&self) -> i16 {
        age_on(self.person.birth_date, self.made_on)
    }

    /// Whether the applicant said the same in both, whenever each was made: the day and the deadline do not count, nor what the tables have learnt about an
    /// office since.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let comparable = Self {
            made_on: self.made_on,
            deadline: self.deadline,
            filing: self.filing.clone(),
            pickup: self.pickup.clone(),
            ..other.clone()
        };
        let goes_to_the_same =
            self.filing.id == other.filing.id && self.pickup.id == other.pickup.id;
        goes_to_the_same && *self == comparable
    }

    /// Whether the filing office and the pickup office are the same.
    pub fn is_collected_where_filed(&self) -> bool {
        self.filing.id == self.pickup.id
    }
}

fn frozen_person(application: &Application) -> FrozenPerson {
    let person = application.person().clone();
    FrozenPerson {
        family: person.family,
        given: person.given,
        family_kana: person.family_kana,
        given_kana: person.given_kana,
        roman: person.roman,
        handwritten: person.handwritten,
        birth_date: person.birth_date,
        sex: person.sex,
    }
}

fn frozen_contact(application: &Application, email: &EmailAddress) -> FrozenContact {
    let contact = application.contact();
    FrozenContact {
        email: email.clone(),
        tel: contact.tel.typed().to_owned(),
        tel_e164: contact.tel.e164().to_owned(),
        country: contact.country.alpha2.clone(),
        country_ja: contact.country.name_ja.clone(),
        country_en: contact.country.name_en.clone(),
        address: contact
            .address
            .as_ref()
            .map(|address| address.lines().map(str::to_owned).collect())
            .unwrap_or_default(),
        email2: contact.email2.clone(),
        contact2: contact.contact2.clone(),
    }
}

fn frozen_agent(application: &Application) -> Option<FrozenAgent> {
    application.agent().map(|agent| FrozenAgent {
        kind: agent.kind,
        name: agent.name.clone(),
        relation: agent.relation,
        address: agent.address.lines().map(str::to_owned).collect(),
        tel: agent.tel.typed().to_owned(),
        tel_e164: agent.tel.e164().to_owned(),
    })
}
