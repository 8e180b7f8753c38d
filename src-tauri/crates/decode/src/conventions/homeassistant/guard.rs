//! The codes of locks and alarm panels: which commands take one, and which codes are let through to the device.

use hearthline_model::{Code, CodeDesc, Value};
use regex_lite::{Regex, RegexBuilder};

use super::config::Config;
use crate::CommandError;

/// Memory that the expression of a config may take, bytes.
const MAX_SIZE: usize = 64 << 10;

/// What is asked of a code before it is sent.
#[derive(Debug)]
pub(super) struct Guard {
    /// The words that take one; none: every word does.
    words: Vec<String>,
    check: Check,
}

#[derive(Debug)]
enum Check {
    /// It is this one: Home Assistant compares it before it sends anything, and so is done here.
    Same(String),
    /// It looks like this.
    Form(Regex),
    /// The device compares it.
    Device,
}

impl Guard {
    /// The guard of an alarm panel and what a person is told of it. `words` are its commands.
    pub(super) fn of_panel(config: &Config, words: &[&str]) -> Option<(Self, CodeDesc)> {
        let code = config.text("code").filter(|code| !code.is_empty())?;
        let (check, numeric) = match code.as_str() {
            "REMOTE_CODE" => (Check::Device, true),
            "REMOTE_CODE_TEXT" => (Check::Device, false),
            own => (
                Check::Same(own.to_owned()),
                own.bytes().all(|b| b.is_ascii_digit()),
            ),
        };
        let needed = |word: &str| {
            let option = match word {
                "disarm" => "code_disarm_required",
                "trigger" => "code_trigger_required",
                _ => "code_arm_required",
            };
            config.flag(option) != Some(false)
        };
        let words: Vec<String> = words
            .iter()
            .filter(|word| needed(word))
            .map(|word| (*word).to_owned())
            .collect();
        let desc = CodeDesc {
            words: words.clone(),
            numeric,
        };
        (!words.is_empty()).then_some((Self { words, check }, desc))
    }

    /// The guard of a lock, which says what a code looks like; an expression that does not compile is the error.
    pub(super) fn of_lock(config: &Config) -> Result<Option<(Self, CodeDesc)>, String> {
        let Some(form) = config.text("code_format").filter(|form| !form.is_empty()) else {
            return Ok(None);
        };
        let regex = RegexBuilder::new(&format!("^(?:{form})"))
            .size_limit(MAX_SIZE)
            .build()
            .map_err(|error| format!("code_format does not compile: {error}"))?;
        let desc = CodeDesc {
            words: Vec::new(),
            numeric: digits_alone(&form),
        };
        let guard = Self {
            words: Vec::new(),
            check: Check::Form(regex),
        };
        Ok(Some((guard, desc)))
    }

    /// The code to send along; the error says why nothing is sent.
    pub(super) fn admit<'a>(
        &self,
        value: &Value,
        code: Option<&'a Code>,
    ) -> Result<Option<&'a Code>, CommandError> {
        let word = value.to_string();
        if !self.words.is_empty() && !self.words.iter().any(|known| known.eq_ignore_ascii_case(&word)) {
            return Ok(code);
        }
        let Some(code) = code else {
            // An expression that nothing at all fits asks for nothing.
            let free = matches!(&self.check, Check::Form(form) if form.is_match(""));
            return free.then_some(None).ok_or(CommandError::NoCode);
        };
        let right = match &self.check {
            Check::Same(own) => same(own, code.secret()),
            Check::Form(form) => form.is_match(code.secret()),
            Check::Device => true,
        };
        right.then_some(Some(code)).ok_or(CommandError::WrongCode)
    }
}

/// Whether an expression is about digits and nothing else.
fn digits_alone(form: &str) -> bool {
    let rest = form.replace("\\d", "").replace("[0-9]", "");
    rest.len() < form.len()
        && rest
            .chars()
            .all(|c| c.is_ascii_digit() || "^$?+*{},|()".contains(c))
}

/// Compares without telling by its time how much of it is right.
fn same(own: &str, typed: &str) -> bool {
    let (own, typed) = (own.trim().as_bytes(), typed.as_bytes());
    own.len() == typed.len() && own.iter().zip(typed).fold(0, |acc, (a, b)| acc | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_alone_get_a_number_pad() {
        assert!(digits_alone(r"^\d{4,6}$") && digits_alone("[0-9]+"));
        assert!(!digits_alone(r"^[A-F0-9]{4}$") && !digits_alone(r"\w+") && !digits_alone(""));
        assert!(!digits_alone(r"\d+[a-z]"));
    }

    #[test]
    fn codes_are_compared_as_a_whole() {
        assert!(same("1234", "1234") && same("0", "0"));
        assert!(!same("1234", "123") && !same("1234", "12345") && !same("1234", "1235") && !same("", "1"));
    }
}
