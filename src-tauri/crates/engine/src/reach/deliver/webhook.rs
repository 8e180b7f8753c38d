//! A webhook: JSON by POST, with the secret sent along or signing the body.

use std::fmt::Write;

use hearthline_model::WebhookAuth;
use hearthline_reach::{Message, document};
use ring::hmac;

use super::Undelivered;
use super::http::{Answer, Post, post};

/// Delivers a message.
pub async fn send(
    url: &str,
    auth: WebhookAuth,
    ca_file: Option<&String>,
    secret: Option<&str>,
    message: &Message,
) -> Result<(), Undelivered> {
    let body = document(message);
    let mut headers = vec![("x-hearthline-id", message.id.clone())];
    let secret = secret.filter(|secret| !secret.is_empty());
    match (auth, secret) {
        (WebhookAuth::None, _) => {}
        (WebhookAuth::Bearer, Some(secret)) => headers.push(("authorization", format!("Bearer {secret}"))),
        (WebhookAuth::Signature, Some(secret)) => {
            headers.push((
                "x-hearthline-signature",
                format!("sha256={}", sign(secret, &body)),
            ));
        }
        (_, None) => {
            return Err("The secret is not known in this run; enter it again."
                .to_owned()
                .into());
        }
    }
    let answer = post(Post {
        url,
        ca_file,
        content: "application/json",
        headers,
        body,
    })
    .await?;
    taken(&answer)
}

/// Whether a server took what it was given.
pub fn taken(answer: &Answer) -> Result<(), Undelivered> {
    let Answer {
        status, text, host, ..
    } = answer;
    let advice = match status {
        200..=299 => return Ok(()),
        300..=399 => "It sends elsewhere; enter the address that it leads to.",
        401 | 403 => "It does not accept the secret. Check it, and that it may be used for this.",
        404 | 410 => "There is nothing at this address; check it.",
        413 => "The message is too large for it.",
        429 => "It asks for fewer messages; Hearthline waits.",
        500..=599 => "It has a trouble of its own; Hearthline tries again.",
        _ => "Check the address and what it expects.",
    };
    let said = if text.is_empty() {
        String::new()
    } else {
        format!(" (\"{text}\")")
    };
    Err(Undelivered {
        text: format!("{host} answered {status}{said}. {advice}"),
        wait: answer.wait,
    })
}

/// HMAC-SHA-256 in hexadecimal.
fn sign(secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::sign(&key, body)
        .as_ref()
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_everybody_does() {
        // RFC 4231, test case 2.
        assert_eq!(
            sign("Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn each_refusal_has_its_advice() {
        let answer = |status| Answer {
            status,
            text: "no".into(),
            wait: None,
            host: "example.org".into(),
        };
        assert_eq!(taken(&answer(204)), Ok(()));
        for (status, word) in [
            (301, "elsewhere"),
            (401, "secret"),
            (404, "nothing"),
            (503, "tries again"),
        ] {
            let told = taken(&answer(status)).unwrap_err().text;
            assert!(told.contains(word) && told.contains("(\"no\")"), "{told}");
        }
    }
}
