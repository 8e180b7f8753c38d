//! axe-core in the real window: what keeps a person with other eyes or hands from using a page. It is a tool of the tests
//! alone and is not part of the app.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::window::Window;

/// Impacts that no page may have.
const GRAVE: &str = "['serious', 'critical']";

/// Puts axe into the window; once for all pages of it.
///
/// # Panics
/// Where the window's packages are not installed or the page refuses it.
pub async fn load(window: &Window) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
    let source =
        std::fs::read_to_string(&path).expect("axe-core is installed (cargo xtask test installs it)");
    let found = window.script(&format!("{source}; return typeof axe.run")).await;
    assert_eq!(found, "function");
}

/// What is gravely wrong with the page as it is, a line each: rule, where, why.
///
/// # Panics
/// Where axe fails or does not answer.
pub async fn violations(window: &Window) -> Vec<String> {
    let script = format!(
        "const done = arguments[0];
         axe.run(document, {{ resultTypes: ['violations'] }}).then(
           (found) => done(found.violations
             .filter((rule) => {GRAVE}.includes(rule.impact))
             .flatMap((rule) => rule.nodes.map((node) =>
               [rule.id, rule.impact, node.html.slice(0, 200), node.failureSummary].join('; ')))),
           (error) => done(String(error)))"
    );
    let answer = tokio::time::timeout(
        Duration::from_secs(30),
        window.client.execute_async(&script, Vec::new()),
    );
    match answer.await {
        Ok(Ok(Value::Array(lines))) => lines
            .iter()
            .filter_map(|line| line.as_str().map(|line| line.replace('\n', " ")))
            .collect(),
        other => panic!("axe says: {other:?}"),
    }
}
