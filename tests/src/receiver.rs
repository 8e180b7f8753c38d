//! A small HTTP receiver on loopback: takes what is posted, tells it, and answers as it is told.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::wait::until;

/// What was posted.
#[derive(Clone, Debug)]
pub struct Posted {
    /// Path of the address.
    pub path: String,
    /// Names in small letters, and values.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub body: Vec<u8>,
}

impl Posted {
    /// A header, `""` where there is none.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// Listens until it is dropped.
pub struct Receiver {
    /// Where.
    pub port: u16,
    status: Arc<AtomicU16>,
    posted: Arc<Mutex<Vec<Posted>>>,
    task: Option<JoinHandle<()>>,
}

/// An answer of this status is none: it takes what is posted and then says nothing.
pub const SILENT: u16 = 0;

impl Receiver {
    /// Starts one that takes everything.
    pub async fn start() -> Self {
        let mut receiver = Self {
            port: 0,
            status: Arc::new(AtomicU16::new(200)),
            posted: Arc::default(),
            task: None,
        };
        receiver.up().await;
        receiver
    }

    /// Listens again, where it did before.
    pub async fn up(&mut self) {
        let port = self.port;
        let listener = until("the receiver's port", async || {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.ok()
        })
        .await;
        self.port = listener.local_addr().expect("its address").port();
        let (status, posted) = (Arc::clone(&self.status), Arc::clone(&self.posted));
        self.task = Some(tokio::spawn(async move {
            let mut open = tokio::task::JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                open.spawn(serve(socket, Arc::clone(&status), Arc::clone(&posted)));
            }
        }));
    }

    /// Nobody listens there any more.
    pub async fn down(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
            let _ = task.await;
        }
    }

    /// Answers with this status from now on.
    pub fn answer(&self, status: u16) {
        self.status.store(status, Ordering::Relaxed);
    }

    /// Everything that came, the oldest first.
    pub fn all(&self) -> Vec<Posted> {
        self.posted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Everything that came, once it is so many.
    pub async fn count(&self, count: usize) -> Vec<Posted> {
        until(&format!("{count} posts"), async || {
            Some(self.all()).filter(|all| all.len() >= count)
        })
        .await
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

async fn serve(socket: TcpStream, status: Arc<AtomicU16>, posted: Arc<Mutex<Vec<Posted>>>) -> Option<()> {
    let mut socket = BufReader::new(socket);
    let mut first = String::new();
    socket.read_line(&mut first).await.ok()?;
    let path = first.split(' ').nth(1)?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        socket.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut it = Posted {
        path,
        headers,
        body: Vec::new(),
    };
    it.body = vec![0; it.header("content-length").parse().ok()?];
    socket.read_exact(&mut it.body).await.ok()?;
    let status = status.load(Ordering::Relaxed);
    posted.lock().unwrap_or_else(PoisonError::into_inner).push(it);
    if status == SILENT {
        std::future::pending::<()>().await;
    }
    let body = "said by the receiver";
    let answer = format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(answer.as_bytes()).await.ok()?;
    socket.shutdown().await.ok()
}
