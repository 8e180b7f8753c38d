//! One POST over a connection of its own: HTTP/1.1, TLS verified, no redirects (they would carry the secret elsewhere).

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hearthline_model::{Micros, SECOND};
use http_body_util::{BodyExt, Full, Limited};
use hyper::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::source::tls;

/// Patience for each step of connecting.
const STEP: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read.
const LONGEST: usize = 16 << 10;
/// Letters of an answer that are told.
const TOLD: usize = 200;
/// The longest pause that a server may ask for.
const LONGEST_WAIT: i64 = 3600;

/// What is posted.
pub struct Post<'a> {
    /// Where to.
    pub url: &'a str,
    /// PEM file of the server's authority.
    pub ca_file: Option<&'a String>,
    /// Type of the body.
    pub content: &'static str,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What came back.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The beginning of what it says, of one line.
    pub text: String,
    /// A pause that it asks for.
    pub wait: Option<Micros>,
    /// The host that answered.
    pub host: String,
}

/// Posts. `Err` is one sentence or two.
pub async fn post(given: Post<'_>) -> Result<Answer, String> {
    let uri: Uri = given
        .url
        .trim()
        .parse()
        .map_err(|_| format!("{} is no address; correct it.", given.url.trim()))?;
    let host = uri
        .host()
        .map(|host| host.trim_matches(['[', ']']).to_owned())
        .ok_or("The address names no host; correct it.")?;
    let secure = uri.scheme_str() == Some("https");
    let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
    let socket = connect(&host, port).await?;
    if !secure {
        return exchange(socket, &uri, host, given).await;
    }
    let ca_file = given.ca_file.cloned();
    let config = tokio::task::spawn_blocking(move || tls::verified(ca_file.as_ref()))
        .await
        .map_err(|_| "TLS cannot be set up on this machine.".to_owned())??;
    let name = ServerName::try_from(host.clone())
        .map_err(|_| format!("{host} is no name that a certificate could be for; correct it."))?;
    let connecting = TlsConnector::from(Arc::clone(&config)).connect(name, socket);
    let socket = timeout(STEP, connecting)
        .await
        .map_err(|_| silent(&host, port))?
        .map_err(|error| said(&error, &host, port))?;
    exchange(socket, &uri, host, given).await
}

async fn connect(host: &str, port: u16) -> Result<TcpStream, String> {
    let found = timeout(STEP, tokio::net::lookup_host((host, port))).await;
    let addresses: Vec<_> = match found {
        Ok(Ok(found)) => found.collect(),
        Ok(Err(_)) => Vec::new(),
        Err(_) => return Err(unreachable(host, port)),
    };
    if addresses.is_empty() {
        return Err(format!(
            "The name {host} is not known on this network. Check the spelling, or enter the address instead."
        ));
    }
    let mut last = unreachable(host, port);
    for address in addresses {
        match timeout(STEP, TcpStream::connect(address)).await {
            Ok(Ok(socket)) => {
                let _ = socket.set_nodelay(true);
                return Ok(socket);
            }
            Ok(Err(error)) => last = said(&error, host, port),
            Err(_) => {}
        }
    }
    Err(last)
}

async fn exchange<S>(socket: S, uri: &Uri, host: String, given: Post<'_>) -> Result<Answer, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let port = uri.port_u16().unwrap_or_default();
    let lost = |error: &(dyn Error + 'static)| said(error, &host, port);
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(socket))
        .await
        .map_err(|error| lost(&error))?;
    let driving = tokio::spawn(async move {
        // What goes wrong is told by the answer that does not come.
        let _ = connection.await;
    });
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let mut request = Request::post(path)
        .header(HOST, authority)
        .header(USER_AGENT, concat!("Hearthline/", env!("CARGO_PKG_VERSION")))
        .header(CONTENT_TYPE, given.content);
    for (name, value) in given.headers {
        let name = HeaderName::from_static(name);
        let value = HeaderValue::from_str(&value)
            .map_err(|_| "The secret holds letters that cannot be sent; enter it again.".to_owned())?;
        request = request.header(name, value);
    }
    let request = request
        .body(Full::new(Bytes::from(given.body)))
        .map_err(|_| "The address cannot be asked; correct it.".to_owned())?;
    let answer = sender.send_request(request).await.map_err(|error| lost(&error))?;
    let (parts, body) = answer.into_parts();
    let read = timeout(STEP, Limited::new(body, LONGEST).collect()).await;
    driving.abort();
    // What it says is a courtesy; that it took the message is in the status.
    let bytes = read
        .ok()
        .and_then(Result::ok)
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let text: String = String::from_utf8_lossy(&bytes)
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(TOLD)
        .collect();
    let wait = parts
        .headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse::<i64>().ok())
        .map(|seconds| seconds.clamp(0, LONGEST_WAIT) * SECOND);
    Ok(Answer {
        status: parts.status.as_u16(),
        text: text.trim().to_owned(),
        wait,
        host,
    })
}

fn unreachable(host: &str, port: u16) -> String {
    format!("No answer from {host}:{port}. Check that the machine is on and that no firewall is in between.")
}

fn silent(host: &str, port: u16) -> String {
    format!("{host}:{port} takes the connection but does not answer in TLS. Check the address.")
}

/// What an error says to a person, whatever it is wrapped in.
fn said(error: &(dyn Error + 'static), host: &str, port: u16) -> String {
    let mut next = Some(error);
    for _ in 0..16 {
        let Some(error) = next else { break };
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return match error {
                rustls::Error::InvalidCertificate(why) => format!(
                    "The certificate of {host} is not trusted: {why:?}. Choose the file of the authority that signed it."
                ),
                other => {
                    format!("{host}:{port} does not speak TLS as it should: {other}. Check the address.")
                }
            };
        }
        if let Some(error) = error.downcast_ref::<io::Error>() {
            if let Some(inside) = error.get_ref() {
                let inside: &(dyn Error + 'static) = inside;
                next = Some(inside);
                continue;
            }
            return match error.kind() {
                io::ErrorKind::ConnectionRefused => format!(
                    "{host} is there, but nothing listens on port {port}. Check the address and that it runs."
                ),
                io::ErrorKind::HostUnreachable
                | io::ErrorKind::NetworkUnreachable
                | io::ErrorKind::NetworkDown
                | io::ErrorKind::AddrNotAvailable => {
                    format!("There is no way to {host} from here. Check the network and the address.")
                }
                io::ErrorKind::TimedOut => unreachable(host, port),
                io::ErrorKind::UnexpectedEof
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe => {
                    format!("{host} closed the connection without an answer. Check the address.")
                }
                _ => format!("{host} cannot be reached: {error}."),
            };
        }
        next = error.source();
    }
    format!("{host} does not answer as a web server should: {error}. Check the address.")
}
