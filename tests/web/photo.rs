//! The photo over HTTP: what a good file goes through, what every other file is told, and what is kept of either.

use image::{DynamicImage, ImageFormat};
use tsubame::documents::photo::sample::{Portrait, Sitter};
use tsubame::security::sealing::{self, Place, Sealed};
use tsubame::storage::StoreError;
use tsubame::storage::photos::{self, PhotoState};

use super::photo_files::{encoded, from_a_telephone, jpeg, promised_png};
use crate::on_each_database;
use crate::support::app::TestApp;
use crate::support::database::{TestDatabase, memory_holds};
use crate::support::person::{Person, Upload};
use crate::support::raw;

const EMAIL: &str = "hanako.mihon@example.com";
const LOOK: &str = "写真を調べる";

fn at_the_photo(app: &TestApp, email: &str) -> Person {
    let mut person = app.signed_in(email);
    let page = format!("{}/photo", person.page.path);
    person.open(&page).expect(200).sees("顔写真を選ぶ");
    person
}

fn choose<'a>(person: &'a mut Person, file_name: &str, bytes: &[u8]) -> &'a mut Person {
    person.upload(
        LOOK,
        &Upload {
            file_name,
            content_type: "image/jpeg",
            bytes,
        },
    )
}

/// The picture as it lies in the database, its seal opened.
fn stored(app: &TestApp, person: &Person, state: PhotoState) -> Vec<u8> {
    let reference = person.page.path.split('/').nth(2).unwrap().parse().unwrap();
    let (id, kept) = app
        .store
        .read(|db| {
            let application =
                tsubame::storage::applications::find_by_reference(db, reference)?.unwrap();
            let photo = photos::find_photo(db, application.id, state)?.unwrap();
            let kept = photos::get_sealed(db, application.id, &photo.id)?;
            Ok::<_, StoreError>((photo.id, kept))
        })
        .unwrap();
    sealing::open(
        &app.keys,
        &Place::of("photo", &id),
        &Sealed {
            key_id: kept.key_id,
            bytes: kept.sealed,
        },
    )
    .unwrap()
    .to_vec()
}

on_each_database! {
    fn a_good_photo_is_looked_at_moved_and_used(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = at_the_photo(&app, EMAIL);
        choose(&mut hanako, "me.jpg", &jpeg(&Portrait::of_person(1))).expect(200).sees("顔写真の確認");
        assert!(hanako.page.text().contains("顔が1人だけ写っています"), "{}", hanako.page.text());
        let picture = hanako.page.path.replace("check", "").trim_end_matches('/').to_owned() + ".jpg";
        hanako.get_once(&picture);
        let before = hanako.expect(200).page.body.clone();
        let check = picture.replace("photo.jpg", "photo/check");
        for button in ["上へ", "下へ", "左へ", "右へ", "大きく", "小さく", "回す"] {
            hanako.open(&check).press(button).expect(200).sees("顔写真の確認");
        }
        hanako.get_once(&picture);
        assert_ne!(hanako.page.body, before, "the picture that is shown is the crop that was chosen");
        hanako.open(&check).press("この写真を使う").expect(422);
        assert_eq!(hanako.page.errors(), ["写真を使うには、「6か月以内に撮った、本人の写真です」にチェックをつけてください"]);
        hanako.tick("6か月以内に撮った、本人の写真です").press("この写真を使う").expect(200).sees("提出するところ・受け取るところ");
        let page = picture.replace("photo.jpg", "photo");
        hanako.open(&page).expect(200);
        assert!(hanako.page.text().contains("写真は選んであります"), "{}", hanako.page.text());
    }

    fn nothing_but_pixels_is_kept_of_a_photo_and_they_are_upright_and_sealed(database: TestDatabase) {
        let app = TestApp::start(database);
        let mut hanako = at_the_photo(&app, EMAIL);
        let file = from_a_telephone();
        assert!(memory_holds(&file, b"GPSLatitude") && memory_holds(&file, b"GPSLongitude"), "the test is pointless");
        choose(&mut hanako, "IMG_0001.JPG", &file).expect(200).sees("顔写真の確認");
        assert!(hanako.page.text().contains("顔が1人だけ写っています"), "{}", hanako.page.text());
        let kept = stored(&app, &hanako, PhotoState::Checking);
        let picture = image::load_from_memory(&kept).unwrap();
        assert!(picture.height() > picture.width(), "{} × {}", picture.width(), picture.height());
        for trace in [b"Exif".as_slice(), b"GPS", b"IMG_0001"] {
            assert!(!memory_holds(&kept, trace), "{trace:?}");
        }
        assert!(!app.database.holds("JFIF"), "the database holds the picture sealed only");
        assert!(!app.database.holds("IMG_0001"), "the name of a file is nobody's business");
    }
}

#[test]
fn a_file_that_is_no_photo_is_told_why_in_both_languages_and_the_page_stays() {
    let app = TestApp::start(TestDatabase::sqlite());
    let mut hanako = at_the_photo(&app, EMAIL);
    let japanese = hanako.page.path.clone();
    let good = jpeg(&Portrait::of_person(1));
    let small =
        Portrait::of_person(1)
            .draw()
            .resize_exact(479, 620, image::imageops::FilterType::Triangle);
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    for (name, file, in_japanese, in_english) in [
        (
            "none.jpg",
            Vec::new(),
            "写真のファイルを選んでください",
            "Select a photo",
        ),
        ("photo.heic", heic, "HEIC", "HEIC"),
        (
            "moving.gif",
            b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(),
            "JPEG か PNG",
            "JPEG or PNG",
        ),
        (
            "paper.pdf",
            b"%PDF-1.7\n1 0 obj<<>>endobj".to_vec(),
            "JPEG か PNG",
            "JPEG or PNG",
        ),
        (
            "page.jpg",
            b"<html><script>alert(1)</script>".to_vec(),
            "JPEG か PNG",
            "JPEG or PNG",
        ),
        (
            "both.jpg",
            [good.as_slice(), b"<html><script>alert(1)</script></html>"].concat(),
            "壊れています",
            "damaged",
        ),
        (
            "cut.jpg",
            good[..good.len() / 2].to_vec(),
            "壊れています",
            "damaged",
        ),
        ("cut.png", promised_png(600, 800), "壊れています", "damaged"),
        (
            "small.png",
            encoded(&small, ImageFormat::Png),
            "479×620",
            "479",
        ),
        (
            "bomb.png",
            promised_png(20_000, 20_000),
            "20000×20000",
            "20000",
        ),
        (
            "large.jpg",
            [good.as_slice(), &vec![0; 9_000_000]].concat(),
            "今は9.1MB",
            "9.1 MB",
        ),
    ] {
        for (path, words, button) in [
            (japanese.clone(), in_japanese, LOOK),
            (format!("/en{japanese}"), in_english, "Check the photo"),
        ] {
            hanako.open(&path);
            hanako
                .upload(
                    button,
                    &Upload {
                        file_name: name,
                        content_type: "image/jpeg",
                        bytes: &file,
                    },
                )
                .expect(422);
            let errors = hanako.page.errors();
            assert!(
                errors.len() == 1 && errors[0].contains(words),
                "{name}: {errors:?}"
            );
            assert!(hanako.page.error_beside("photo").is_some(), "{name}");
            hanako.open(&format!("{path}/check"));
            assert!(
                hanako.page.path.ends_with("/photo"),
                "{name} left something to check: {}",
                hanako.page.path
            );
        }
    }
}

#[test]
fn pictures_that_cameras_and_programs_make_are_read_and_people_are_counted() {
    let app = TestApp::start(TestDatabase::sqlite());
    let mut hanako = at_the_photo(&app, EMAIL);
    let page = hanako.page.path.clone();
    let data = |name: &str| {
        std::fs::read(format!(
            "{}/tests/data/photos/{name}",
            env!("CARGO_MANIFEST_DIR")
        ))
        .unwrap()
    };
    let one = Portrait::of_person(2).draw();
    let sitters = vec![
        Sitter {
            across: 280,
            head: 330,
            crown: 200,
            ..Sitter::number(1)
        },
        Sitter {
            across: 720,
            head: 330,
            crown: 200,
            ..Sitter::number(6)
        },
    ];
    let two = Portrait {
        width: 1000,
        height: 1000,
        sitters,
        ..Portrait::of_person(1)
    };
    let nobody = Portrait {
        sitters: Vec::new(),
        ..Portrait::of_person(1)
    };
    for (name, file, words) in [
        (
            "grey.png",
            encoded(&one.grayscale(), ImageFormat::Png),
            "顔が1人だけ写っています",
        ),
        (
            "16-bit.png",
            encoded(&DynamicImage::ImageRgb16(one.to_rgb16()), ImageFormat::Png),
            "顔が1人だけ写っています",
        ),
        ("cmyk.jpg", data("cmyk.jpg"), "自動チェックの結果"),
        (
            "progressive.jpg",
            data("progressive.jpg"),
            "自動チェックの結果",
        ),
        ("palette.png", data("palette.png"), "自動チェックの結果"),
        ("two.jpg", jpeg(&two), "顔が2人分見つかりました"),
        ("nobody.jpg", jpeg(&nobody), "顔が見つかりません"),
    ] {
        hanako.open(&page);
        choose(&mut hanako, name, &file)
            .expect(200)
            .sees("顔写真の確認");
        assert!(
            hanako.page.text().contains(words),
            "{name}: {}",
            hanako.page.text()
        );
    }
    // A picture without a face can be replaced, and cannot be used by another way either.
    assert!(!hanako.page.text().contains("この写真を使う"));
    let (action, fields) = hanako.form_of("上へ");
    let kept = fields.into_iter().filter(|(name, _)| name != "nudge");
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair("taken", "yes")
        .append_pair("go", "use")
        .finish();
    hanako.post(&action, &body);
    hanako.expect(422);
}

#[test]
fn an_upload_is_taken_from_its_own_session_and_shown_to_its_own_person_only() {
    let app = TestApp::start(TestDatabase::sqlite());
    let mut hanako = at_the_photo(&app, EMAIL);
    let page = hanako.page.path.clone();
    choose(&mut hanako, "me.jpg", &jpeg(&Portrait::of_person(1))).expect(200);
    let mut taro = at_the_photo(&app, "taro.rei@example.com");
    let (_, theirs) = taro.form_of(LOOK);
    for address in [format!("{page}.jpg"), format!("{page}/check"), page.clone()] {
        taro.open(&address).expect(404);
    }
    let token = &theirs.iter().find(|(name, _)| name == "csrf").unwrap().1;
    let cookie = format!("sid={}", hanako.cookie("sid").unwrap());
    let body = format!(
        "--x\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--x\r\ncontent-disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n\r\nabc\r\n--x--\r\n"
    );
    let multipart = ("content-type", "multipart/form-data; boundary=x");
    let answer = raw::with_body(
        &app.base_url,
        &format!("POST {page}"),
        &[multipart, ("cookie", &cookie)],
        body.as_bytes(),
    );
    assert_eq!(answer.status, 422, "{answer:?}");
    let crossed = raw::with_body(
        &app.base_url,
        &format!("POST {page}"),
        &[
            multipart,
            ("cookie", &cookie),
            ("sec-fetch-site", "cross-site"),
        ],
        body.as_bytes(),
    );
    assert_eq!(crossed.status, 403);
    for (kind, body, expected) in [
        ("multipart/form-data", body.as_str(), 400),
        ("multipart/form-data; boundary=y", body.as_str(), 400),
        ("application/x-www-form-urlencoded", "csrf=x", 400),
        ("multipart/form-data; boundary=x", &body[..90], 400),
        (
            "multipart/form-data; boundary=x",
            &format!(
                "{}--x--\r\n",
                "--x\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\nb\r\n".repeat(20_000)
            ),
            400,
        ),
        (
            "multipart/form-data; boundary=x",
            &format!(
                "--x\r\ncontent-disposition: form-data; name=\"go\"\r\n\r\n{}\r\n--x--\r\n",
                "a".repeat(10_000)
            ),
            413,
        ),
    ] {
        let answer = raw::with_body(
            &app.base_url,
            &format!("POST {page}"),
            &[("content-type", kind), ("cookie", &cookie)],
            body.as_bytes(),
        );
        assert_eq!(
            answer.status,
            expected,
            "{kind} {}: {}",
            body.len(),
            answer.body.chars().take(300).collect::<String>()
        );
    }
    hanako
        .open(&format!("{page}/check"))
        .expect(200)
        .sees("顔写真の確認");
}

#[test]
fn a_child_under_one_year_needs_no_photo() {
    let app = TestApp::start(TestDatabase::sqlite());
    let mut mother = app.signed_in(EMAIL);
    let home = mother.page.path.clone();
    mother
        .follow_link("続きから入力する")
        .fill("氏（姓）", "山田")
        .fill("名 ", "一")
        .fill("氏のフリガナ", "ヤマダ")
        .fill("名のフリガナ", "ハジメ");
    mother
        .fill_date("生年月日", ["2026", "3", "3"])
        .choose("性別", "男")
        .press("保存して次へ")
        .expect(200);
    mother.open(&format!("{home}/photo")).expect(200);
    assert!(
        mother
            .page
            .text()
            .contains("1歳未満の方は、写真がいりません"),
        "{}",
        mother.page.text()
    );
}
