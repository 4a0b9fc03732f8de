//! What a made form leads to besides the printed set: the sheet of the uploaded photo, and the filing itself where that is online.

use tsubame::documents::photo::sample::Portrait;
use tsubame::domain::status::Status;
use tsubame::storage::{applications, history};

use super::applicant::EMAIL;
use super::finish::{at_review, body_of, reference, standing};
use super::photo_files::jpeg;
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::person::Upload;

/// Width and height of the pictures in a PDF of one page with this width in points.
fn pictures_of(pdf: &[u8], width: f32) -> Vec<(i64, i64)> {
    let file = lopdf::Document::load_mem(pdf).unwrap();
    let pages: Vec<_> = file.get_pages().into_values().collect();
    assert_eq!(pages.len(), 1);
    let page = file.get_dictionary(pages[0]).unwrap();
    let size = page.get(b"MediaBox").unwrap().as_array().unwrap()[2]
        .as_float()
        .unwrap();
    assert!((size - width).abs() < 1.0, "{size} pt wide");
    let number = |picture: &lopdf::Dictionary, name: &[u8]| {
        picture.get(name).and_then(lopdf::Object::as_i64).ok()
    };
    file.objects
        .values()
        .filter_map(|object| object.as_stream().ok())
        .filter(|stream| {
            stream
                .dict
                .get(b"Subtype")
                .and_then(lopdf::Object::as_name)
                .ok()
                == Some(&b"Image"[..])
        })
        .filter_map(|stream| {
            Some((
                number(&stream.dict, b"Width")?,
                number(&stream.dict, b"Height")?,
            ))
        })
        .collect()
}

on_each_database! {
    fn where_filing_is_online_the_button_files_and_the_words_say_so(database: TestDatabase) {
        let app = TestApp::start_filing_online(database);
        let (mut hanako, home) = at_review(&app);
        assert!(hanako.page.text().contains("下のボタンを押すと、申請したことになります"));
        let (action, fields) = hanako.tick("上の内容は戸籍のとおり").form_of("申請する");
        hanako.press("申請する").expect(200).sees("申請を受け付けました");
        assert!(!hanako.page.text().contains("まだ提出は終わっていません"));
        assert_eq!(standing(&app, &home), (Some(1), Status::Received));
        hanako.post(&action, &body_of(&fields));
        hanako.expect(303);
        assert!(hanako.page.headers["location"].ends_with("/ready"));
        let steps = app.store.read(|db| {
            let id = applications::find_by_reference(db, reference(&home))?.unwrap().id;
            history::list_history(db, id)
        }).unwrap();
        let to: Vec<Status> = steps.iter().map(|step| step.to).collect();
        assert_eq!(to, [Status::Draft, Status::FormReady, Status::Received], "one step for each, the second press added none");
        let notices: Vec<String> = app.mails_to(EMAIL).into_iter().map(|mail| mail.notice).collect();
        assert!(notices.contains(&"N05".to_owned()) && !notices.contains(&"N02".to_owned()), "{notices:?}");
        hanako.open(&format!("/en{home}/ready")).expect(200).sees("We have received your application");
    }

    fn an_uploaded_photo_is_on_its_sheet_on_both_papers(database: TestDatabase) {
        let app = TestApp::start(database);
        let (mut hanako, home) = at_review(&app);
        hanako.open(&format!("{home}/photo")).upload("写真を調べる", &Upload { file_name: "me.jpg", content_type: "image/jpeg", bytes: &jpeg(&Portrait::of_person(2)) }).expect(200);
        hanako.tick("6か月以内に撮った、本人の写真です").press("この写真を使う").expect(200);
        hanako.open(&format!("{home}/review")).tick("上の内容は戸籍のとおり").press("申請書を作る").expect(200).sees("申請書ができました");
        assert!(hanako.page.has_link("この大きさで印刷する"), "{}", hanako.page.text());
        for (paper, width) in [("a4", 595.28), ("letter", 612.0)] {
            hanako.get_once(&format!("{home}/photo-sheet.pdf?paper={paper}"));
            hanako.expect(200);
            assert_eq!(hanako.page.headers["content-type"], "application/pdf");
            let pictures = pictures_of(&hanako.page.body, width);
            // 35 × 45 mm at 300 dpi and more.
            assert!(pictures.iter().any(|(across, down)| *across >= 413 && *down >= 531), "{paper}: {pictures:?}");
        }
    }
}
