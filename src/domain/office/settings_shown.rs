//! The settings of an office as its page shows them again: the fields of [`settings_form`](super::settings_form), filled in.

use super::closing::{self, Suggestion};
use super::hours;
use super::settings::OfficeSettings;
use super::settings_form::{CLOSE, HOURS, MAIL, POLICIES};
use crate::domain::answers::Answers;

/// The settings as the page shows them.
pub fn answers_of(settings: &OfficeSettings) -> Answers {
    let mut answers = Answers::default();
    if let Some(week) = &settings.hours {
        for (field, day) in HOURS.into_iter().zip(hours::WEEK) {
            let openings = week.on(day);
            let closed = if openings.is_empty() { "-" } else { "" };
            answers.set(field, hours::written(openings) + closed);
        }
    }
    answers.set("closing", closing::written(&settings.closing_days));
    for fields in &MAIL {
        let rule = settings.mail_rule(fields.form);
        let value = POLICIES.iter().find(|(policy, _)| *policy == rule.policy);
        answers.set(fields.policy, value.map_or("unknown", |(_, value)| *value));
        answers.set(fields.ja, rule.conditions.ja);
        answers.set(fields.en, rule.conditions.en);
    }
    answers.set("booking", settings.booking.as_str());
    answers.set("proxy", settings.proxy.as_str());
    answers.set("pins", settings.pins.as_str());
    let place = &settings.whereabouts;
    for (ja, en, words) in [
        ("booking_ja", "booking_en", &settings.booking_how),
        ("proxy_ja", "proxy_en", &settings.proxy_how),
        (
            "ids_application_ja",
            "ids_application_en",
            &settings.ids_at_application,
        ),
        ("ids_pickup_ja", "ids_pickup_en", &settings.ids_at_pickup),
        ("counter_ja", "counter_en", &place.counter),
        ("remarks_ja", "remarks_en", &settings.remarks),
    ] {
        answers.set(ja, &words.ja);
        answers.set(en, &words.en);
    }
    let terms = &settings.terms;
    answers.set("first_days", terms.first_days.to_string());
    answers.set("second_days", terms.second_days.to_string());
    answers.set("shipment_days", terms.shipment_days.to_string());
    answers.set("transfer_days", terms.transfer_days.to_string());
    answers.set("disposal_days", terms.disposal_days.to_string());
    let reminders: Vec<String> = terms
        .reminder_days
        .iter()
        .map(ToString::to_string)
        .collect();
    answers.set("reminder_days", reminders.join(", "));
    answers.set("address_latin", place.address_latin.join("\n"));
    for (field, text) in [
        ("postcode", &place.postcode),
        ("address", &place.address),
        ("phone", &place.phone),
        ("website", &place.website),
    ] {
        answers.set(field, text.clone().unwrap_or_default());
    }
    answers
}

/// The name and the value of a suggested day's box.
pub fn box_of(suggestion: &Suggestion) -> (String, String) {
    let name = &suggestion.day.name;
    let value = [name.ja.as_str(), name.en.as_str()].join(" / ");
    (format!("{CLOSE}{}", suggestion.day.date), value)
}
