//! ntfy: published as JSON, because titles in headers would have to be plain ASCII.

use hearthline_model::Priority;
use hearthline_reach::Message;
use serde::Serialize;

use super::Undelivered;
use super::http::{Post, post};
use super::webhook::taken;

/// Longer messages are made an attachment by the server.
const LONGEST: usize = 4_000;

#[derive(Serialize)]
struct Publish<'a> {
    topic: &'a str,
    title: &'a str,
    message: &'a str,
    /// 1 to 5.
    priority: u8,
    tags: &'static [&'static str],
}

/// Delivers a message.
pub async fn send(
    server: &str,
    topic: &str,
    ca_file: Option<&String>,
    token: Option<&str>,
    message: &Message,
) -> Result<(), Undelivered> {
    let mut end = message.text.len().min(LONGEST);
    while !message.text.is_char_boundary(end) {
        end -= 1;
    }
    let (priority, tags) = rank(message.priority);
    let body = serde_json::to_vec(&Publish {
        topic,
        title: &message.title,
        message: &message.text[..end],
        priority,
        tags,
    })
    .map_err(|error| Undelivered::from(error.to_string()))?;
    let mut headers = vec![("x-hearthline-id", message.id.clone())];
    if let Some(token) = token.filter(|token| !token.is_empty()) {
        headers.push(("authorization", format!("Bearer {token}")));
    }
    let answer = post(Post {
        url: server,
        ca_file,
        content: "application/json",
        headers,
        body,
    })
    .await?;
    taken(&answer)
}

/// Priority and signs as ntfy has them.
fn rank(priority: Priority) -> (u8, &'static [&'static str]) {
    match priority {
        Priority::Critical => (5, &["rotating_light"]),
        Priority::High => (4, &["warning"]),
        Priority::Medium => (3, &["large_orange_diamond"]),
        Priority::Low => (2, &["information_source"]),
        Priority::Diagnostic => (1, &["wrench"]),
    }
}
