//! The demo's members of staff: one for every role, at several offices. All are invented; their password and secrets are made anew for each folder.
//!
//! Each folder keeps what it made in `staff.json`, readable for its owner alone, so that a second start on the same data prints the same accounts.

use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::clock::{Clock, SystemClock};
use crate::commands::Service;
use crate::domain::office_code::OfficeCode;
use crate::domain::staff::user_id::UserId;
use crate::domain::staff::{Assignment, Role};
use crate::security::password;
use crate::security::random;
use crate::security::totp::TotpSecret;
use crate::storage::staff::{StaffDetails, StaffId};
use crate::storage::staff_acts::{self, Act};
use crate::storage::{Db, StoreError, staff, staff_credentials};
use crate::web::office::enrolment;

/// An account as `demo.json` shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Account {
    pub(super) role: String,
    pub(super) office: String,
    pub(super) user: String,
    pub(super) name: String,
    pub(super) password: String,
    pub(super) totp_secret: String,
}

/// User id, name, roles, office. Two people of an office count a shipment, so the second persons are clerks too; Chiyoda has a second clerk.
type Invented = (&'static str, &'static str, &'static [Role], &'static str);

const INVENTED: &[Invented] = &[
    (
        "london.madoguchi",
        "見本 さくら",
        &[Role::Consular],
        "emb-gb",
    ),
    (
        "london.shonin",
        "見本 健一",
        &[Role::Consular, Role::Approver],
        "emb-gb",
    ),
    (
        "london.sekinin",
        "見本 直子",
        &[Role::OfficeManager],
        "emb-gb",
    ),
    (
        "newyork.madoguchi",
        "見本 恵",
        &[Role::Consular, Role::Approver],
        "cg-us-new-york",
    ),
    (
        "newyork.shonin",
        "見本 翔",
        &[Role::Consular, Role::Approver],
        "cg-us-new-york",
    ),
    (
        "chiyoda.madoguchi",
        "見本 大輔",
        &[Role::Municipal],
        "131016",
    ),
    ("chiyoda.shonin", "見本 由美", &[Role::Approver], "131016"),
    ("chiyoda.kazoe", "見本 望", &[Role::Municipal], "131016"),
    (
        "chiyoda.sekinin",
        "見本 誠",
        &[Role::OfficeManager],
        "131016",
    ),
    (
        "yokohama.madoguchi",
        "見本 愛",
        &[Role::Municipal, Role::Approver],
        "141046",
    ),
    (
        "yokohama.shonin",
        "見本 学",
        &[Role::Municipal, Role::Approver],
        "141046",
    ),
    ("hakko", "見本 拓也", &[Role::Issuer], ""),
    ("kanri", "見本 文子", &[Role::Administrator], ""),
    ("kansa", "見本 進", &[Role::Auditor], ""),
];

/// Words of the demo's password: four of them are long enough and can be typed.
const WORDS: [&str; 16] = [
    "tsubasa",
    "minato",
    "kazemachi",
    "hoshizora",
    "tegami",
    "yuyake",
    "komorebi",
    "hidamari",
    "nagisa",
    "asagiri",
    "wataridori",
    "akatsuki",
    "mizuumi",
    "kodama",
    "hotaru",
    "shiosai",
];

/// Makes the accounts that are not there yet; answers all of them.
pub(super) fn settle(service: &Service, folder: &Path) -> anyhow::Result<Vec<Account>> {
    let path = folder.join("staff.json");
    let kept: Vec<Account> = std::fs::read(&path)
        .ok()
        .and_then(|json| serde_json::from_slice(&json).ok())
        .unwrap_or_default();
    let mut accounts = Vec::new();
    for invented in INVENTED {
        let known = kept.iter().find(|account| account.user == invented.0);
        accounts.push(match known {
            Some(account) => account.clone(),
            None => make(service, invented)?,
        });
    }
    write_private(&path, &serde_json::to_vec_pretty(&accounts)?)
        .context("the demo's accounts cannot be kept")?;
    Ok(accounts)
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)
}

fn make(service: &Service, invented: &Invented) -> anyhow::Result<Account> {
    let (user, name, roles, office) = *invented;
    let password = passphrase()?;
    let hash = password::hash_now(&password)?;
    let secret = TotpSecret::generate()?;
    let details = StaffDetails {
        name: name.to_owned(),
        email: format!("{user}@office.example"),
        assignment: Assignment::new(
            roles.iter().copied(),
            (!office.is_empty())
                .then(|| OfficeCode::parse(office))
                .transpose()?,
        )?,
        trained_on: Some(SystemClock.today_in_japan()),
    };
    let user_id = UserId::parse(user)?;
    service.store.write(|db| -> anyhow::Result<()> {
        let id = insert(db, &user_id, &details, &hash)?;
        let sealed = enrolment::seal_secret(service.app().keys(), id, &secret)?;
        staff_credentials::delete_second_factor(db, id)?;
        staff_credentials::set_unproven_secret(db, id, &sealed.key_id, &sealed.bytes)?;
        staff_credentials::set_enrolled(db, id, SystemClock.now())?;
        Ok(())
    })?;
    let words: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    Ok(Account {
        role: words.join(","),
        office: office.to_owned(),
        user: user.to_owned(),
        name: name.to_owned(),
        password,
        totp_secret: secret.to_text().to_string(),
    })
}

/// The account, made or found again in a database whose folder was lost.
fn insert(
    db: &mut Db,
    user_id: &UserId,
    details: &StaffDetails,
    hash: &str,
) -> Result<StaffId, StoreError> {
    let act = Act {
        actor: "system",
        now: SystemClock.now(),
    };
    let id = match staff::find_by_user_id(db, user_id)? {
        Some(member) => member.id,
        None => staff_acts::add(db, act, user_id, details)?,
    };
    staff_acts::set_password(db, act, id, hash, None)?;
    Ok(id)
}

fn passphrase() -> anyhow::Result<String> {
    let count = u32::try_from(WORDS.len())?;
    let words: Vec<&str> = (0..4)
        .map(|_| {
            let place = usize::try_from(random::below(count)?)?;
            Ok(WORDS.get(place).copied().unwrap_or_default())
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(words.join("-"))
}
