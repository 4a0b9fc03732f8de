//! The morning rounds: each office at its own seven o'clock, once, and only with something to say.

use jiff::SignedDuration;
use tsubame::clock::Clock;
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::staff::user_id::UserId;
use tsubame::domain::staff::{Assignment, Role};
use tsubame::domain::status::Status;
use tsubame::domain::transition::Actor;
use tsubame::storage::staff::{self, StaffDetails};
use tsubame::storage::{StoreError, outbox};

use super::workshop::Workshop;
use crate::notices::desk::put;
use crate::on_each_database;
use crate::storage::cast::{form, made};
use crate::storage::jobs::new_mail;

/// An open account that is written to at `<user>@office.example`.
fn account(workshop: &Workshop, user: &str, role: Role, office: &str) {
    let office = (!office.is_empty()).then(|| OfficeCode::parse(office).unwrap());
    let details = StaffDetails {
        name: "見本 一".to_owned(),
        email: format!("{user}@office.example"),
        assignment: Assignment::new([role], office).unwrap(),
        trained_on: None,
    };
    let user = UserId::parse(user).unwrap();
    workshop
        .db
        .store
        .write(|db| staff::insert_staff(db, &user, &details, workshop.clock.now()))
        .unwrap();
}

/// To and subject of every mail of a round, oldest first.
fn rounds(workshop: &Workshop) -> Vec<(String, String)> {
    let mut mails: Vec<_> = workshop
        .mails()
        .into_iter()
        .filter(|mail| ["N31", "N32", "N33"].contains(&mail.notice.as_str()))
        .map(|mail| (mail.to, mail.subject))
        .collect();
    mails.sort();
    mails
}

/// The clock goes to the next time it is this hour (UTC), and the worker works.
fn at(workshop: &Workshop, hour: i64) {
    let of_day = workshop.clock.now().as_second().rem_euclid(86_400);
    let wait = (hour * 3_600 - of_day).rem_euclid(86_400);
    workshop.advance(SignedDuration::from_secs(wait));
    workshop.drain_with_schedule();
}

on_each_database! {
    fn an_office_hears_at_its_own_seven_o_clock_what_waits_and_what_is_late(db: TestDatabase) {
        let workshop = Workshop::new(db);
        account(&workshop, "london", Role::Consular, "emb-gb");
        account(&workshop, "chief", Role::OfficeManager, "emb-gb");
        account(&workshop, "yokohama", Role::Municipal, "141046");
        let (soon, late) = (made(&workshop.db.store, 1, &form("emb-gb", "emb-gb")), made(&workshop.db.store, 2, &form("emb-gb", "emb-gb")));
        let today = workshop.clock.today_in_japan();
        workshop
            .db
            .store
            .write(|db| {
                put(db, &soon, Status::Received, Actor::ConsularClerk, Some(today.checked_add(jiff::Span::new().days(2)).unwrap()))?;
                put(db, &late, Status::Arrived, Actor::ConsularClerk, Some(today.checked_sub(jiff::Span::new().days(3)).unwrap()))?;
                Ok::<_, StoreError>(())
            })
            .unwrap();
        at(&workshop, 6);
        assert_eq!(rounds(&workshop), [], "six o'clock in London, and nothing waits in Yokohama");
        at(&workshop, 7);
        at(&workshop, 8);
        let told = rounds(&workshop);
        assert_eq!(told, [
            ("chief@office.example".to_owned(), "【受付】期限を過ぎた申請があります（1件）".to_owned()),
            ("london@office.example".to_owned(), "【受付】今日の作業：期限が近い1件、新しい2件".to_owned()),
        ]);
        let mails = workshop.mails();
        let overdue = mails.iter().find(|mail| mail.notice == "N32").unwrap();
        assert!(overdue.text.contains(&late.reference.to_string()) && !overdue.text.contains(&soon.reference.to_string()), "{}", overdue.text);
        assert!(overdue.text.contains("past the last day"), "in both languages: {}", overdue.text);
        assert!(!overdue.text.contains("山田"), "no names");
        at(&workshop, 7);
        assert_eq!(rounds(&workshop).len(), 4, "the next morning again");
    }

    fn administrators_hear_of_mails_nobody_could_send(db: TestDatabase) {
        let workshop = Workshop::new(db);
        account(&workshop, "kanri", Role::Administrator, "");
        at(&workshop, 22);
        assert_eq!(rounds(&workshop), [], "seven in Japan, and all is well");
        workshop
            .db
            .store
            .write(|db| {
                let id = outbox::insert_mail(db, &new_mail("<1@h>", false), workshop.clock.now())?;
                outbox::set_dead(db, id, "550 no such mailbox")
            })
            .unwrap();
        at(&workshop, 23);
        at(&workshop, 22);
        assert_eq!(rounds(&workshop), [("kanri@office.example".to_owned(), "【運用】送れないメール 1件、止まった作業 0件".to_owned())]);
    }
}
