//! The list of a shipment as a PDF, for the bag and for both files. It is read back before it is offered.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use super::new::carriers;
use super::open_shipment;
use crate::documents::proof;
use crate::documents::shipment_list::{self, ListedCase, ShipmentList};
use crate::domain::application::kind::ApplicationKind;
use crate::domain::desk::{self, Desk};
use crate::domain::office_code::OfficeCode;
use crate::domain::shipment::ShipmentKind;
use crate::i18n::Lang;
use crate::storage::shipment_lines::{self, ListLine};
use crate::storage::shipments::Shipment;
use crate::storage::staff as accounts;
use crate::web::app::App;
use crate::web::errors::AppError;
use crate::web::frame::Frame;
use crate::web::office::session::Staff;
use crate::web::office::shell::office_name;

/// `GET /staff/shipments/{number}.pdf`
pub async fn show_list(
    frame: Frame,
    app: web::Data<App>,
    staff: Staff,
    number: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (office, number) = (staff.own_office()?.clone(), number.into_inner());
    let (shipment, lines, names) = app
        .read(move |db| {
            let shipment = open_shipment(db, &office, &number)?;
            let lines = shipment_lines::list_lines(db, shipment.id)?;
            let who = [
                Some(shipment.made_by.as_str()),
                shipment.counted_by.as_deref(),
            ];
            let names = accounts::names_of_actors(db, who.into_iter().flatten())?;
            Ok((shipment, lines, names))
        })
        .await?;
    answer(&frame, &app, (&shipment, &lines, &names)).await
}

/// The list of a shipment, drawn and proven.
pub(crate) async fn answer(
    frame: &Frame,
    app: &web::Data<App>,
    (shipment, lines, names): (&Shipment, &[ListLine], &BTreeMap<String, String>),
) -> Result<HttpResponse, AppError> {
    let list = list_of(frame, shipment, lines, names);
    let shared = app.clone();
    let drawn = app
        .draw(move || {
            let file = shipment_list::draw(&shared.fonts, &list).map_err(AppError::unexpected)?;
            proof::prove(&file, &list.payloads()).map_err(AppError::unexpected)?;
            Ok::<_, AppError>(file)
        })
        .await??;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"{}.pdf\"", shipment.number),
        ))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("x-robots-tag", "noindex"))
        .body(drawn))
}

fn list_of(
    frame: &Frame,
    shipment: &Shipment,
    lines: &[ListLine],
    names: &BTreeMap<String, String>,
) -> ShipmentList {
    let name = |actor: &str| names.get(actor).cloned().unwrap_or_default();
    let own = shipment.from.office();
    let made_on = shipment
        .made_at
        .to_zoned(own.map_or_else(desk::japan, desk::zone_of))
        .date();
    let carrier = carriers(frame)
        .into_iter()
        .find(|one| {
            shipment
                .carriage
                .carrier
                .is_some_and(|own| own.as_str() == one.value)
        })
        .map(|one| one.label)
        .unwrap_or_default();
    ShipmentList {
        kind: shipment.kind,
        number: shipment.number.to_string(),
        payload: shipment.number.payload(),
        from: place(&shipment.from),
        to: in_japanese(&shipment.to),
        made_on,
        carriage: format!("{carrier} {}", shipment.carriage.tracking)
            .trim()
            .to_owned(),
        is_sealed: shipment.carriage.is_sealed,
        is_notice: shipment.kind == ShipmentKind::Card && own.is_some(),
        made_by: name(&shipment.made_by),
        counted_by: shipment.counted_by.as_deref().map(name).unwrap_or_default(),
        lines: lines.iter().map(line_of).collect(),
        demo: frame.demo(),
    }
}

/// The list is Japanese in every language: both ends of a bag read it.
fn in_japanese(office: &OfficeCode) -> String {
    office_name(Lang::Ja, office)
}

fn place(desk: &Desk) -> String {
    desk.office()
        .map_or_else(|| "発行機関".to_owned(), in_japanese)
}

fn line_of(line: &ListLine) -> ListedCase {
    ListedCase {
        receipt: line.reference.to_string(),
        name: line.full_name(),
        kana: line.kana.clone(),
        kind: match line.kind {
            ApplicationKind::New => "新規",
            ApplicationKind::Renewal => "更新",
            ApplicationKind::Reissue => "再交付",
        },
    }
}
