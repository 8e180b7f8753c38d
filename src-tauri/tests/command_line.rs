//! The program's command line. That this test needs the program is also what makes `cargo test` build it, once, with the
//! features of every other test: the tests of the whole system open it.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used)]

use std::process::Command;

#[test]
fn help_and_mistakes_are_answered_without_a_window() {
    let run = |argument: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_hearthline"))
            .args(argument)
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .output()
            .expect("the program starts");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, said, complained) = run(&["--help"]);
    assert!(code == Some(0) && said.contains("--data-dir FOLDER"), "{said}");
    assert_eq!(complained, "");
    let (code, said, _) = run(&["--version"]);
    assert_eq!(
        (code, said.trim_end()),
        (Some(0), concat!("hearthline ", env!("CARGO_PKG_VERSION")))
    );
    let (code, _, complained) = run(&["--for", "soon"]);
    assert!(
        code == Some(2) && complained.contains("30s or 5m"),
        "{complained}"
    );
    let (code, _, complained) = run(&["--demo"]);
    assert!(
        code == Some(1) && complained.contains("needs a display"),
        "{complained}"
    );
}

#[test]
fn nobody_listening_is_no_trouble() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = Command::new(env!("CARGO_BIN_EXE_hearthline"))
        .arg("--help")
        .stdout(writer)
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
