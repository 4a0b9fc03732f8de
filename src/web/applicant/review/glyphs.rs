//! Characters that no font can print, said where they are typed and again before the form is made. The domain cannot know fonts, so this is here.
//!
//! In a name the place stays empty, to be written by hand; a line of an address that cannot be printed is left out. Nothing is replaced by a likeness.

use crate::documents::fonts::Fonts;
use crate::domain::answers::Problem;
use crate::domain::application::draft::Reading;
use crate::domain::application::section::Section;

/// What cannot be printed of a section's valid answers: for each field one piece of advice that names its characters.
pub fn advice(fonts: &Fonts, reading: &Reading, section: Section) -> Vec<Problem> {
    printed(reading, section)
        .into_iter()
        .filter_map(|(field, kind, text)| {
            let gaps: Vec<String> = fonts
                .missing(text)
                .into_iter()
                .map(|gap| gap.character)
                .collect();
            (!gaps.is_empty()).then(|| Problem::new(field, kind).with("c", gaps.join(" ")))
        })
        .collect()
}

/// The typed values of a section that the sheets repeat, with their fields and what is said about a gap in them.
fn printed(reading: &Reading, section: Section) -> Vec<(&'static str, &'static str, &str)> {
    match section {
        Section::Person => reading
            .person
            .value
            .as_ref()
            .map_or_else(Vec::new, |person| {
                vec![
                    ("family", "advice-family-glyph", person.family.as_str()),
                    ("given", "advice-given-glyph", person.given.as_str()),
                ]
            }),
        Section::Contact => {
            let address = reading
                .contact
                .value
                .as_ref()
                .and_then(|contact| contact.address.as_ref());
            address
                .map(|address| ("address", "advice-address-glyph", address.as_str()))
                .into_iter()
                .collect()
        }
        Section::Agent => reading
            .agent
            .value
            .as_ref()
            .and_then(Option::as_ref)
            .map_or_else(Vec::new, |agent| {
                vec![
                    ("agent_name", "advice-agent_name-glyph", agent.name.as_str()),
                    (
                        "agent_address",
                        "advice-agent_address-glyph",
                        agent.address.as_str(),
                    ),
                ]
            }),
        Section::Register | Section::Photo | Section::Offices | Section::Certs => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::documents::fonts::{FontSettings, IpamjMincho};
    use crate::domain::application::draft::Draft;

    fn said(section: Section, answers: &[(&str, &str)]) -> Vec<(&'static str, String)> {
        let fonts = Fonts::load(&FontSettings {
            ipamj_mincho: IpamjMincho::Never,
        })
        .unwrap();
        let mut draft = Draft::default();
        draft.set(section, &answers.iter().copied().collect());
        let reading = draft.read(date(2026, 11, 24));
        let problems = reading.problems(section);
        assert!(problems.is_empty(), "{problems:?}");
        advice(&fonts, &reading, section)
            .into_iter()
            .map(|problem| (problem.kind, problem.facts[0].1.clone()))
            .collect()
    }

    #[test]
    fn a_character_without_a_glyph_is_named_beside_its_field() {
        let person = |family| {
            [
                ("family", family),
                ("given", "花子"),
                ("family_kana", "ヤマダ"),
                ("given_kana", "ハナコ"),
                ("dob_y", "1988"),
                ("dob_m", "4"),
                ("dob_d", "27"),
                ("sex", "f"),
            ]
        };
        assert_eq!(said(Section::Person, &person("𠮷田")), []);
        assert_eq!(
            said(Section::Person, &person("渡邉\u{E01EF}")),
            [("advice-family-glyph", "邉\u{E01EF}".to_owned())]
        );
        let contact = |address| {
            [
                ("tel", "+44 20 7946 0000"),
                ("country", "GB"),
                ("address", address),
            ]
        };
        assert_eq!(
            said(
                Section::Contact,
                &contact("1 Example Street\nLondon SW1A 1AA")
            ),
            []
        );
        assert_eq!(
            said(Section::Contact, &contact("กขก\nLondon SW1A 1AA")),
            [("advice-address-glyph", "ก ข".to_owned())]
        );
    }
}
