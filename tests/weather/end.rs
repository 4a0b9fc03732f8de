//! SIGTERM: what is in flight is finished, then the program ends well. And what its other commands do beside a running one.

use std::io::{Read, Write};
use std::time::Duration;

use crate::support::program::House;
use crate::support::raw;

#[test]
fn what_is_in_flight_at_sigterm_is_answered_and_the_program_ends_well() {
    let house = House::new();
    let mut program = house.demo("info");
    let mut slow = raw::connect(&house.base_url());
    let request = raw::bytes_of(
        &house.base_url(),
        "POST /apply",
        &[("content-type", "application/x-www-form-urlencoded")],
        b"email=hanako.mihon%40example.com",
    );
    let (first, rest) = request.split_at(request.len() - 5);
    slow.write_all(first).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    program.terminate();
    std::thread::sleep(Duration::from_millis(700));
    slow.write_all(rest).unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
    assert!(answer.contains("</html>"), "the answer came in full");
    assert_eq!(program.end().code(), Some(0));
    assert!(
        house.log().contains("\"message\":\"stopped\""),
        "{}",
        house.log()
    );
}

#[test]
fn a_backup_of_a_running_demo_is_restored_checked_and_verified() {
    let house = House::new();
    let mut program = house.demo("warn");
    let database = house.path("tsubame.db");
    let copy = house.path("backup.db");
    let copy_name = copy.to_str().unwrap();
    for (arguments, words) in [
        (vec!["check"], "ready"),
        (vec!["migrate"], "0 migrations"),
        (vec!["backup", copy_name], ""),
        (vec!["verify", "audit"], "whole"),
    ] {
        let ran = house.run(&arguments);
        assert!(ran.status.success(), "{arguments:?}: {ran:?}");
        assert!(
            String::from_utf8_lossy(&ran.stdout).contains(words),
            "{arguments:?}: {ran:?}"
        );
    }
    let again = house.run(&["backup", copy_name]);
    assert_eq!(
        again.status.code(),
        Some(1),
        "a backup never overwrites another: {again:?}"
    );
    program.terminate();
    assert!(program.end().success());
    let refused = house.run(&["restore", copy_name]);
    assert_eq!(
        refused.status.code(),
        Some(1),
        "a database that is there is not replaced unasked: {refused:?}"
    );
    std::fs::write(&database, b"broken").unwrap();
    let restored = house.run(&["restore", copy_name, "--force"]);
    assert!(restored.status.success(), "{restored:?}");
    assert!(house.run(&["verify", "audit"]).status.success());
    let _again = house.demo("warn");
    assert_eq!(raw::request(&house.base_url(), "GET /", &[]).status, 200);
}
