//! Places as people type them, and as the sample applicants typed theirs.

use super::*;

fn found(prefecture: &str, typed: &str) -> String {
    match find(prefecture, typed) {
        Lookup::Found(one) => one.full_name(),
        other => panic!("{typed}: {other:?}"),
    }
}

fn candidates(prefecture: &str, typed: &str) -> Vec<String> {
    match find(prefecture, typed) {
        Lookup::Candidates(candidates) => candidates
            .iter()
            .map(|candidate| candidate.municipality.name_with_city())
            .collect(),
        other => panic!("{typed}: {other:?}"),
    }
}

#[test]
fn the_table_is_read_completely_and_every_successor_exists() {
    assert_eq!(ALL_RETIRED.len(), RETIRED.lines().count() - 1);
    assert!(ALL_RETIRED.len() > 1_500);
    for (row, (prefecture, retired)) in rows(RETIRED).zip(ALL_RETIRED.iter()) {
        assert_eq!(
            list(&row, 3).len(),
            retired.successors.len(),
            "{}",
            retired.name
        );
        assert!(
            !retired.successors.is_empty()
                && retired
                    .year
                    .parse::<u16>()
                    .is_ok_and(|year| (1955..=2026).contains(&year))
        );
        assert!(
            in_prefecture(prefecture)
                .iter()
                .all(|one| one.name_with_city() != retired.name),
            "{} is there still",
            retired.name
        );
        assert!(
            retired
                .successors
                .iter()
                .all(|one| one.kind != MunicipalityKind::DesignatedCity),
            "{}",
            retired.name
        );
    }
}

#[test]
fn every_present_name_leads_to_itself() {
    for one in super::super::municipalities::municipalities() {
        match find(&one.prefecture_code, &one.full_name()) {
            Lookup::Found(found) => assert_eq!(found.code, one.code),
            Lookup::WardRequired { city, wards } => {
                assert!(city.code == one.code && !wards.is_empty());
            }
            other => panic!("{}: {other:?}", one.full_name()),
        }
    }
}

#[test]
fn a_name_is_found_in_every_usual_spelling() {
    for (prefecture, typed, expected) in [
        ("14", "横浜市中区", "神奈川県横浜市中区"),
        ("14", "神奈川県 横浜市 中区", "神奈川県横浜市中区"),
        ("14", "よこはましなかく", "神奈川県横浜市中区"),
        ("14", "横浜中区", "神奈川県横浜市中区"),
        ("14", "ﾖｺｽｶｼ", "神奈川県横須賀市"),
        ("14", "横須賀", "神奈川県横須賀市"),
        ("14", "足柄下郡箱根町", "神奈川県足柄下郡箱根町"),
        ("08", "竜ヶ崎市", "茨城県龍ケ崎市"),
        ("08", "龍が崎", "茨城県龍ケ崎市"),
        ("02", "鯵ケ沢町", "青森県西津軽郡鰺ヶ沢町"),
        ("26", "京都府京都市左京区", "京都府京都市左京区"),
        ("26", "キョウトシ サキョウク", "京都府京都市左京区"),
        ("13", "千代田区", "東京都千代田区"),
        ("13", "かつしか", "東京都葛飾区"),
        ("34", "呉", "広島県呉市"),
        ("24", "津", "三重県津市"),
        ("12", "四街道", "千葉県四街道市"),
    ] {
        assert_eq!(found(prefecture, typed), expected, "{typed}");
    }
}

#[test]
fn a_designated_city_needs_its_ward() {
    for (prefecture, typed, wards) in [
        ("14", "横浜市", 18),
        ("14", "横浜", 18),
        ("22", "ハママツシ", 3),
        ("11", "さいたま市", 10),
        ("27", "大阪市", 24),
    ] {
        assert!(
            matches!(find(prefecture, typed), Lookup::WardRequired { wards: found, .. } if found.len() == wards),
            "{typed}"
        );
    }
}

#[test]
fn merged_towns_lead_to_what_lies_there_now() {
    for (prefecture, typed, expected) in [
        ("22", "浜松市北区", vec!["浜松市中央区", "浜松市浜名区"]),
        ("22", "北区", vec!["浜松市中央区", "浜松市浜名区"]),
        ("22", "清水市", vec!["静岡市清水区"]),
        (
            "11",
            "浦和市",
            vec![
                "さいたま市桜区",
                "さいたま市浦和区",
                "さいたま市南区",
                "さいたま市緑区",
            ],
        ),
        ("11", "与野", vec!["さいたま市中央区"]),
        ("11", "上福岡市", vec!["ふじみ野市"]),
        ("28", "篠山市", vec!["丹波篠山市"]),
        ("20", "山口村", vec!["中津川市"]),
        ("10", "東村", vec!["伊勢崎市", "東吾妻町", "みどり市"]),
    ] {
        let mut offered = candidates(prefecture, typed);
        let mut expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        offered.sort();
        expected.sort();
        assert_eq!(offered, expected, "{typed}");
    }
}

#[test]
fn an_ambiguous_or_mistyped_name_is_answered_with_names() {
    for (prefecture, typed, expected) in [
        ("14", "緑区", "横浜市緑区"),
        ("22", "清水", "静岡市清水区"),
        ("22", "清水", "清水町"),
        ("01", "泊村", "泊村"),
        ("14", "横須加市", "横須賀市"),
        ("14", "横浜市中区山下町1番地", "横浜市中区"),
        ("14", "足柄下郡", "箱根町"),
        ("13", "神奈川県横浜市中区", "横浜市中区"),
    ] {
        assert!(
            candidates(prefecture, typed).contains(&expected.to_owned()),
            "{typed}: {:?}",
            candidates(prefecture, typed)
        );
    }
    for (prefecture, typed) in [
        ("14", ""),
        ("14", "　"),
        ("99", "横浜市"),
        ("14", "qwertyuiop"),
        ("14", &"あ".repeat(100_000)),
    ] {
        assert_eq!(find(prefecture, typed), Lookup::NotFound, "{typed}");
    }
}

#[test]
fn every_sample_register_place_is_found_or_offered() {
    let table = include_str!("../../../tests/data/sample-applicants.csv");
    for row in csv::Reader::from_reader(table.as_bytes())
        .records()
        .map(Result::unwrap)
        .filter(|row| !row[22].is_empty())
    {
        match find(row[22].get(..2).unwrap(), &row[23]) {
            Lookup::Found(one) => assert_eq!(one.code, &row[22], "{}", &row[23]),
            Lookup::Candidates(candidates) => assert!(
                row.iter()
                    .any(|value| value.contains("retired-municipality"))
                    && !candidates.is_empty(),
                "{}",
                &row[23]
            ),
            other => panic!("{} {other:?}", &row[23]),
        }
    }
}
