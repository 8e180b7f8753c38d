//! Mail by SMTP.

use std::error::Error;
use std::time::Duration;

use hearthline_model::{MailSecurity, Target};
use hearthline_reach::Message;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::Undelivered;

/// Patience for each step.
const STEP: Duration = Duration::from_secs(15);
/// Letters of a subject.
const LONGEST: usize = 150;

/// Delivers a message.
pub async fn send(to: &Target, password: Option<&str>, message: &Message) -> Result<(), Undelivered> {
    let Target::Mail {
        host,
        port,
        security,
        username,
        from,
        to,
        ca_file,
    } = to
    else {
        return Ok(());
    };
    let host = host.trim();
    let mail = compose(from, to, message)?;
    let (tls_host, tls_file, security) = (host.to_owned(), ca_file.clone(), *security);
    let tls = tokio::task::spawn_blocking(move || encryption(&tls_host, tls_file.as_deref(), security))
        .await
        .map_err(|_| "TLS cannot be set up on this machine.".to_owned())??;
    let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(*port)
        .timeout(Some(STEP))
        .tls(tls);
    if let Some(user) = username.as_deref().filter(|user| !user.is_empty()) {
        let Some(password) = password else {
            return Err("The password is not known in this run; enter it again."
                .to_owned()
                .into());
        };
        transport = transport.credentials(Credentials::new(user.to_owned(), password.to_owned()));
    }
    transport
        .build()
        .send(mail)
        .await
        .map(drop)
        .map_err(|error| said(&error, host, *port, security).into())
}

fn compose(from: &str, to: &[String], message: &Message) -> Result<lettre::Message, String> {
    let address = |text: &str| {
        text.trim()
            .parse::<Address>()
            .map_err(|_| format!("\"{}\" is no mail address; correct it.", text.trim()))
    };
    let subject: String = format!("[Hearthline] {}", message.title)
        .chars()
        .take(LONGEST)
        .collect();
    let mut mail = lettre::Message::builder()
        .from(lettre::message::Mailbox::new(
            Some("Hearthline".into()),
            address(from)?,
        ))
        .subject(subject)
        // The same however often it is delivered: a mail program shows it once.
        .message_id(Some(format!("<{}@hearthline>", message.id)));
    for receiver in to {
        mail = mail.to(address(receiver)?.into());
    }
    mail.header(ContentType::TEXT_PLAIN)
        .body(format!("{}\n", message.text))
        .map_err(|error| format!("The mail cannot be written: {error}."))
}

fn encryption(host: &str, ca_file: Option<&str>, security: MailSecurity) -> Result<Tls, String> {
    if security == MailSecurity::None {
        return Ok(Tls::None);
    }
    let mut parameters = TlsParameters::builder(host.to_owned());
    if let Some(path) = ca_file.map(str::trim).filter(|path| !path.is_empty()) {
        let pem = std::fs::read(path).map_err(|error| {
            format!("The certificate file {path} cannot be read: {error}. Choose a PEM file.")
        })?;
        let certificate = Certificate::from_pem(&pem)
            .map_err(|_| format!("{path} holds no certificate. Choose a PEM file."))?;
        parameters = parameters.add_root_certificate(certificate);
    }
    let parameters = parameters
        .build_rustls()
        .map_err(|error| format!("TLS cannot be set up: {error}."))?;
    Ok(match security {
        MailSecurity::Tls => Tls::Wrapper(parameters),
        MailSecurity::StartTls | MailSecurity::None => Tls::Required(parameters),
    })
}

fn said(error: &lettre::transport::smtp::Error, host: &str, port: u16, security: MailSecurity) -> String {
    let mut told = error.to_string();
    let mut next = error.source();
    let mut refused = false;
    for _ in 0..8 {
        let Some(cause) = next else { break };
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            refused = io.kind() == std::io::ErrorKind::ConnectionRefused;
        }
        let text = cause.to_string();
        if !told.contains(&text) {
            told = format!("{told}: {text}");
        }
        next = cause.source();
    }
    let told: String = told
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(300)
        .collect();
    if refused {
        return format!(
            "{host} is there, but nothing listens on port {port}. Check the port: 465 is usual with TLS, 587 with STARTTLS."
        );
    }
    let advice = if error
        .status()
        .is_some_and(|code| code.to_string().starts_with("53"))
    {
        "User name or password is not accepted, or the server asks for encryption first."
    } else if error.status().is_some() {
        "Check the addresses and what this server lets you send."
    } else if error.is_timeout() {
        "It does not answer; check the name, the port and the encryption (465: TLS, 587: STARTTLS)."
    } else if error.is_tls() || security != MailSecurity::None {
        "Check the name, the port and the encryption (465: TLS, 587: STARTTLS)."
    } else {
        "Check the name and the port."
    };
    format!("The mail server {host}:{port} did not take it: {told}. {advice}")
}
