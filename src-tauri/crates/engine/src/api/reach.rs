//! Channels by which people are told of alarms: kept, tried, shown.

use hearthline_model::{BrokerId, Channel, ChannelId, ReachRules, Target};
use hearthline_reach::{MOST_CHANNELS, check_channel, check_rules, test_message};

use super::Engine;
use crate::clock;
use crate::error::Error;
use crate::reach::{self, Kept, SETTING, Secret, Wake, deliver};
use crate::view::{ChannelEdit, ChannelView, ReachOutcome, ReachView};

/// Letters of a secret.
const LONGEST_SECRET: usize = 4_000;

impl Engine {
    /// Channels with their state, and the rules.
    pub fn reach(&self) -> ReachView {
        let reach = &self.inner.shared.reach;
        let kept = reach.kept();
        let (secrets, states) = (reach.secrets().clone(), reach.states().clone());
        let view = |(id, settings): (&ChannelId, &Channel)| {
            let state = states.get(id).cloned().unwrap_or_default();
            let secret = secrets.get(id);
            ChannelView {
                id: *id,
                settings: settings.clone(),
                has_secret: secret.is_some(),
                secret_kept: secret.is_some_and(|secret| secret.kept),
                sending: state.sending,
                quiet: state.quiet,
                error: state.error,
                retry_at: state.retry_at,
                waiting: state.waiting,
                held: state.held,
                sent: state.sent,
                alarms: state.alarms,
                failed: state.failed,
                dropped: state.dropped,
                sent_at: state.sent_at,
            }
        };
        ReachView {
            channels: kept.channels.iter().map(view).collect(),
            rules: kept.rules.clone(),
        }
    }

    /// The ids of all channels.
    pub fn channel_ids(&self) -> Vec<ChannelId> {
        self.inner.shared.reach.kept().channels.keys().copied().collect()
    }

    /// A secret as the shell found it in the keychain, or was given by the person; kept in memory only. `kept` says whether it
    /// outlives this run.
    pub fn set_channel_secret(&self, id: ChannelId, secret: Option<String>, kept: bool) {
        let reach = &self.inner.shared.reach;
        match secret {
            Some(text) => reach.secrets().insert(id, Secret { text, kept }),
            None => reach.secrets().remove(&id),
        };
        reach.wake(Wake::Settings);
    }

    /// Keeps a channel.
    ///
    /// # Errors
    /// Where a setting does not fit, it is not there, or the file refuses.
    pub async fn save_channel(&self, edit: ChannelEdit) -> Result<ChannelId, Error> {
        self.check(&edit)?;
        let ChannelEdit { id, settings, secret } = edit;
        let (id, before) = self
            .change_reach(move |kept| {
                let id = match id {
                    Some(id) if kept.channels.contains_key(&id) => id,
                    Some(_) => return Err(Error::NotFound("channel")),
                    None if kept.channels.len() >= MOST_CHANNELS => {
                        return Err(Error::Invalid(format!(
                            "there are at most {MOST_CHANNELS} channels; remove one that is not needed"
                        )));
                    }
                    None => {
                        kept.next += 1;
                        ChannelId(kept.next)
                    }
                };
                let to = settings.to.clone();
                let before = kept.channels.insert(id, settings);
                Ok((id, before.filter(|before| before.to != to)))
            })
            .await?;
        self.clear_topic(before);
        if let Some(secret) = secret {
            self.set_channel_secret(id, Some(secret).filter(|secret| !secret.is_empty()), false);
        }
        Ok(id)
    }

    /// Switches a channel on or off; what waited for one that is switched off is not sent.
    ///
    /// # Errors
    /// Where it is not there or the file refuses.
    pub async fn enable_channel(&self, id: ChannelId, enabled: bool) -> Result<(), Error> {
        self.change_reach(move |kept| {
            let channel = kept.channels.get_mut(&id).ok_or(Error::NotFound("channel"))?;
            channel.enabled = enabled;
            Ok(())
        })
        .await
    }

    /// Removes a channel with what waits for it.
    ///
    /// # Errors
    /// Where the file refuses.
    pub async fn remove_channel(&self, id: ChannelId) -> Result<(), Error> {
        let removed = self.change_reach(move |kept| Ok(kept.remove(id))).await?;
        self.inner.shared.reach.secrets().remove(&id);
        self.clear_topic(removed);
        Ok(())
    }

    /// The broker would go on saying what nobody keeps up to date. Where it is away, it does.
    fn clear_topic(&self, gone: Option<Channel>) {
        if let Some(Target::Mqtt {
            broker,
            topic,
            retain: true,
        }) = gone.map(|channel| channel.to)
        {
            let _ = self.publish(broker, &topic, b"", 1, true);
        }
    }

    /// Keeps quiet hours and escalation.
    ///
    /// # Errors
    /// Where they do not fit or the file refuses.
    pub async fn save_reach_rules(&self, rules: ReachRules) -> Result<(), Error> {
        check_rules(&rules).map_err(Error::Invalid)?;
        self.change_reach(move |kept| {
            let known = |id: &ChannelId| kept.channels.contains_key(id);
            let mut named = rules.escalation.steps.iter().flat_map(|step| &step.channels);
            if !named.all(known) {
                return Err(Error::NotFound("channel"));
            }
            kept.rules = rules;
            Ok(())
        })
        .await
    }

    /// Sends a test by settings that need not be kept yet. A secret that was left unchanged is the known one.
    ///
    /// # Errors
    /// Where a setting does not fit.
    pub async fn test_channel(&self, edit: ChannelEdit) -> Result<ReachOutcome, Error> {
        self.check(&edit)?;
        let shared = &self.inner.shared;
        let known = edit
            .id
            .and_then(|id| Some(shared.reach.secrets().get(&id)?.text.clone()));
        let secret = edit.secret.or(known).filter(|secret| !secret.is_empty());
        let now = clock::now();
        let message = test_message(&shared.reach.kept().prefix(), now.unsigned_abs(), now);
        let to = &edit.settings.to;
        Ok(match deliver(shared, to, secret.as_deref(), &message).await {
            Ok(()) => ReachOutcome {
                delivered: true,
                text: taken(to),
            },
            Err(undelivered) => ReachOutcome {
                delivered: false,
                text: undelivered.text,
            },
        })
    }

    fn check(&self, edit: &ChannelEdit) -> Result<(), Error> {
        check_channel(&edit.settings).map_err(Error::Invalid)?;
        if edit
            .secret
            .as_ref()
            .is_some_and(|secret| secret.len() > LONGEST_SECRET || secret.chars().any(char::is_control))
        {
            return Err(Error::Invalid(
                "a secret has at most 4,000 letters and no line breaks".into(),
            ));
        }
        if let Target::Mqtt { broker, .. } = &edit.settings.to
            && !self.is_broker(*broker)
        {
            return Err(Error::NotFound("broker"));
        }
        Ok(())
    }

    fn is_broker(&self, id: BrokerId) -> bool {
        self.inner.shared.connections().contains_key(&id)
    }

    /// Changes what is kept; what was changed holds once it is in the file.
    async fn change_reach<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Kept) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.with(move |pipeline| {
            let mut kept = Kept::clone(&pipeline.shared.reach.kept());
            if kept.install.is_empty() {
                kept.install = format!("{:08x}", rand::random::<u32>());
            }
            let before = kept.enabled();
            let answer = change(&mut kept)?;
            let after = kept.enabled();
            let silent: Vec<ChannelId> = before.into_iter().filter(|id| !after.contains(id)).collect();
            let bytes = serde_json::to_vec(&kept).map_err(|error| Error::Invalid(error.to_string()))?;
            pipeline.store.set_setting(SETTING, &bytes)?;
            // Here and not by the sender, who learns of it later: what is written meanwhile may be for a newer channel.
            pipeline.store.drop_outbox(&silent)?;
            pipeline.shared.reach.set_kept(kept);
            Ok(answer)
        })
        .await?
    }
}

fn taken(to: &Target) -> String {
    match to {
        Target::Mqtt { topic, .. } => format!("Delivered: the broker has the message on {topic}."),
        Target::Webhook { .. } => "Delivered: the server took it.".into(),
        Target::Mail { to, .. } => format!(
            "Delivered: the mail server took it for {}. Look into the inbox, and into the spam.",
            to.join(", ")
        ),
        Target::Ntfy { topic, .. } => {
            format!("Delivered: the server took it. It appears where {topic} is subscribed to.")
        }
    }
}

/// What the file keeps, at the start.
pub(super) fn load(store: &mut hearthline_history::Store) -> Result<Kept, hearthline_history::Error> {
    Ok(reach::read(store.setting(SETTING)?.as_deref()))
}
