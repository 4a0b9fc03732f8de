//! A form that is being filled in: the answers of each section as typed, read in the light of each other.
//!
//! Sections depend on one another in one direction only: the birth date decides about photo, certificates and representative; the country about the
//! advice on offices. A section that was fine can therefore get a problem when another one changes, and is read again each time.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Application;
use super::agent::{self, Agent};
use super::certificates::{self, Certificates};
use super::contact::{self, Contact};
use super::offices::{self, Offices};
use super::person::{self, Person};
use super::photo::{self, ChosenPhoto, Photo};
use super::register::{self, Register};
use super::section::{Section, SectionState};
use crate::domain::answers::{Answers, Checked, Problem};

/// The answers of a form as typed, and the photo that was chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    sections: BTreeMap<Section, Answers>,
    photo: Option<ChosenPhoto>,
}

static NOTHING: Answers = Answers::none();

impl Draft {
    /// Puts the answers of a section in place of what was there; fields that are not the section's own are dropped.
    pub fn set(&mut self, section: Section, answers: &Answers) {
        let own = answers
            .iter()
            .filter(|(field, _)| section.fields().contains(field))
            .collect();
        self.sections.insert(section, own);
    }

    /// Says which photo was chosen, if any.
    pub fn set_photo(&mut self, photo: Option<ChosenPhoto>) {
        self.photo = photo;
    }

    /// The answers of a section, none when it was not begun.
    pub fn answers(&self, section: Section) -> &Answers {
        self.sections.get(&section).unwrap_or(&NOTHING)
    }

    /// Reads every section as of `today` in Japan.
    pub fn read(&self, today: Date) -> Reading {
        let birth = person::birth_date_of(self.answers(Section::Person), today);
        let country = contact::country_of(self.answers(Section::Contact));
        Reading {
            begun: Section::ALL.map(|section| self.is_begun(section)),
            birth,
            today,
            person: person::read(self.answers(Section::Person), today),
            register: register::read(self.answers(Section::Register), birth, today),
            contact: contact::read(self.answers(Section::Contact)),
            photo: photo::read(self.answers(Section::Photo), birth, self.photo, today),
            offices: offices::read(self.answers(Section::Offices), country),
            certificates: certificates::read(self.answers(Section::Certs), birth, today),
            agent: agent::read(self.answers(Section::Agent), birth, today),
        }
    }

    /// A section of check boxes alone can be complete without an answer, so having been saved counts, not having been typed into. Which kind of card is
    /// asked for comes from the eligibility check and is no beginning.
    fn is_begun(&self, section: Section) -> bool {
        match section {
            Section::Certs => self.sections.contains_key(&section),
            Section::Photo => self.photo.is_some() || !self.answers(section).is_blank(),
            Section::Register => self.answers(section).iter().any(|(field, text)| {
                !matches!(field, "kind" | "reissue_reason") && !text.trim().is_empty()
            }),
            _ => !self.answers(section).is_blank(),
        }
    }
}

/// Every section of a draft, read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Which sections were begun, in the order of [`Section::ALL`].
    begun: [bool; 7],
    birth: Option<Date>,
    today: Date,
    /// Section "person".
    pub person: Checked<Person>,
    /// Section "register".
    pub register: Checked<Register>,
    /// Section "contact".
    pub contact: Checked<Contact>,
    /// Section "photo".
    pub photo: Checked<Photo>,
    /// Section "offices".
    pub offices: Checked<Offices>,
    /// Section "certs".
    pub certificates: Checked<Certificates>,
    /// Section "agent"; `Some(None)` when nobody acts for her.
    pub agent: Checked<Option<Agent>>,
}

impl Reading {
    /// What must be changed in a section, in the order of its page.
    pub fn problems(&self, section: Section) -> &[Problem] {
        match section {
            Section::Person => &self.person.problems,
            Section::Register => &self.register.problems,
            Section::Contact => &self.contact.problems,
            Section::Photo => &self.photo.problems,
            Section::Offices => &self.offices.problems,
            Section::Certs => &self.certificates.problems,
            Section::Agent => &self.agent.problems,
        }
    }

    /// What should be looked at in a section, and may be passed over.
    pub fn advice(&self, section: Section) -> &[Problem] {
        match section {
            Section::Person => &self.person.advice,
            Section::Register => &self.register.advice,
            Section::Contact => &self.contact.advice,
            Section::Photo => &self.photo.advice,
            Section::Offices => &self.offices.advice,
            Section::Certs => &self.certificates.advice,
            Section::Agent => &self.agent.advice,
        }
    }

    /// What the task list says.
    pub fn progress(&self) -> Progress {
        let mut states = Section::ALL.map(|section| (section, SectionState::NotStarted));
        for ((section, state), begun) in states.iter_mut().zip(self.begun) {
            *state = self.state(*section, begun);
        }
        Progress { states }
    }

    fn state(&self, section: Section, begun: bool) -> SectionState {
        match section {
            Section::Photo
                if self
                    .birth
                    .is_some_and(|birth| !photo::is_needed(birth, self.today)) =>
            {
                SectionState::NotNeeded
            }
            Section::Agent if !begun && self.birth.is_none() => SectionState::CannotStartYet,
            Section::Agent if self.agent.value == Some(None) => SectionState::NotNeeded,
            _ if !begun => SectionState::NotStarted,
            _ => {
                let problems = self.problems(section);
                if problems.is_empty() {
                    SectionState::Completed
                } else if problems.iter().all(|problem| is_only_missing(problem.kind)) {
                    SectionState::InProgress
                } else {
                    SectionState::Problem
                }
            }
        }
    }

    /// The whole application, or the sections that are not done. A section nobody opened is not done even if nothing in it is required.
    pub fn application(self) -> Result<Application, Vec<Section>> {
        let unfinished: Vec<Section> = self
            .progress()
            .states
            .into_iter()
            .filter(|(_, state)| !state.is_done())
            .map(|(section, _)| section)
            .collect();
        match (
            self.person.value,
            self.register.value,
            self.contact.value,
            self.photo.value,
            self.offices.value,
        ) {
            (Some(person), Some(register), Some(contact), Some(photo), Some(offices))
                if unfinished.is_empty() =>
            {
                match (self.certificates.value, self.agent.value) {
                    (Some(certificates), Some(agent)) => Ok(Application {
                        made_on: self.today,
                        person,
                        register,
                        contact,
                        photo,
                        offices,
                        certificates,
                        agent,
                    }),
                    _ => Err(unfinished),
                }
            }
            _ => Err(unfinished),
        }
    }
}

/// Whether a problem says no more than that something is still to be typed or chosen.
fn is_only_missing(kind: &str) -> bool {
    ["-empty", "-missing", "-choose", "-merged", "-ward"]
        .iter()
        .any(|end| kind.ends_with(end))
}

/// The task list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    states: [(Section, SectionState); 7],
}

impl Progress {
    /// Sections and states in the order of the journey.
    pub fn sections(&self) -> impl Iterator<Item = (Section, SectionState)> + '_ {
        self.states.iter().copied()
    }

    /// The state of one section.
    pub fn of(&self, section: Section) -> SectionState {
        self.sections()
            .find(|(one, _)| *one == section)
            .map_or(SectionState::NotStarted, |(_, state)| state)
    }

    /// How many sections are done; those not needed count as done.
    pub fn done(&self) -> usize {
        self.sections().filter(|(_, state)| state.is_done()).count()
    }

    /// How many sections there are.
    pub fn total(&self) -> usize {
        self.states.len()
    }

    /// The first section that is not done: where "continue" leads. None when everything is: then it is the check page.
    pub fn next(&self) -> Option<Section> {
        self.sections()
            .find(|(_, state)| !state.is_done())
            .map(|(section, _)| section)
    }

    /// The first section after `section` that is not done, or, when there is none, the first of all: where "save and continue" leads.
    pub fn next_after(&self, section: Section) -> Option<Section> {
        self.sections()
            .find(|(one, state)| *one > section && !state.is_done())
            .map(|(one, _)| one)
            .or_else(|| self.next())
    }

    /// The state of the last row, "check and make the form".
    pub fn review(&self) -> SectionState {
        if self.next().is_none() {
            SectionState::NotStarted
        } else {
            SectionState::CannotStartYet
        }
    }
}
