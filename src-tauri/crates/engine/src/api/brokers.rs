//! Brokers: their settings, connections and passwords.

use std::sync::Arc;

use hearthline_model::{BrokerId, BrokerSettings};

use super::Engine;
use crate::clock;
use crate::error::Error;
use crate::pipeline::Work;
use crate::shared::Connection;
use crate::source::{Source, forget_session, test_connection};
use crate::view::{BrokerEdit, BrokerView, Fault, Phase, TestOutcome};

impl Engine {
    /// Connects every broker that is switched on.
    ///
    /// # Errors
    /// Where the engine is ending.
    pub async fn connect_all(&self) -> Result<(), Error> {
        for id in self.broker_ids() {
            self.connect(id).await?;
        }
        Ok(())
    }

    /// A password as the shell found it in the keychain, or was given by the person; kept in memory only. `kept` says whether
    /// it outlives this run. Takes effect with the next connection.
    pub fn set_password(&self, broker: BrokerId, password: Option<String>, kept: bool) {
        if let Some(connection) = self.inner.shared.connections().get_mut(&broker) {
            connection.password_kept = kept && password.is_some();
            connection.password = password;
        }
    }

    /// Marks the broker that runs inside the app.
    pub fn set_embedded(&self, broker: BrokerId) {
        if let Some(connection) = self.inner.shared.connections().get_mut(&broker) {
            connection.embedded = true;
        }
    }

    /// Keeps a broker's settings and connects anew with them.
    ///
    /// # Errors
    /// Where a setting does not fit or the file refuses.
    pub async fn save_broker(&self, edit: BrokerEdit) -> Result<BrokerId, Error> {
        let mut settings = edit.settings;
        check(&settings)?;
        if settings.client_id.is_empty() {
            settings.client_id = format!("hearthline-{:010x}", rand::random::<u64>() & 0xff_ffff_ffff);
        }
        let before = edit.id.and_then(|id| self.settings(id));
        let lost_filters = before.filter(|before| {
            before.enabled
                && before
                    .filters
                    .iter()
                    .any(|filter| !settings.filters.contains(filter))
        });
        if let (Some(before), Some(id)) = (&lost_filters, edit.id) {
            // A persistent session goes on with what it once subscribed to.
            self.disconnect(id).await?;
            self.forget_session(id, before).await;
        }
        let (id, kept) = (edit.id, settings.clone());
        let id = self
            .with(move |pipeline| pipeline.store.save_broker(id, &kept))
            .await??;
        {
            let mut connections = self.inner.shared.connections();
            let connection = connections.entry(id).or_default();
            connection.settings = settings;
            if let Some(password) = edit.password {
                connection.password = (!password.is_empty()).then_some(password);
                connection.password_kept = false;
            }
        }
        self.connect(id).await?;
        Ok(id)
    }

    /// Switches a broker on or off.
    ///
    /// # Errors
    /// Where it is not there or the file refuses.
    pub async fn enable_broker(&self, id: BrokerId, enabled: bool) -> Result<(), Error> {
        let mut settings = self.settings(id).ok_or(Error::NotFound("broker"))?;
        settings.enabled = enabled;
        self.save_broker(BrokerEdit {
            id: Some(id),
            settings,
            password: None,
        })
        .await?;
        Ok(())
    }

    /// Removes a broker; its devices leave the screen, their history stays.
    ///
    /// # Errors
    /// Where the file refuses.
    pub async fn remove_broker(&self, id: BrokerId) -> Result<(), Error> {
        self.disconnect(id).await?;
        if let Some(settings) = self.settings(id).filter(|settings| settings.enabled) {
            self.forget_session(id, &settings).await;
        }
        self.inner.shared.connections().remove(&id);
        self.with(move |pipeline| {
            pipeline.close_broker(id);
            pipeline.store.remove_broker(id)
        })
        .await??;
        Ok(())
    }

    /// Makes the broker drop our session, as far as it can be reached right now; otherwise it drops it at its own expiry.
    async fn forget_session(&self, id: BrokerId, settings: &BrokerSettings) {
        const PATIENCE: std::time::Duration = std::time::Duration::from_secs(3);
        let password = self
            .inner
            .shared
            .connections()
            .get(&id)
            .and_then(|connection| connection.password.clone());
        let forgotten = tokio::time::timeout(PATIENCE, forget_session(settings, password.as_deref())).await;
        if let Ok(Err(reason)) = forgotten {
            tracing::info!(
                message = "the broker keeps our old session until it expires",
                reason
            );
        }
    }

    /// Tries settings without keeping them. A password that was left unchanged is the known one.
    pub async fn test_broker(&self, edit: BrokerEdit) -> TestOutcome {
        let known = edit
            .id
            .and_then(|id| self.inner.shared.connections().get(&id)?.password.clone());
        let password = edit.password.or(known).filter(|password| !password.is_empty());
        test_connection(&edit.settings, password.as_deref()).await
    }

    /// The settings of a broker.
    pub fn settings(&self, id: BrokerId) -> Option<BrokerSettings> {
        Some(self.inner.shared.connections().get(&id)?.settings.clone())
    }

    /// Ends the present connection of a broker and, where it is switched on, starts one with its settings.
    ///
    /// # Errors
    /// Where it is not there or the engine is ending.
    pub async fn connect(&self, id: BrokerId) -> Result<(), Error> {
        self.disconnect(id).await?;
        let (settings, password) = {
            let connections = self.inner.shared.connections();
            let connection = connections.get(&id).ok_or(Error::NotFound("broker"))?;
            (connection.settings.clone(), connection.password.clone())
        };
        let (work, runtime) = (self.inner.work.clone(), self.inner.runtime.clone());
        let shared = Arc::clone(&self.inner.shared);
        // Within the pipeline, so that no message comes before its connection can be answered.
        self.with(move |pipeline| {
            pipeline.open_broker(id, &settings);
            if !settings.enabled {
                return;
            }
            let _inside = runtime.enter();
            let sink = Arc::new(move |event| {
                // Fails only when the engine has ended.
                let _ = work.send(Work::Source(event));
            });
            let changed = Arc::clone(&shared);
            let on_state = Arc::new(move |_| {
                changed
                    .status_rev
                    .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            });
            let source = Arc::new(Source::start(id, settings, password, clock::now, sink, on_state));
            pipeline.set_source(id, Some(Arc::clone(&source)));
            if let Some(connection) = shared.connections().get_mut(&id) {
                connection.source = Some(source);
                connection.counted = 0;
            }
        })
        .await
    }

    pub(super) async fn disconnect(&self, id: BrokerId) -> Result<(), Error> {
        let source = self
            .inner
            .shared
            .connections()
            .get_mut(&id)
            .and_then(|connection| connection.source.take());
        if let Some(source) = source {
            self.with(move |pipeline| pipeline.set_source(id, None)).await?;
            stop(source).await;
        }
        Ok(())
    }

    /// All brokers with their state.
    pub fn brokers(&self) -> Vec<BrokerView> {
        let connections = self.inner.shared.connections();
        connections
            .iter()
            .map(|(id, connection)| view(*id, connection))
            .collect()
    }
}

/// Ends a connection with a good-bye, once nobody else holds it.
pub(super) async fn stop(source: Arc<Source>) {
    if let Some(source) = Arc::into_inner(source) {
        source.stop().await;
    }
}

fn view(id: BrokerId, connection: &Connection) -> BrokerView {
    let state = connection.source.as_ref().map(|source| source.state());
    let gate = connection.source.as_ref().map(|source| source.gate());
    BrokerView {
        id,
        settings: connection.settings.clone(),
        has_password: connection.password.is_some(),
        password_kept: connection.password_kept,
        phase: state.as_ref().map_or(Phase::Disabled, |state| state.phase),
        fault: state.as_ref().map_or(Fault::None, |state| state.fault),
        error: state
            .as_ref()
            .map(|state| state.error.clone())
            .unwrap_or_default(),
        since: state.as_ref().map_or(0, |state| state.since),
        retry_at: state.as_ref().and_then(|state| state.retry_at),
        messages: gate.map_or(0, |gate| gate.received()),
        rate: connection.rate,
        queue: gate.map_or(0, |gate| gate.queue()),
        queue_limit: gate.map_or(0, |gate| gate.limit()),
        dropped: gate.map_or(0, |gate| gate.dropped()),
        embedded: connection.embedded,
    }
}

/// What a person may have mistyped, said before anything is kept.
fn check(settings: &BrokerSettings) -> Result<(), Error> {
    let wrong = if settings.name.trim().is_empty() {
        "give the broker a name, so that you find it again"
    } else if settings.host.trim().is_empty() {
        "give the broker's host name or address"
    } else if settings.port == 0 {
        "give the broker's port; 1883 is usual, 8883 with TLS"
    } else if settings.filters.iter().all(|filter| filter.trim().is_empty()) {
        "give at least one topic filter to subscribe to; # takes everything"
    } else if settings.tls.certificate_file.is_some() != settings.tls.key_file.is_some() {
        "a client certificate needs its private key, and a key its certificate"
    } else {
        return Ok(());
    };
    Err(Error::Invalid(wrong.into()))
}
