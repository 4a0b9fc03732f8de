//! A bag is closed: somebody counts the pieces, and what is missing or too much is said by name before it becomes work.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::{Desk, id_in, page};
use crate::domain::answers::{Answers, Problem};
use crate::domain::desk;
use crate::domain::text;
use crate::i18n;
use crate::notices::legs::{self, BagError};
use crate::storage::bags::{self, BagId};
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::fields::FormView;
use crate::web::form::{OldPage, ProtectedForm};
use crate::web::frame::Frame;
use crate::web::office::session::Staff;

/// A count as typed: digits in any width.
pub(crate) fn count_in(typed: &str) -> Option<i32> {
    let plain: String = text::trimmed(typed).chars().map(text::ascii_char).collect();
    let is_number = !plain.is_empty() && plain.len() <= 5;
    let is_digits = plain.chars().all(|c| c.is_ascii_digit());
    (is_number && is_digits)
        .then(|| plain.parse().ok())
        .flatten()
}

/// What closing a bag answered.
enum Closed {
    Done,
    Differs {
        taken: i32,
        counted: i32,
        missing: usize,
        surplus: usize,
    },
}

/// `POST /staff/intake/close`
pub async fn close(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    form: ProtectedForm,
) -> Result<HttpResponse, AppError> {
    let (answers, is_old) = match form.open(&frame) {
        Ok(answers) => (answers, false),
        Err(OldPage(answers)) => (answers, true),
    };
    let desk = Desk::open(&frame, &app, &staff, answers.get("kind"))?;
    let bag = answers.get("bag").to_owned();
    let id = id_in(&bag).ok_or(AppError::NotFound)?;
    if is_old {
        let v = FormView::of(answers).with_note(frame.t("note-old-page"));
        return desk
            .render(StatusCode::UNPROCESSABLE_ENTITY, (&bag, ""), v, None)
            .await;
    }
    let Some(counted) = count_in(answers.get("counted")) else {
        return desk
            .refuse(answers, Problem::new("counted", "error-counted"))
            .await;
    };
    let is_confirmed = answers.is("confirm", "yes");
    match desk.close(id, (counted, is_confirmed)).await {
        Ok(Closed::Done) => Ok(frame.see_other(&format!(
            "/staff/intake?kind={}&closed={id}",
            desk.kind.as_str()
        ))),
        Ok(Closed::Differs {
            taken,
            counted,
            missing,
            surplus,
        }) => {
            let problem = if taken == counted {
                Problem::new("counted", "error-bag-list")
                    .with("a", missing.to_string())
                    .with("b", surplus.to_string())
            } else {
                Problem::new("counted", "error-bag-count")
                    .with("a", taken.to_string())
                    .with("b", counted.to_string())
            };
            desk.refuse(asked(&answers), problem).await
        }
        Err(AppError::Stale) => {
            let v = FormView::default().with_note(closed_words(&desk, id).await?);
            desk.render(StatusCode::CONFLICT, ("", ""), v, None).await
        }
        Err(other) => Err(other),
    }
}

/// What was typed, marked as a try to close: the page then offers to confirm the difference.
fn asked(answers: &Answers) -> Answers {
    let mut answers = answers.clone();
    answers.set("go", "close");
    answers
}

impl Desk<'_> {
    async fn close(&self, id: BagId, said: (i32, bool)) -> Result<Closed, AppError> {
        let (office, by, now) = (
            self.office.clone(),
            self.staff.actor(),
            self.app.clock.now(),
        );
        self.app
            .write(move |db| {
                let bag = bags::get_bag(db, id, &office)?;
                match legs::close_bag(db, &bag, said, &by, now) {
                    Ok(_compared) => Ok::<_, AppError>(Closed::Done),
                    Err(BagError::Differs { taken, counted }) => {
                        let compared = legs::compare(db, &bag)?;
                        Ok(Closed::Differs {
                            taken,
                            counted,
                            missing: compared.missing.len(),
                            surplus: compared.surplus.len(),
                        })
                    }
                    Err(BagError::Store(error)) => Err(error.into()),
                }
            })
            .await
    }
}

/// "Bag closed", by whom and when, and what became work.
pub(super) async fn closed_words(desk: &Desk<'_>, id: BagId) -> Result<String, AppError> {
    let office = desk.office.clone();
    let (bag, compared, name) = desk
        .app
        .read(move |db| {
            let bag = bags::get_bag(db, id, &office)?;
            let name = page::name_of(db, bag.closed_by.as_deref().unwrap_or_default())?;
            Ok((legs::compare(db, &bag)?, bag, name))
        })
        .await
        .map(|(compared, bag, name)| (bag, compared, name))?;
    let frame = desk.frame;
    let Some(at) = bag.closed_at else {
        return Ok(String::new());
    };
    let at = i18n::time_of_day_with_date(frame.lang, at, &desk::zone_of(&desk.office));
    let mut words = i18n::text_with(
        frame.lang,
        "legs-bag-closed",
        &[
            ("n", bag.counted.unwrap_or_default().to_string()),
            ("at", at),
            ("who", name),
        ],
    );
    if !compared.agrees() {
        words.push(' ');
        words.push_str(&frame.t2(
            "legs-bag-closed-work",
            ("a", &compared.missing.len().to_string()),
            ("b", &compared.surplus.len().to_string()),
        ));
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_digits_in_any_width_and_nothing_else() {
        for (typed, expected) in [
            ("18", Some(18)),
            ("１８", Some(18)),
            (" 0 ", Some(0)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("十八", None),
            ("100000", None),
        ] {
            assert_eq!(count_in(typed), expected, "{typed:?}");
        }
    }
}
