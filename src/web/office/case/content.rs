//! 申請内容: every value of a frozen form, in the order of the printed sheet. There is no My Number and no PIN among them, because no form has ever had one.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::facts::Row;
use super::head::Head;
use super::{CaseQuery, open_page};
use crate::domain::application::certificates::{Insurance, SigningCertificate};
use crate::domain::application::frozen::{FrozenAgent, FrozenForm};
use crate::domain::application::photo::Photo;
use crate::i18n::{self, Lang};
use crate::storage::revisions::{self, Revision};
use crate::storage::{Db, StoreError};
use crate::web::app::App;
use crate::web::applicant::review::{date_with_era, office_name};
use crate::web::errors::AppError;
use crate::web::frame::Frame;
use crate::web::office::scope::OpenCase;
use crate::web::office::session::Staff;
use crate::web::office::shell::Shell;

/// The form in force with its content. [`StoreError::NotFound`] when it is no longer kept.
pub fn form_in_force(db: &mut Db, open: &OpenCase) -> Result<(Revision, FrozenForm), StoreError> {
    let revision = revisions::find_current_revision(db, open.application.id)?;
    let revision = revision.ok_or(StoreError::NotFound)?;
    let form = serde_json::from_str(&revision.content).map_err(|cause| {
        let (id, number) = (revision.application_id, revision.number);
        StoreError::Corrupt(format!("revisions.content of {id} {number}: {cause}"))
    })?;
    Ok((revision, form))
}

/// Values under one heading.
#[derive(Debug)]
pub struct Group {
    /// The heading.
    pub title: String,
    /// The values.
    pub rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "office/case_form.html")]
struct FormPage<'a> {
    f: &'a Frame,
    s: Shell,
    c: Head,
    made: String,
    /// The number of the form that was received, when another is in force.
    received: Option<String>,
    groups: Vec<Group>,
}

/// `GET /staff/cases/{ref}/form`
pub async fn show_form(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    reference: web::Path<String>,
    query: web::Query<CaseQuery>,
) -> Result<HttpResponse, AppError> {
    let (open, facts, (revision, form)) =
        open_page(&app, &staff, &reference, form_in_force).await?;
    let other = open.case.received_revision;
    let number = revision.number.to_string();
    frame.ok(&FormPage {
        s: Shell::load(&frame, &app, &staff).await?,
        c: Head::new(&frame, (&open, &facts), &staff, ("form", &query)),
        made: frame.t2(
            "case-form-made",
            ("n", &number),
            ("date", &frame.day(&form.made_on)),
        ),
        received: other
            .filter(|received| *received != revision.number)
            .map(|received| frame.t1("case-form-received", "n", received.to_string())),
        groups: groups(&frame, &form),
        f: &frame,
    })
}

/// The values of a form in groups.
pub fn groups(frame: &Frame, form: &FrozenForm) -> Vec<Group> {
    let group = |section: &str, rows: Vec<Row>| Group {
        title: frame.t(&format!("section-{section}")).into_owned(),
        rows,
    };
    let mut groups = vec![
        group("person", person(frame, form)),
        group("register", register(frame, form)),
        group("contact", contact(frame, form)),
        group("photo", vec![photo(frame, form.photo)]),
        group("offices", offices(frame, form)),
        group("certs", certificates(frame, form)),
    ];
    let agent = form.agent.as_ref();
    groups.extend(agent.map(|agent| group("agent", agent_rows(frame, agent))));
    groups
}

fn value(frame: &Frame, key: &str, value: impl Into<String>) -> Row {
    let value: String = value.into();
    let is_empty = value.is_empty();
    let shown = if is_empty {
        frame.t("review-not-given").into_owned()
    } else {
        value
    };
    Row::new(frame, key, shown)
}

fn words(frame: &Frame, key: &str, words: &str) -> Row {
    Row::new(frame, key, frame.t(words).into_owned())
}

fn person(frame: &Frame, form: &FrozenForm) -> Vec<Row> {
    let person = &form.person;
    let mut rows = vec![
        value(frame, "review-name", person.full_name()),
        value(frame, "review-kana", person.full_kana()),
    ];
    if let Some(by_hand) = &person.handwritten {
        let note = by_hand.note.as_deref().unwrap_or_default();
        let said = format!("{}\n{note}", frame.t("review-by-hand"));
        rows.push(value(frame, "person-gaiji", said.trim_end()));
    }
    let roman = person.roman.as_ref().map_or("", |name| name.as_str());
    rows.extend([
        value(
            frame,
            "person-dob",
            date_with_era(frame.lang, person.birth_date),
        ),
        words(
            frame,
            "person-sex",
            &format!("person-sex-{}", person.sex.as_str()),
        ),
        value(frame, "person-roman", roman),
    ]);
    rows
}

fn register(frame: &Frame, form: &FrozenForm) -> Vec<Row> {
    let mut rows = vec![words(
        frame,
        "register-kind",
        &format!("register-kind-{}", form.kind.as_str()),
    )];
    if let Some(reason) = form.reissue_reason {
        let key = format!("register-reason-{}", reason.as_str());
        rows.push(words(frame, "register-reason", &key));
    }
    let left_on = form.left_on.map(|day| date_with_era(frame.lang, day));
    rows.extend([
        value(frame, "review-honseki", form.honseki.full_name()),
        value(frame, "register-left", left_on.unwrap_or_default()),
        value(
            frame,
            "register-last-city",
            form.last_city.clone().unwrap_or_default(),
        ),
        words(
            frame,
            "register-return",
            &format!("register-return-{}", form.return_plan.as_str()),
        ),
    ]);
    rows
}

fn contact(frame: &Frame, form: &FrozenForm) -> Vec<Row> {
    let contact = &form.contact;
    let country = match frame.lang {
        Lang::Ja => &contact.country_ja,
        Lang::En => &contact.country_en,
    };
    let second = contact.email2.as_ref().map_or("", |email| email.as_str());
    vec![
        value(frame, "contact-email", contact.email.as_str()),
        value(frame, "contact-tel", &contact.tel),
        value(frame, "contact-country", country),
        value(frame, "contact-address", contact.address.join("\n")),
        value(frame, "contact-email2", second),
        value(
            frame,
            "contact-contact2",
            contact.contact2.clone().unwrap_or_default(),
        ),
    ]
}

fn photo(frame: &Frame, photo: Photo) -> Row {
    match photo {
        Photo::NotNeeded => words(frame, "section-photo", "review-photo-not-needed"),
        Photo::Pasted => words(frame, "section-photo", "review-photo-paste"),
        Photo::Uploaded(chosen) => {
            let day = i18n::date(frame.lang, chosen.taken_on);
            value(
                frame,
                "section-photo",
                frame.t1("review-photo-chosen", "date", day),
            )
        }
    }
}

fn offices(frame: &Frame, form: &FrozenForm) -> Vec<Row> {
    [
        ("offices-file", &form.filing),
        ("offices-pickup", &form.pickup),
    ]
    .into_iter()
    .map(|(key, office)| value(frame, key, office_name(frame.lang, office).0))
    .collect()
}

fn certificates(frame: &Frame, form: &FrozenForm) -> Vec<Row> {
    let signing = match form.signing {
        SigningCertificate::Issued => "review-issued",
        SigningCertificate::Declined => "review-declined",
        SigningCertificate::NotIssuedUnder15 => "certs-under15",
    };
    let authentication = if form.authentication {
        "review-issued"
    } else {
        "review-declined"
    };
    let insurance = match form.insurance {
        Some(Insurance::Yes) => frame.t("yes").into_owned(),
        Some(Insurance::No) => frame.t("no").into_owned(),
        Some(Insurance::Unknown) => frame.t("unknown").into_owned(),
        None => String::new(),
    };
    vec![
        words(frame, "review-signing", signing),
        words(frame, "review-authentication", authentication),
        match &form.braille {
            Some(name) => value(frame, "certs-braille-heading", name),
            None => words(frame, "certs-braille-heading", "review-no-braille"),
        },
        value(frame, "certs-insurance", insurance),
    ]
}

fn agent_rows(frame: &Frame, agent: &FrozenAgent) -> Vec<Row> {
    vec![
        words(
            frame,
            "agent-kind",
            &format!("agent-kind-{}", agent.kind.as_str()),
        ),
        value(frame, "agent-name", &agent.name),
        words(
            frame,
            "agent-relation",
            &format!("agent-relation-{}", agent.relation.as_str()),
        ),
        value(frame, "agent-address", agent.address.join("\n")),
        value(frame, "agent-tel", &agent.tel),
    ]
}
