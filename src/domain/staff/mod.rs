//! People who work with cases: what each role may be combined with, who belongs to an office, how an account is named.
//!
//! A person has one account and an account one person; there are no shared ones. Clerks, approvers and managers belong to one office and see its cases
//! only. The issuer's operators, administrators and auditors belong to none and have that one role: who administers accounts reads no cases, and who
//! reads the log changes nothing (番号法ガイドライン, 安全管理措置: 技術的安全管理措置 a).

pub mod new_password;
pub mod training;
pub mod user_id;

use std::collections::BTreeSet;

use thiserror::Error;

use super::office_code::OfficeCode;

/// What a member of staff is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Clerk of an embassy or consulate.
    Consular,
    /// Clerk of a municipality.
    Municipal,
    /// Operator at the card issuer.
    Issuer,
    /// The second person, who agrees or sends back.
    Approver,
    /// Keeps the settings of one office.
    OfficeManager,
    /// Keeps accounts, offices and tables; sees no cases.
    Administrator,
    /// Reads the audit log; sees no personal data.
    Auditor,
}

impl Role {
    /// Every role, in the order pages list them.
    pub const ALL: [Self; 7] = [
        Self::Consular,
        Self::Municipal,
        Self::Issuer,
        Self::Approver,
        Self::OfficeManager,
        Self::Administrator,
        Self::Auditor,
    ];

    /// The word in the database, in forms and in logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Consular => "consular",
            Self::Municipal => "municipal",
            Self::Issuer => "issuer",
            Self::Approver => "approver",
            Self::OfficeManager => "office_manager",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// Whether who has it belongs to an office.
    pub const fn is_of_an_office(self) -> bool {
        match self {
            Self::Consular | Self::Municipal | Self::Approver | Self::OfficeManager => true,
            Self::Issuer | Self::Administrator | Self::Auditor => false,
        }
    }
}

/// Why roles cannot be given as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AssignmentError {
    /// No role at all.
    #[error("no role is chosen")]
    NoRole,
    /// The issuer's operator, administrator and auditor have no other role.
    #[error("{} cannot be combined with another role", .0.as_str())]
    StandsAlone(Role),
    /// The role needs an office, and none is named.
    #[error("an office is missing")]
    OfficeMissing,
    /// The role belongs to no office, and one is named.
    #[error("{} belongs to no office", .0.as_str())]
    OfficeNotAllowed(Role),
    /// A consular clerk at a municipality, or the other way round.
    #[error("{} does not fit this office", .0.as_str())]
    WrongKindOfOffice(Role),
}

/// The roles of one person and the office they are for: always a combination that is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    roles: BTreeSet<Role>,
    office: Option<OfficeCode>,
}

impl Assignment {
    /// Roles at an office, or one of the roles without one.
    pub fn new(
        roles: impl IntoIterator<Item = Role>,
        office: Option<OfficeCode>,
    ) -> Result<Self, AssignmentError> {
        let roles: BTreeSet<Role> = roles.into_iter().collect();
        if roles.is_empty() {
            return Err(AssignmentError::NoRole);
        }
        let alone = roles.iter().copied().find(|role| !role.is_of_an_office());
        match (alone, &office) {
            (Some(role), _) if roles.len() > 1 => return Err(AssignmentError::StandsAlone(role)),
            (Some(role), Some(_)) => return Err(AssignmentError::OfficeNotAllowed(role)),
            (None, None) => return Err(AssignmentError::OfficeMissing),
            (Some(_), None) | (None, Some(_)) => {}
        }
        if let Some(office) = &office {
            let foreign = if office.is_mission() {
                Role::Municipal
            } else {
                Role::Consular
            };
            if roles.contains(&foreign) {
                return Err(AssignmentError::WrongKindOfOffice(foreign));
            }
        }
        Ok(Self { roles, office })
    }

    /// The office, for the roles that have one.
    pub fn office(&self) -> Option<&OfficeCode> {
        self.office.as_ref()
    }

    /// The roles, in the order pages list them.
    pub fn roles(&self) -> impl Iterator<Item = Role> {
        self.roles.iter().copied()
    }

    /// Whether `role` is among them.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether any of `roles` is among them.
    pub fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has(*role))
    }

    /// The roles as one text for logs: `consular,approver`.
    pub fn as_text(&self) -> String {
        let words: Vec<&str> = self.roles().map(Role::as_str).collect();
        words.join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assigned(roles: &[Role], office: &str) -> Result<Assignment, AssignmentError> {
        let office = (!office.is_empty()).then(|| OfficeCode::parse(office).unwrap());
        Assignment::new(roles.iter().copied(), office)
    }

    #[test]
    fn only_combinations_that_keep_duties_apart_exist() {
        use AssignmentError as E;
        use Role as R;
        for (roles, office, expected) in [
            (&[R::Consular][..], "emb-gb", Ok(())),
            (
                &[R::Consular, R::Approver, R::OfficeManager],
                "emb-gb",
                Ok(()),
            ),
            (&[R::Municipal, R::Approver], "131016", Ok(())),
            (&[R::Approver], "131016", Ok(())),
            (&[R::OfficeManager], "emb-gb", Ok(())),
            (&[R::Issuer], "", Ok(())),
            (&[R::Administrator], "", Ok(())),
            (&[R::Auditor], "", Ok(())),
            (&[], "emb-gb", Err(E::NoRole)),
            (&[R::Consular], "", Err(E::OfficeMissing)),
            (
                &[R::Consular],
                "131016",
                Err(E::WrongKindOfOffice(R::Consular)),
            ),
            (
                &[R::Municipal],
                "emb-gb",
                Err(E::WrongKindOfOffice(R::Municipal)),
            ),
            (
                &[R::Consular, R::Municipal],
                "emb-gb",
                Err(E::WrongKindOfOffice(R::Municipal)),
            ),
            (&[R::Issuer], "emb-gb", Err(E::OfficeNotAllowed(R::Issuer))),
            (
                &[R::Administrator, R::Auditor],
                "",
                Err(E::StandsAlone(R::Administrator)),
            ),
            (
                &[R::Consular, R::Administrator],
                "emb-gb",
                Err(E::StandsAlone(R::Administrator)),
            ),
            (
                &[R::Approver, R::Issuer],
                "",
                Err(E::StandsAlone(R::Issuer)),
            ),
        ] {
            assert_eq!(
                assigned(roles, office).map(|_| ()),
                expected,
                "{roles:?} at {office:?}"
            );
        }
    }

    #[test]
    fn every_role_is_read_by_its_word() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("root"), None);
    }

    #[test]
    fn roles_are_listed_in_one_order() {
        let assignment = assigned(&[Role::OfficeManager, Role::Consular], "emb-gb").unwrap();
        assert_eq!(assignment.as_text(), "consular,office_manager");
        assert!(assignment.has(Role::Consular) && !assignment.has(Role::Approver));
        assert!(assignment.has_any(&[Role::Issuer, Role::OfficeManager]));
        assert!(!assignment.has_any(&[]));
    }
}
