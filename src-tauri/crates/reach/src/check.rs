//! What a person may have mistyped, said before anything is kept.

use hearthline_model::{Channel, ReachRules, Target};

/// Channels at the most.
pub const MOST_CHANNELS: usize = 50;
/// Letters of any one setting.
const LONGEST: usize = 500;
/// Receivers of a mail.
const MOST_RECEIVERS: usize = 20;
/// Steps of an escalation.
const MOST_STEPS: usize = 10;

/// What is wrong with a channel, one sentence; none where nothing is.
///
/// # Errors
/// What to correct.
pub fn check_channel(channel: &Channel) -> Result<(), String> {
    let wrong = if channel.name.trim().is_empty() {
        "give the channel a name, so that you find it again"
    } else if channel.name.chars().count() > 100 {
        "a name has at most 100 letters"
    } else if channel.places.len() > 100 || channel.classes.len() > 100 {
        "choose at most 100 places and 100 classes"
    } else if channel
        .classes
        .iter()
        .any(|class| class.trim().is_empty() || class.len() > 100)
    {
        "a class has 1 to 100 letters"
    } else {
        return check_target(&channel.to);
    };
    Err(wrong.into())
}

fn check_target(to: &Target) -> Result<(), String> {
    match to {
        Target::Mqtt { topic, .. } => {
            if topic.trim().is_empty() || topic.len() > LONGEST || topic.contains(['+', '#', '\0']) {
                return Err(
                    "give a topic to publish to, such as hearthline/alarms; it holds neither + nor #".into(),
                );
            }
            if topic.starts_with('$') {
                return Err("topics that begin with $ are the broker's own; choose another".into());
            }
            Ok(())
        }
        Target::Webhook { url, .. } => check_url(url),
        Target::Ntfy { server, topic, .. } => {
            let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
            if topic.is_empty() || topic.len() > 64 || !topic.chars().all(fits) {
                return Err("a topic of ntfy has 1 to 64 letters, digits, - and _".into());
            }
            check_url(server)
        }
        Target::Mail {
            host,
            port,
            from,
            to,
            username,
            ..
        } => {
            let host = host.trim();
            if host.is_empty() || host.len() > 253 || host.contains([' ', '/', '@']) {
                return Err("give the mail server's name, such as mail.example.org".into());
            }
            if *port == 0 {
                return Err("give the mail server's port; 465 is usual with TLS, 587 with STARTTLS".into());
            }
            if username.as_ref().is_some_and(|name| name.len() > LONGEST) {
                return Err("that user name is too long".into());
            }
            if !is_address(from) {
                return Err("give the address that mails come from, such as home@example.org".into());
            }
            if to.is_empty() || to.len() > MOST_RECEIVERS {
                return Err(format!("give 1 to {MOST_RECEIVERS} addresses that mails go to"));
            }
            match to.iter().find(|address| !is_address(address)) {
                Some(wrong) => Err(format!("\"{wrong}\" is no mail address")),
                None => Ok(()),
            }
        }
    }
}

/// Whether it has the looks of a mail address; the server has the last word.
fn is_address(text: &str) -> bool {
    let text = text.trim();
    text.len() <= 254
        && !text
            .contains(|letter: char| letter.is_whitespace() || letter.is_control() || "<>,;".contains(letter))
        && text
            .rsplit_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

fn check_url(url: &str) -> Result<(), String> {
    let url = url.trim();
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .ok_or("an address begins with https:// or http://")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty()
        || url.len() > 2000
        || url.contains(|letter: char| letter.is_whitespace() || letter.is_control())
    {
        return Err("give a whole address, such as https://example.org/alarms".into());
    }
    if host.contains('@') {
        return Err("leave user and password out of the address; the secret has a field of its own".into());
    }
    Ok(())
}

/// What is wrong with the rules.
///
/// # Errors
/// What to correct.
pub fn check_rules(rules: &ReachRules) -> Result<(), String> {
    let hours = rules.quiet.hours;
    if hours.from >= 24 * 60 || hours.to >= 24 * 60 || hours.days > 0b0111_1111 {
        return Err("quiet hours begin and end between 0:00 and 23:59".into());
    }
    if rules.quiet.enabled && (hours.from == hours.to || hours.days == 0) {
        return Err("quiet hours need a beginning, another end, and a day".into());
    }
    let escalation = &rules.escalation;
    if escalation.steps.len() > MOST_STEPS {
        return Err(format!("there are at most {MOST_STEPS} steps"));
    }
    if escalation.enabled && escalation.steps.is_empty() {
        return Err("add a step that says whom an alarm reaches next".into());
    }
    if escalation.steps.iter().any(|step| step.after == 0) {
        return Err("a step comes one minute after the alarm at the soonest".into());
    }
    if escalation.enabled && escalation.steps.iter().any(|step| step.channels.is_empty()) {
        return Err("choose for each step who is told".into());
    }
    if escalation
        .steps
        .windows(2)
        .any(|pair| pair[0].after >= pair[1].after)
    {
        return Err("each step comes later than the one before".into());
    }
    if escalation.repeat == Some(0) {
        return Err("a step is repeated after one minute at the soonest".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use hearthline_model::{ChannelId, EscalationStep, MailSecurity, WebhookAuth};

    use super::*;
    use crate::note::tests::channel;

    fn to(target: Target) -> Result<(), String> {
        check_channel(&Channel {
            to: target,
            ..channel()
        })
    }

    fn mail(from: &str, to: &[&str]) -> Target {
        Target::Mail {
            host: "mail.example.org".into(),
            port: 465,
            security: MailSecurity::Tls,
            username: None,
            from: from.into(),
            to: to.iter().map(|&it| it.to_owned()).collect(),
            ca_file: None,
        }
    }

    fn hook(url: &str) -> Target {
        Target::Webhook {
            url: url.into(),
            auth: WebhookAuth::None,
            ca_file: None,
        }
    }

    #[test]
    fn what_was_mistyped_is_said() {
        assert_eq!(check_channel(&channel()), Ok(()));
        assert_eq!(to(hook("https://example.org:8443/a?b=c")), Ok(()));
        assert_eq!(to(mail("a@b", &["c@d", "e@f"])), Ok(()));
        for (target, word) in [
            (hook("ftp://x"), "https://"),
            (hook("https://"), "whole address"),
            (hook("https://a b"), "whole address"),
            (hook("https://me:pw@x/"), "secret"),
            (mail("nobody", &["c@d"]), "come from"),
            (mail("a@b", &[]), "go to"),
            (mail("a@b", &["c@d", "x\r\n@y"]), "no mail address"),
        ] {
            let told = to(target.clone()).unwrap_err();
            assert!(told.contains(word), "{target:?}: {told}");
        }
        let nameless = Channel {
            name: " ".into(),
            ..channel()
        };
        assert!(check_channel(&nameless).unwrap_err().contains("name"));
    }

    #[test]
    fn steps_come_one_after_the_other() {
        let mut rules = ReachRules::default();
        assert_eq!(check_rules(&rules), Ok(()));
        rules.escalation.enabled = true;
        assert!(check_rules(&rules).unwrap_err().contains("add a step"));
        let step = |after| EscalationStep {
            after,
            channels: vec![ChannelId(1)],
        };
        rules.escalation.steps = vec![step(5), step(5)];
        assert!(check_rules(&rules).unwrap_err().contains("later"));
        rules.escalation.steps = vec![step(5), step(15)];
        assert_eq!(check_rules(&rules), Ok(()));
        rules.escalation.steps[1].channels.clear();
        assert!(check_rules(&rules).unwrap_err().contains("who is told"));
        rules.escalation.enabled = false;
        rules.quiet.enabled = true;
        rules.quiet.hours.to = rules.quiet.hours.from;
        assert!(check_rules(&rules).unwrap_err().contains("another end"));
    }
}
