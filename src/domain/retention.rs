//! How long what is kept, from when, and why (overseas-card.md §11.5): one table, which the purge, the administrators' page and the privacy text all read.
//!
//! Nothing else may delete by age. What the law keeps elsewhere (the issuer's form for fifteen years) is not here: this service never had it.

/// From when a period runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// The last time its owner did something.
    LastActivity,
    /// The day the form was made.
    FormMade,
    /// The day the case ended, however it did.
    CaseEnded,
    /// The moment it was written.
    Written,
    /// The moment it stopped working.
    Expired,
    /// The moment it was finished.
    Finished,
    /// The last time the address was proven.
    Proven,
}

impl Since {
    /// Its word in addresses and catalogue keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LastActivity => "last-activity",
            Self::FormMade => "form-made",
            Self::CaseEnded => "case-ended",
            Self::Written => "written",
            Self::Expired => "expired",
            Self::Finished => "finished",
            Self::Proven => "proven",
        }
    }
}

/// One rule: this is kept so many days from then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionRule {
    /// What, as in destruction records and catalogue keys.
    pub what: &'static str,
    /// Days.
    pub days: i64,
    /// From when.
    pub since: Since,
}

const fn rule(what: &'static str, days: i64, since: Since) -> RetentionRule {
    RetentionRule { what, days, since }
}

/// Drafts that nobody goes on with.
pub const DRAFTS: RetentionRule = rule("drafts", 30, Since::LastActivity);
/// Forms that never arrived.
pub const FORMS: RetentionRule = rule("forms", 90, Since::FormMade);
/// What is left of them: receipt number and dates, so that a late letter is answered with "expired".
pub const SHELLS: RetentionRule = rule("shells", 90, Since::Expired);
/// Photos of cases that ended.
pub const PHOTOS: RetentionRule = rule("photos", 30, Since::CaseEnded);
/// Filed cases that ended: questions, disputes, second notices.
pub const CASES: RetentionRule = rule("cases", 365, Since::CaseEnded);
/// Addresses that neither an application nor a session needs.
pub const MAILBOXES: RetentionRule = rule("mailboxes", 30, Since::Proven);
/// Codes, links, and addresses that were never proven.
pub const CODES: RetentionRule = rule("codes", 1, Since::Expired);
/// Sessions of applicants.
pub const SESSIONS: RetentionRule = rule("sessions", 30, Since::Expired);
/// Sessions of staff: the list of sign-ins.
pub const STAFF_SESSIONS: RetentionRule = rule("staff-sessions", 90, Since::Expired);
/// Counters of tries.
pub const COUNTERS: RetentionRule = rule("counters", 2, Since::Written);
/// Keys of repeated forms.
pub const KEYS: RetentionRule = rule("keys", 7, Since::Written);
/// Forms posted without a session.
pub const KEPT_POSTS: RetentionRule = rule("kept-posts", 1, Since::Written);
/// Finished jobs.
pub const JOBS: RetentionRule = rule("jobs", 30, Since::Finished);
/// What mails said.
pub const MAIL_BODIES: RetentionRule = rule("mail-bodies", 90, Since::Written);
/// That a mail was sent.
pub const MAIL_RECORDS: RetentionRule = rule("mail-records", 365, Since::Written);
/// The audit: seven years, the law's figure for records of exchange (番号利用法 23条). The program never deletes it; who owns the database may, then.
pub const AUDIT: RetentionRule = rule("audit", 2557, Since::Written);

/// Files of results that the issuer sent, with the answer to every row. What they say about a case is in the case; a batch's rows go with theirs.
pub const RESULT_FILES: RetentionRule = rule("result-files", 365, Since::Finished);
/// Keys of the exchange that were revoked or retired: as long as the audit names them.
pub const EXCHANGE_KEYS: RetentionRule = rule("exchange-keys", AUDIT.days, Since::Expired);

/// Every rule, in the order of the page.
pub const RULES: [RetentionRule; 18] = [
    DRAFTS,
    FORMS,
    SHELLS,
    PHOTOS,
    CASES,
    MAILBOXES,
    MAIL_BODIES,
    MAIL_RECORDS,
    CODES,
    SESSIONS,
    STAFF_SESSIONS,
    KEPT_POSTS,
    KEYS,
    COUNTERS,
    JOBS,
    RESULT_FILES,
    EXCHANGE_KEYS,
    AUDIT,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_in_the_table_once() {
        for (index, rule) in RULES.iter().enumerate() {
            let first = RULES.iter().position(|other| other.what == rule.what);
            assert_eq!(first, Some(index), "{}", rule.what);
            assert!(rule.days > 0, "{}", rule.what);
        }
    }

    #[test]
    fn the_periods_of_the_proposal_stand() {
        for (rule, days) in [
            (DRAFTS, 30),
            (FORMS, 90),
            (CASES, 365),
            (MAIL_BODIES, 90),
            (MAIL_RECORDS, 365),
            (PHOTOS, 30),
            (AUDIT, 7 * 365 + 2),
        ] {
            assert_eq!(rule.days, days, "{}", rule.what);
        }
    }
}
