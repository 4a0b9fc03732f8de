//! An office's own word goes before the tables: on the cover sheet, the label and the mail of a form that is made now.

use super::settings::{OfficeForm, OfficeSettings};
use crate::domain::application::kind::ApplicationKind;
use crate::domain::application::office::{AddressBasis, FrozenOffice, OfficeKind};

impl FrozenOffice {
    /// The office with its own word about where it is and whether this kind of form may be posted to it, in place of what the tables know.
    #[must_use]
    pub fn as_told(mut self, said: &OfficeSettings, kind: ApplicationKind) -> Self {
        let rule = said.mail_rule(OfficeForm::of(kind));
        (self.mail_policy, self.mail_conditions) = (rule.policy, rule.conditions);
        let place = &said.whereabouts;
        if let Some(address) = &place.address {
            self.address = Some(address.clone());
            self.address_basis = AddressBasis::Own;
            self.postcode.clone_from(&place.postcode);
        } else if place.postcode.is_some() {
            self.postcode.clone_from(&place.postcode);
        }
        if !place.address_latin.is_empty() {
            self.address_latin.clone_from(&place.address_latin);
            self.address_basis = AddressBasis::Own;
        } else if place.address.is_some() && self.kind == OfficeKind::Mission {
            let country = self.address_latin.last().cloned();
            self.address_latin = place.address.clone().into_iter().chain(country).collect();
        }
        for (known, own) in [
            (&mut self.phone, &place.phone),
            (&mut self.website, &place.website),
        ] {
            if own.is_some() {
                known.clone_from(own);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::{Bilingual, MailRule};
    use super::*;
    use crate::domain::application::Destination;
    use crate::domain::application::office::MailPolicy;
    use crate::reference::missions;

    #[test]
    fn an_offices_own_word_goes_before_the_tables() {
        let london = missions::mission("emb-gb").unwrap();
        let table = FrozenOffice::of(Destination::Mission(london));
        let silent = table
            .clone()
            .as_told(&OfficeSettings::default(), ApplicationKind::New);
        assert_eq!(silent, table, "what was not said changes nothing");
        let mut said = OfficeSettings::default();
        said.whereabouts.address = Some("1 New Street, London".to_owned());
        said.whereabouts.phone = Some("+44 20 0000 0000".to_owned());
        let rule = MailRule {
            policy: MailPolicy::Refused,
            conditions: Bilingual::default(),
        };
        said.mail = vec![(OfficeForm::Reissue, rule)];
        let told = table.clone().as_told(&said, ApplicationKind::Reissue);
        assert_eq!(told.mail_policy, MailPolicy::Refused);
        assert_eq!(
            told.address_latin,
            ["1 New Street, London", "UNITED KINGDOM"]
        );
        assert_eq!(
            (told.address_basis, told.phone.as_deref(), &told.website),
            (AddressBasis::Own, Some("+44 20 0000 0000"), &table.website)
        );
        let new = table.as_told(&said, ApplicationKind::New);
        assert_eq!(new.mail_policy, MailPolicy::Unknown, "another form");
    }
}
