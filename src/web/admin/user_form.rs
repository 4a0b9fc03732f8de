//! What an administrator types about a member of staff, read into details that can exist.

use jiff::civil::Date;

use crate::domain::answers::{Answers, Problem};
use crate::domain::calendar::{self, DateError};
use crate::domain::email::EmailAddress;
use crate::domain::free_text;
use crate::domain::office_code::OfficeCode;
use crate::domain::staff::user_id::{UserId, UserIdError};
use crate::domain::staff::{Assignment, AssignmentError, Role};
use crate::domain::text;
use crate::reference::{missions, municipalities};
use crate::storage::staff::{StaffDetails, StaffMember};

const LONGEST_NAME: usize = 60;

/// The name of a role's box.
pub fn role_field(role: Role) -> String {
    format!("role_{}", role.as_str())
}

/// The form of an account as it is.
pub fn answers_of(member: &StaffMember) -> Answers {
    let mut answers: Answers = [
        ("name", member.name.clone()),
        ("email", member.email.clone()),
        ("version", member.version.to_string()),
        (
            "office",
            member
                .assignment
                .office()
                .map(ToString::to_string)
                .unwrap_or_default(),
        ),
    ]
    .into_iter()
    .collect();
    for role in member.assignment.roles() {
        answers.set(role_field(role), "yes");
    }
    if let Some(day) = member.trained_on {
        answers.set("trained_y", day.year().to_string());
        answers.set("trained_m", day.month().to_string());
        answers.set("trained_d", day.day().to_string());
    }
    answers
}

/// The user id of a new account.
pub fn read_user_id(answers: &Answers) -> Result<UserId, Problem> {
    UserId::parse(answers.get("user")).map_err(|error| {
        Problem::new(
            "user",
            match error {
                UserIdError::Empty => "error-staff-user-empty",
                UserIdError::Form => "error-staff-user-form",
            },
        )
    })
}

/// Everything else. Problems are in the order of the page.
pub fn read_details(answers: &Answers, today: Date) -> Result<StaffDetails, Vec<Problem>> {
    let name = free_text::one_line(answers.get("name"), LONGEST_NAME)
        .map_err(|_unusable| Problem::new("name", "error-staff-name"));
    let email = EmailAddress::parse(answers.get("email"))
        .map_err(|_unusable| Problem::new("email", "error-staff-email"));
    let assignment = read_assignment(answers);
    let trained_on = read_training(answers, today);
    match (name, email, assignment, trained_on) {
        (Ok(name), Ok(email), Ok(assignment), Ok(trained_on)) => Ok(StaffDetails {
            name,
            email: email.as_str().to_owned(),
            assignment,
            trained_on: Some(trained_on),
        }),
        (name, email, assignment, trained_on) => {
            Err(
                [name.err(), email.err(), assignment.err(), trained_on.err()]
                    .into_iter()
                    .flatten()
                    .collect(),
            )
        }
    }
}

fn read_assignment(answers: &Answers) -> Result<Assignment, Problem> {
    let roles = Role::ALL
        .into_iter()
        .filter(|role| answers.is(&role_field(*role), "yes"));
    let office = read_office(answers.get("office"))?;
    Assignment::new(roles, office).map_err(|error| match error {
        AssignmentError::NoRole => Problem::new("roles", "error-staff-roles-empty"),
        AssignmentError::StandsAlone(_) => Problem::new("roles", "error-staff-roles-alone"),
        AssignmentError::OfficeMissing => Problem::new("office", "error-staff-office-empty"),
        AssignmentError::OfficeNotAllowed(_) => Problem::new("office", "error-staff-office-none"),
        AssignmentError::WrongKindOfOffice(_) => Problem::new("office", "error-staff-office-kind"),
    })
}

/// An office by its code, or by its whole name where only one is called so.
fn read_office(typed: &str) -> Result<Option<OfficeCode>, Problem> {
    let typed = text::trimmed(typed);
    if typed.is_empty() {
        return Ok(None);
    }
    let folded = text::ascii_folded(typed).to_ascii_lowercase();
    let is_known =
        missions::mission(&folded).is_some() || municipalities::municipality(&folded).is_some();
    let code = if is_known {
        Some(folded)
    } else {
        code_of_name(typed)
    };
    let code = code.and_then(|code| OfficeCode::parse(&code).ok());
    code.map(Some)
        .ok_or_else(|| Problem::new("office", "error-staff-office-unknown"))
}

fn code_of_name(name: &str) -> Option<String> {
    let of_missions = missions::known()
        .filter(|mission| mission.name_ja == name || mission.name_en.eq_ignore_ascii_case(name))
        .map(|mission| mission.id.clone());
    let of_municipalities = municipalities::municipalities()
        .iter()
        .filter(|municipality| municipality.full_name() == name || municipality.name == name)
        .map(|municipality| municipality.code.clone());
    let mut found = of_missions.chain(of_municipalities);
    let only = found.next();
    // 府中市 is in Tokyo and in Hiroshima: such a name says nothing.
    if found.next().is_some() { None } else { only }
}

fn read_training(answers: &Answers, today: Date) -> Result<Date, Problem> {
    let problem = |kind| Problem::new("trained", kind);
    let typed = calendar::read_date(
        answers.get("trained_y"),
        answers.get("trained_m"),
        answers.get("trained_d"),
    );
    match typed.map(|day| day.map(|day| calendar::not_after(day, today))) {
        Ok(Some(Ok(day))) => Ok(day),
        Ok(None) => Err(problem("error-staff-trained-empty")),
        Ok(Some(Err(DateError::Future))) => Err(problem("error-staff-trained-future")),
        _ => Err(problem("error-staff-trained-form")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 24);

    fn typed(changes: &[(&str, &str)]) -> Answers {
        let mut answers: Answers = [
            ("name", "見本 花子"),
            ("email", "hanako@office.example"),
            ("office", "emb-gb"),
            ("role_consular", "yes"),
            ("trained_y", "2026"),
            ("trained_m", "4"),
            ("trained_d", "1"),
        ]
        .into_iter()
        .collect();
        for (field, text) in changes {
            answers.set(*field, *text);
        }
        answers
    }

    #[test]
    fn each_mistake_is_named_at_its_field() {
        for (changes, expected) in [
            (&[("name", "")][..], "name error-staff-name"),
            (&[("name", "a\r\nBcc: x")], "name error-staff-name"),
            (&[("email", "hanako")], "email error-staff-email"),
            (&[("role_consular", "")], "roles error-staff-roles-empty"),
            (&[("role_auditor", "yes")], "roles error-staff-roles-alone"),
            (&[("office", "")], "office error-staff-office-empty"),
            (&[("office", "131016")], "office error-staff-office-kind"),
            (&[("office", "emb-xx")], "office error-staff-office-unknown"),
            (&[("office", "府中市")], "office error-staff-office-unknown"),
            (
                &[("role_consular", ""), ("role_auditor", "yes")],
                "office error-staff-office-none",
            ),
            (
                &[("trained_y", ""), ("trained_m", ""), ("trained_d", "")],
                "trained error-staff-trained-empty",
            ),
            (&[("trained_d", "31")], "trained error-staff-trained-form"),
            (&[("trained_m", "12")], "trained error-staff-trained-future"),
        ] {
            let problems = read_details(&typed(changes), TODAY).unwrap_err();
            let found: Vec<String> = problems
                .iter()
                .map(|one| format!("{} {}", one.field, one.kind))
                .collect();
            assert_eq!(found, [expected], "{changes:?}");
        }
    }

    #[test]
    fn offices_are_known_by_code_and_by_whole_name() {
        for (office, expected) in [
            (" EMB-GB ", "emb-gb"),
            ("在英国日本国大使館", "emb-gb"),
            ("ｅｍｂ－ｇｂ", "emb-gb"),
        ] {
            let details = read_details(&typed(&[("office", office)]), TODAY).unwrap();
            assert_eq!(details.assignment.office().unwrap().as_str(), expected);
        }
        let clerk = typed(&[
            ("office", "千代田区"),
            ("role_consular", ""),
            ("role_municipal", "yes"),
        ]);
        let details = read_details(&clerk, TODAY).unwrap();
        assert_eq!(details.assignment.office().unwrap().as_str(), "131016");
    }

    #[test]
    fn what_is_stored_is_what_the_form_shows() {
        let member = StaffMember {
            id: crate::storage::staff::StaffId(7),
            user_id: "hanako".to_owned(),
            name: "見本 花子".to_owned(),
            email: "hanako@office.example".to_owned(),
            assignment: read_details(&typed(&[]), TODAY).unwrap().assignment,
            trained_on: Some(date(2026, 4, 1)),
            has_password: true,
            has_second_factor: true,
            version: 3,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            deactivated_at: None,
        };
        let again = read_details(&answers_of(&member), TODAY).unwrap();
        assert_eq!(again.assignment, member.assignment);
        assert_eq!(
            (again.name, again.email, again.trained_on),
            (member.name.clone(), member.email.clone(), member.trained_on)
        );
    }
}
