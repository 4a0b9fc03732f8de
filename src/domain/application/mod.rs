//! The application: seven sections of answers, each read into a valid value or into problems, and the whole that is frozen when the form is made.
//!
//! A section's file names its fields and has `read(answers, …) -> Checked<Section>`: typed text in, a value or problems and advice out. [`draft::Draft`] reads
//! all of them in the light of each other, says how far the form is, and gives the [`Application`] when everything is there. [`frozen::FrozenForm`] is
//! what a printed revision says, for ever. Neither a My Number nor a PIN has a field anywhere.
//!
//! [`KINDS`] lists every kind of problem and advice with the facts its text may mention; the catalogue has the words.

pub mod agent;
pub mod certificates;
pub mod contact;
mod dates;
pub mod draft;
pub mod frozen;
pub mod kind;
mod kinds;
pub mod municipality;
pub mod office;
pub mod offices;
pub mod person;
pub mod photo;
pub mod posting;
mod reading;
pub mod register;
pub mod section;

use jiff::civil::Date;

pub use kinds::KINDS;

use super::deadline;
use agent::Agent;
use certificates::Certificates;
use contact::Contact;
use offices::{Offices, Place};
use person::Person;
use photo::Photo;
use register::Register;

use crate::reference::municipalities::Municipality;

/// A whole, consistent application as of the day its form is made. Only [`draft::Reading::application`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    made_on: Date,
    person: Person,
    register: Register,
    contact: Contact,
    photo: Photo,
    offices: Offices,
    certificates: Certificates,
    agent: Option<Agent>,
}

/// Where a place of [`Place`] leads once the honseki is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// An embassy or consulate.
    Mission(&'static crate::reference::missions::Mission),
    /// The municipality that keeps the register (for a place in the Northern Territories: Nemuro).
    Honseki(&'static Municipality),
    /// Another municipality.
    Municipality(&'static Municipality),
}

impl Application {
    /// The day the form is made, in Japan.
    pub fn made_on(&self) -> Date {
        self.made_on
    }

    /// Who applies.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// What for, and where the register is.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// How to reach her.
    pub fn contact(&self) -> &Contact {
        &self.contact
    }

    /// What becomes of the photo box.
    pub fn photo(&self) -> &Photo {
        &self.photo
    }

    /// Certificates and braille.
    pub fn certificates(&self) -> &Certificates {
        &self.certificates
    }

    /// Who acts for her.
    pub fn agent(&self) -> Option<&Agent> {
        self.agent.as_ref()
    }

    /// Where the form is handed in.
    pub fn filing(&self) -> Destination {
        self.destination(self.offices.filing)
    }

    /// Where the card is collected.
    pub fn pickup(&self) -> Destination {
        self.destination(self.offices.pickup)
    }

    /// The last day to hand the form in.
    pub fn deadline(&self) -> Date {
        deadline::form_deadline(self.made_on, self.photo.taken_on())
    }

    fn destination(&self, place: Place) -> Destination {
        Destination::of(place, self.register.honseki)
    }
}

impl Destination {
    /// Where `place` leads when `honseki` keeps the register. A municipality chosen for a stay in Japan that keeps the register is the honseki: the case
    /// skips the forwarding.
    pub fn of(place: Place, honseki: &'static Municipality) -> Self {
        let keeper = honseki.koseki_office().unwrap_or(honseki);
        match place {
            Place::Mission(mission) => Self::Mission(mission),
            Place::Honseki => Self::Honseki(keeper),
            Place::Municipality(municipality) if municipality.code == keeper.code => {
                Self::Honseki(keeper)
            }
            Place::Municipality(municipality) => Self::Municipality(municipality),
        }
    }
}

#[cfg(test)]
mod tests;
