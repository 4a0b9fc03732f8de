//! `tsubame staff`: accounts from the command line. It makes the first administrator, and lets one in again who lost everything.
//!
//! No password is ever an argument or printed: a new account, and one that is let in again, gets an invitation link that works once, for a day. What is
//! done here stands in the audit with the actor `command-line`.

use anyhow::Context;
use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::{database_url, say};
use crate::clock::{Clock, SystemClock};
use crate::config::{MailRoute, Settings};
use crate::domain::email::EmailAddress;
use crate::domain::free_text;
use crate::domain::office_code::OfficeCode;
use crate::domain::staff::user_id::UserId;
use crate::domain::staff::{Assignment, Role, training};
use crate::notices::{AccountChange, Letterhead, NoticeError, account_mail};
use crate::security::token::Token;
use crate::storage::staff::{self, StaffDetails, StaffId, StaffMember};
use crate::storage::staff_acts::{self, Act};
use crate::storage::{Db, Store, StoreError};

const LONGEST_NAME: usize = 60;

/// What can be done to accounts. Who loses her second factor here is told by mail, as when an administrator takes it on a page.
#[derive(Debug, Subcommand)]
pub enum StaffCommand {
    /// Make an account and print its invitation link
    Add(NewAccount),
    /// Print a new invitation link, for somebody who forgot the password; the second factor stays
    Invite {
        /// The user id
        user: String,
    },
    /// Forget the second factor and the recovery codes; the next sign-in sets up new ones
    ResetSecondFactor {
        /// The user id
        user: String,
    },
    /// Enter the day of a training (without one in the last 12 months nothing opens)
    Train {
        /// The user id
        user: String,
        /// The day, as 2026-11-24
        day: Date,
    },
    /// Close an account and end its sessions
    Deactivate {
        /// The user id
        user: String,
    },
    /// List the accounts
    List,
}

/// What an account needs.
#[derive(Debug, Args)]
pub struct NewAccount {
    /// The user id: 3 to 40 letters a-z, digits, and . - _ inside
    user: String,
    /// The person's name, as colleagues know it
    #[arg(long)]
    name: String,
    /// The person's e-mail address
    #[arg(long)]
    email: String,
    /// consular, municipal, approver, `office_manager` (of an office); issuer, administrator, auditor (alone, without office)
    #[arg(long = "role", required = true, value_parser = role)]
    roles: Vec<Role>,
    /// The office: a mission such as emb-gb, or a municipality's six digits
    #[arg(long, value_parser = office)]
    office: Option<OfficeCode>,
    /// The day of the last training, as 2026-11-24
    #[arg(long)]
    trained: Option<Date>,
}

fn role(word: &str) -> Result<Role, String> {
    Role::parse(word).ok_or_else(|| {
        let words: Vec<&str> = Role::ALL.into_iter().map(Role::as_str).collect();
        format!("the roles are {}", words.join(", "))
    })
}

fn office(code: &str) -> Result<OfficeCode, String> {
    OfficeCode::parse(code).map_err(|error| error.to_string())
}

const ACTOR: &str = "command-line";

fn act() -> Act<'static> {
    Act {
        actor: ACTOR,
        now: SystemClock.now(),
    }
}

/// What the mails of these settings have in common.
fn letterhead(settings: &Settings) -> Letterhead {
    Letterhead {
        base_url: settings.base_url.as_str().to_owned(),
        host: settings.base_url.host().to_owned(),
        from: settings.mail_from.clone(),
        is_demo: matches!(settings.mail, MailRoute::Mailbox(_)),
    }
}

/// Does it.
pub(super) fn run(settings: &Settings, command: StaffCommand) -> anyhow::Result<()> {
    let store = Store::open(&database_url(settings)?);
    match command {
        StaffCommand::Add(account) => add(settings, &store, account),
        StaffCommand::Invite { user } => {
            let link = store.write(|db| {
                let member = find(db, &user)?;
                invite(db, settings, member.id)
            })?;
            say_link(&link);
            Ok(())
        }
        StaffCommand::ResetSecondFactor { user } => {
            store.write(|db| {
                let member = find(db, &user)?;
                let act = act();
                staff_acts::reset_second_factor(db, act, member.id)?;
                let change = AccountChange::SecondFactorReset;
                account_mail::tell(db, &letterhead(settings), member.id, change, act.now)?;
                Ok::<_, Failure>(())
            })?;
            say("the second factor is set up anew at the next sign-in");
            Ok(())
        }
        StaffCommand::Train { user, day } => train(&store, &user, day),
        StaffCommand::Deactivate { user } => {
            store.write(|db| {
                let member = find(db, &user)?;
                staff_acts::deactivate(db, act(), &member).map_err(Failure::from)
            })?;
            say("the account is closed and its sessions are ended");
            Ok(())
        }
        StaffCommand::List => list(&store),
    }
}

/// Why a command leaves the database as it was.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("there is no account {0}")]
    Unknown(String),
    #[error("the user id is taken")]
    Taken,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Notice(#[from] NoticeError),
    #[error(transparent)]
    Randomness(#[from] crate::security::random::NoRandomness),
}

fn find(db: &mut Db, user: &str) -> Result<StaffMember, Failure> {
    let unknown = || Failure::Unknown(user.chars().take(40).collect());
    let user_id = UserId::parse(user).map_err(|_form| unknown())?;
    staff::find_by_user_id(db, &user_id)?.ok_or_else(unknown)
}

fn add(settings: &Settings, store: &Store, account: NewAccount) -> anyhow::Result<()> {
    let user_id = UserId::parse(&account.user)?;
    let details = StaffDetails {
        name: free_text::one_line(&account.name, LONGEST_NAME).context("the name")?,
        email: EmailAddress::parse(&account.email)
            .context("the e-mail address")?
            .as_str()
            .to_owned(),
        assignment: Assignment::new(account.roles, account.office)?,
        trained_on: account.trained,
    };
    let link = store.write(|db| {
        let id = staff_acts::add(db, act(), &user_id, &details).map_err(|error| match error {
            StoreError::Conflict => Failure::Taken,
            other => other.into(),
        })?;
        invite(db, settings, id)
    })?;
    say(format_args!("{user_id} is made"));
    if !training::is_current(account.trained, SystemClock.today_in_japan()) {
        say("nothing opens before the day of a training is entered: tsubame staff train");
    }
    say_link(&link);
    Ok(())
}

/// A new link, and the address that opens it.
fn invite(db: &mut Db, settings: &Settings, id: StaffId) -> Result<String, Failure> {
    let token = Token::generate()?;
    staff_acts::invite(db, act(), id, token.hash().as_bytes())?;
    Ok(format!(
        "{}/staff/invitation/{}",
        settings.base_url.as_str(),
        token.as_str()
    ))
}

fn say_link(link: &str) {
    say("give this link to the person; it works once, for 24 hours:");
    say(link);
}

fn train(store: &Store, user: &str, day: Date) -> anyhow::Result<()> {
    anyhow::ensure!(
        day <= SystemClock.today_in_japan(),
        "a training that lies in the future cannot be entered"
    );
    store.write(|db| {
        let member = find(db, user)?;
        let details = StaffDetails {
            name: member.name.clone(),
            email: member.email.clone(),
            assignment: member.assignment.clone(),
            trained_on: Some(day),
        };
        staff_acts::change(db, act(), &member, &details).map_err(Failure::from)
    })?;
    say(format_args!(
        "the training counts through {}",
        training::valid_through(day)
    ));
    Ok(())
}

fn list(store: &Store) -> anyhow::Result<()> {
    let members = store.read(|db| staff::list_staff(db, None, "", i64::from(u16::MAX)))?;
    for member in members {
        let office = member.assignment.office().map_or("-", OfficeCode::as_str);
        let state = match (
            member.deactivated_at,
            member.has_password,
            member.has_second_factor,
        ) {
            (Some(_), _, _) => "closed",
            (None, false, _) => "invited",
            (None, true, false) => "without second factor",
            (None, true, true) => "active",
        };
        say(format_args!(
            "{}\t{}\t{office}\t{}\t{state}",
            member.user_id,
            member.assignment.as_text(),
            member.name
        ));
    }
    Ok(())
}
