//! An MQTT broker in this process.
//!
//! `rmqtt` runs on a runtime of its own: it has no way to stop, so stopping means ending that runtime, which closes the listener and
//! every connection. Sessions live as long as the broker; retained messages are kept on disk by [`retained`], because rmqtt's core
//! drops them. [`router`] lets topics through that the core refuses.

mod auth;
mod filter;
mod record;
mod retained;
mod router;
mod storage;

use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rmqtt::context::ServerContext;
use rmqtt::net::{Builder, Listener};
use rmqtt::router::DefaultRouter;
use rmqtt::server::MqttServer;
use rmqtt::shared::DefaultShared;
use tokio::runtime::Runtime;

use crate::Error;
use retained::Retained;

/// Largest packet that is accepted, in bytes.
const MAX_PACKET: u32 = 32 << 20;
/// Unacknowledged messages a client may have on the way.
const MAX_INFLIGHT: NonZeroU16 = NonZeroU16::new(1_000).unwrap();
/// Messages kept for a client that is away or slow; more are dropped, oldest first.
const MAX_QUEUE: usize = 100_000;
/// How long the session of a client that went away is kept.
const SESSION_EXPIRY: Duration = Duration::from_hours(24);
/// The listener's key within rmqtt. It must be given, because the port may be chosen by the system.
const LISTENER: u16 = 1;
/// How long stopping waits for connections to end.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

/// How the broker is to run.
#[derive(Debug, Clone)]
pub struct BrokerOptions {
    /// Address and port; port 0 takes a free one. Anything but loopback needs credentials.
    pub listen: SocketAddr,
    /// User name and password that every client must give; `None` lets everyone on this machine in.
    pub credentials: Option<(String, String)>,
    /// Folder for the retained messages; made if absent.
    pub data: PathBuf,
}

/// A running broker. Dropping it ends it without waiting; [`stop`](Self::stop) waits and is the better way.
pub struct EmbeddedBroker {
    threads: Threads,
    context: ServerContext,
    retained: Arc<Retained>,
    address: SocketAddr,
}

impl EmbeddedBroker {
    /// Starts the broker and returns once it listens.
    pub async fn start(options: BrokerOptions) -> Result<Self, Error> {
        if let Some((user, password)) = &options.credentials {
            if user.is_empty() || password.is_empty() {
                return Err(Error::EmptyCredentials);
            }
        } else if !options.listen.ip().is_loopback() {
            return Err(Error::OpenWithoutPassword(options.listen));
        }
        let retained = Arc::new(Retained::open(&options.data, now_ms()).map_err(Error::Retained)?);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("broker")
            .enable_all()
            .build()
            .map_err(Error::Start)?;
        let handle = runtime.handle().clone();
        let threads = Threads(Some(runtime));
        let building = build(options.listen, options.credentials, Arc::clone(&retained));
        let built = handle
            .spawn(building)
            .await
            .map_err(|error| Error::Start(std::io::Error::other(error)))?;
        let (context, listener, address) = built?;
        let server = MqttServer::new(context.clone())
            .listener_by_id(listener, LISTENER)
            .build();
        handle.spawn(async move {
            if let Err(error) = server.run().await {
                tracing::error!(%error, "the embedded broker ended");
            }
        });
        Ok(Self {
            threads,
            context,
            retained,
            address,
        })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Retained messages held now.
    pub fn retained_count(&self) -> usize {
        self.retained.len()
    }

    /// Ends all connections, writes what is to be kept and frees the port.
    pub async fn stop(mut self) {
        let Some(runtime) = self.threads.0.take() else {
            return;
        };
        // The context and its parts point at each other; without this nothing of it would ever be freed.
        *self.context.extends.shared_mut().await = Box::new(DefaultShared::new(None));
        *self.context.extends.router_mut().await = Box::new(DefaultRouter::new(None));
        let ended = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(STOP_PATIENCE)).await;
        if let Err(error) = ended {
            tracing::warn!(%error, "the embedded broker did not end in order");
        }
        self.close();
    }

    fn close(&self) {
        if let Err(error) = self.retained.close() {
            tracing::error!(%error, "the broker's retained messages could not be written");
        }
    }
}

impl Drop for EmbeddedBroker {
    fn drop(&mut self) {
        if self.threads.0.is_some() {
            self.close();
        }
    }
}

/// The broker's runtime; `None` once stopped. A runtime must not be dropped within another, so dropping this only tells it to end.
struct Threads(Option<Runtime>);

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Binds the listener and puts our storage, our router and our authentication in. Runs inside the broker's runtime, which its sockets
/// belong to.
async fn build(
    listen: SocketAddr,
    credentials: Option<(String, String)>,
    retained: Arc<Retained>,
) -> Result<(ServerContext, Listener, SocketAddr), Error> {
    let failed = |error: rmqtt::Error| Error::Listen {
        address: listen,
        text: error.to_string(),
    };
    let anonymous = credentials.is_none();
    let listener = Builder::new()
        .name("embedded")
        .laddr(listen)
        // Elsewhere (Windows) the option would let two programs take the same port.
        .reuseaddr(cfg!(unix).then_some(true))
        .nodelay(true)
        .allow_anonymous(anonymous)
        .max_packet_size(MAX_PACKET)
        .max_inflight(MAX_INFLIGHT)
        .max_mqueue_len(MAX_QUEUE)
        .session_expiry_interval(SESSION_EXPIRY)
        .max_session_expiry_interval(SESSION_EXPIRY)
        // Zero: messages live until the publisher says otherwise. The default would forget retained ones after five minutes.
        .message_expiry_interval(Duration::ZERO)
        .bind()
        .map_err(failed)?
        .tcp()
        .map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    // A desktop under load must not lose its own broker: the check would refuse connections when the machine is busy.
    let context = ServerContext::new()
        .busy_check_enable(false)
        .task_exec_workers(200)
        .task_exec_queue_max(20_000)
        .build()
        .await;
    *context.extends.retain_mut().await = Box::new(storage::Storage::new(retained, context.node.id()));
    *context.extends.router_mut().await = Box::new(router::DollarRouter::new(&context));
    if let Some((user, password)) = credentials {
        auth::require(&context, user, password).await;
    }
    Ok((context, listener, address))
}

/// Now, in milliseconds since the Unix epoch.
fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_millis() as i64)
}

#[cfg(test)]
mod tests;
