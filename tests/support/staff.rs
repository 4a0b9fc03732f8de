//! Members of staff: each with an account of her own, a password and a telephone that shows the code of the clock that stands still.

use std::sync::LazyLock;

use tsubame::clock::Clock;
use tsubame::domain::office_code::OfficeCode;
use tsubame::domain::staff::user_id::UserId;
use tsubame::domain::staff::{Assignment, Role};
use tsubame::security::password;
use tsubame::security::totp::TotpSecret;
use tsubame::storage::staff::{self, StaffDetails, StaffId};
use tsubame::storage::{StoreError, staff_credentials};
use tsubame::web::office::enrolment;

use super::app::TestApp;
use super::person::Person;

/// The password of every account.
pub(crate) const PASSWORD: &str = "seven swallows over the pier";

static HASH: LazyLock<String> = LazyLock::new(|| password::hash_now(PASSWORD).unwrap());

/// An account and the telephone that belongs to it.
pub(crate) struct Account {
    pub(crate) id: StaffId,
    pub(crate) user_id: String,
    secret: TotpSecret,
}

impl Account {
    /// What the telephone shows now.
    pub(crate) fn code(&self, app: &TestApp) -> String {
        self.secret.code_at(app.clock.now().as_second()).unwrap()
    }
}

impl TestApp {
    /// An account with these roles at this office ("" for none): trained today, with password and second factor.
    pub(crate) fn account(&self, user_id: &str, roles: &[Role], office: &str) -> Account {
        let id = self.invited(user_id, roles, office);
        let secret = TotpSecret::generate().unwrap();
        let sealed = enrolment::seal_secret(&self.keys, id, &secret).unwrap();
        let now = self.clock.now();
        self.store
            .write(|db| {
                staff_credentials::set_password(db, id, &HASH, now)?;
                staff_credentials::set_unproven_secret(db, id, &sealed.key_id, &sealed.bytes)?;
                staff_credentials::set_enrolled(db, id, now)
            })
            .unwrap();
        Account {
            id,
            user_id: user_id.to_owned(),
            secret,
        }
    }

    /// An account without password and second factor.
    pub(crate) fn invited(&self, user_id: &str, roles: &[Role], office: &str) -> StaffId {
        let office = (!office.is_empty()).then(|| OfficeCode::parse(office).unwrap());
        let details = StaffDetails {
            name: format!("見本 {user_id}"),
            email: format!("{user_id}@office.example"),
            assignment: Assignment::new(roles.iter().copied(), office).unwrap(),
            trained_on: Some(self.clock.today_in_japan()),
        };
        let (user_id, now) = (UserId::parse(user_id).unwrap(), self.clock.now());
        self.store
            .write(|db| staff::insert_staff(db, &user_id, &details, now))
            .unwrap()
    }

    /// Somebody of the staff at her first page.
    pub(crate) fn staff(&self, user_id: &str, roles: &[Role], office: &str) -> Person {
        let account = self.account(user_id, roles, office);
        self.signed_in_as(&account)
    }

    /// The same in a browser of her own. Each code works once: a second sign-in needs a later clock.
    pub(crate) fn signed_in_as(&self, account: &Account) -> Person {
        let mut person = self.person();
        person
            .open("/staff/login")
            .fill("利用者ID", &account.user_id)
            .fill("パスワード", PASSWORD)
            .press("サインイン")
            .expect(200)
            .fill("確認コード", &account.code(self))
            .press("次へ")
            .expect(200)
            .sees("今日の仕事");
        person
    }

    /// How many audit entries of this action the system's chain has.
    pub(crate) fn noted(&self, action: &str) -> usize {
        use tsubame::storage::audit::{self, Chain};
        let entries = self
            .store
            .read(|db| audit::list_entries(db, &Chain::system()))
            .map_err(|error: StoreError| error)
            .unwrap();
        entries
            .iter()
            .filter(|entry| entry.action == action)
            .count()
    }
}
