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
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, said) = run(&["--help"]);
    assert!(code == Some(2) && said.contains("--data-dir FOLDER"), "{said}");
    let (code, said) = run(&["--for", "soon"]);
    assert!(code == Some(2) && said.contains("30s or 5m"), "{said}");
    let (code, said) = run(&["--demo"]);
    assert!(code == Some(1) && said.contains("needs a display"), "{said}");
}
