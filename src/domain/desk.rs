//! Whose turn it is: the offices of a case, and the desk each status lies on.
//!
//! A case has three offices: where the form is handed in, the municipality that keeps the register (附票管理市町村), and where the card is collected.
//! They may be one and the same. The paper is always in the hands of one of them. An office that is none of the three has no part in the case.

use jiff::tz::TimeZone;

use super::application::Destination;
use super::application::frozen::FrozenForm;
use super::application::office::FrozenOffice;
use super::office_code::{NotAnOfficeCode, OfficeCode};
use super::status::Status;
use super::transition::Actor;
use crate::reference::missions;
use crate::reference::municipalities::{self, Municipality};

/// The name of the issuer's desk in the database.
const ISSUER: &str = "issuer";

/// Whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Desk {
    /// An office's.
    Office(OfficeCode),
    /// The card issuer's (J-LIS).
    Issuer,
}

impl Desk {
    /// The code in the database: the office's, or `issuer`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Office(office) => office.as_str(),
            Self::Issuer => ISSUER,
        }
    }

    /// Reads the code of the database.
    pub fn parse(code: &str) -> Result<Self, NotAnOfficeCode> {
        if code == ISSUER {
            Ok(Self::Issuer)
        } else {
            OfficeCode::parse(code).map(Self::Office)
        }
    }

    /// The office, if it is one's.
    pub fn office(&self) -> Option<&OfficeCode> {
        match self {
            Self::Office(office) => Some(office),
            Self::Issuer => None,
        }
    }

    /// The zone its dates are counted in: the office's own, Japan's for the issuer.
    pub fn zone(&self) -> TimeZone {
        self.office().map_or_else(japan, zone_of)
    }
}

/// The offices of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseOffices {
    /// Where the form is handed in or posted to.
    pub filing: OfficeCode,
    /// Who keeps the register: the legal issuer of the card (番号法 16条の2).
    pub register: OfficeCode,
    /// Where the card is collected.
    pub pickup: OfficeCode,
    /// Who has the paper in hand; nobody before it was received.
    pub paper: Option<OfficeCode>,
}

impl CaseOffices {
    /// The offices a form names.
    pub fn of_form(form: &FrozenForm) -> Result<Self, NotAnOfficeCode> {
        // The register of a place in the Northern Territories is kept in Nemuro.
        let keeper =
            municipalities::municipality(&form.honseki.code).and_then(Municipality::koseki_office);
        let keeper = keeper.map_or(form.honseki.code.as_str(), |office| office.code.as_str());
        Ok(Self {
            filing: OfficeCode::parse(&form.filing.id)?,
            register: OfficeCode::parse(keeper)?,
            pickup: OfficeCode::parse(&form.pickup.id)?,
            paper: None,
        })
    }

    /// The desk a case in `status` lies on; none for drafts and for cases that have ended.
    pub fn desk(&self, status: Status) -> Option<Desk> {
        let office = match status {
            Status::FormReady | Status::Mailed => &self.filing,
            Status::Received | Status::Defect => self.paper.as_ref().unwrap_or(&self.filing),
            Status::Forwarded
            | Status::AtHonseki
            | Status::Inquiry
            | Status::Confirmed
            | Status::IssuerDefect
            | Status::Made
            | Status::Setup => &self.register,
            Status::AtIssuer => return Some(Desk::Issuer),
            Status::Shipped
            | Status::Arrived
            | Status::Ready
            | Status::Overdue
            | Status::Booked
            | Status::HandedOver => &self.pickup,
            Status::Draft
            | Status::NotAccepted
            | Status::Completed
            | Status::Disposed
            | Status::Withdrawn
            | Status::ReturnedHome
            | Status::Ended
            | Status::Expired => return None,
        };
        Some(Desk::Office(office.clone()))
    }

    /// What a clerk of `office` is to this case; nothing when the office has no part in it.
    pub fn role_of(&self, office: &OfficeCode) -> Option<Actor> {
        if *office == self.register {
            return Some(Actor::HonsekiClerk);
        }
        let has_part = [Some(&self.filing), Some(&self.pickup), self.paper.as_ref()]
            .into_iter()
            .flatten()
            .any(|own| own == office);
        has_part.then_some(if office.is_mission() {
            Actor::ConsularClerk
        } else {
            Actor::MunicipalClerk
        })
    }
}

/// The zone of an office's clock; Japan's for every municipality and for a mission the tables no longer have.
pub fn zone_of(office: &OfficeCode) -> TimeZone {
    missions::mission(office.as_str())
        .and_then(|mission| TimeZone::get(&mission.zone).ok())
        .unwrap_or_else(japan)
}

/// An office as the tables know it: names, address, zone. None when they do not (a municipality that merged long ago).
pub fn office(code: &OfficeCode) -> Option<FrozenOffice> {
    let destination = if code.is_mission() {
        Destination::Mission(missions::mission(code.as_str())?)
    } else {
        Destination::Municipality(municipalities::municipality(code.as_str())?)
    };
    Some(FrozenOffice::of(destination))
}

/// The city of a mission, in Japanese and in English; municipalities keep Japan's time and need no name for it.
pub fn city(office: &OfficeCode) -> Option<(&'static str, &'static str)> {
    missions::mission(office.as_str())
        .map(|mission| (mission.city_ja.as_str(), mission.city_en.as_str()))
}

/// Japan: UTC+9, without summer time since 1952.
pub fn japan() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(9))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> OfficeCode {
        OfficeCode::parse(text).unwrap()
    }

    fn offices() -> CaseOffices {
        CaseOffices {
            filing: code("emb-gb"),
            register: code("141046"),
            pickup: code("131016"),
            paper: None,
        }
    }

    #[test]
    fn every_status_that_waits_for_somebody_lies_on_one_desk() {
        for status in Status::ALL {
            let waits = !status.has_ended() && status != Status::Draft;
            assert_eq!(offices().desk(status).is_some(), waits, "{}", status.code());
        }
        for (status, desk) in [
            (Status::Mailed, "emb-gb"),
            (Status::Received, "emb-gb"),
            (Status::Forwarded, "141046"),
            (Status::AtIssuer, "issuer"),
            (Status::Setup, "141046"),
            (Status::Shipped, "131016"),
            (Status::HandedOver, "131016"),
        ] {
            let found = offices().desk(status).unwrap();
            assert_eq!(found.as_str(), desk);
            assert_eq!(Desk::parse(desk), Ok(found));
        }
    }

    #[test]
    fn a_correction_lies_with_whoever_has_the_paper() {
        let moved_on = CaseOffices {
            paper: Some(code("141046")),
            ..offices()
        };
        for status in [Status::Received, Status::Defect] {
            assert_eq!(moved_on.desk(status).unwrap().as_str(), "141046");
        }
    }

    #[test]
    fn an_office_s_part_decides_what_its_clerks_are() {
        for (office, role) in [
            ("emb-gb", Some(Actor::ConsularClerk)),
            ("141046", Some(Actor::HonsekiClerk)),
            ("131016", Some(Actor::MunicipalClerk)),
            ("emb-fr", None),
            ("011002", None),
        ] {
            assert_eq!(offices().role_of(&code(office)), role, "{office}");
        }
        let filed_at_home = CaseOffices {
            filing: code("141046"),
            ..offices()
        };
        assert_eq!(
            filed_at_home.role_of(&code("141046")),
            Some(Actor::HonsekiClerk)
        );
    }

    #[test]
    fn dates_are_counted_where_the_office_is() {
        for (office, zone) in [("emb-gb", Some("Europe/London")), ("141046", None)] {
            assert_eq!(
                zone_of(&code(office)).iana_name(),
                zone,
                "{office}: Japan has no name here, only its offset"
            );
        }
        assert_eq!(
            office(&code("131016")).unwrap().name_ja,
            "東京都千代田区役所"
        );
        assert!(office(&code("emb-gb")).is_some());
        assert!(office(&code("emb-nowhere")).is_none());
    }
}
