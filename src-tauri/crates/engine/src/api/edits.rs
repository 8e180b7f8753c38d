//! What a person changes: alarms, limits, names, places, commands.

use hearthline_model::{
    AlarmAct, AlarmId, Command, Condition, DAY, DeviceId, Micros, Place, PlaceId, PointId, Realm, SECOND,
};

use super::{Engine, SYNCHRONOUS};
use crate::clock;
use crate::error::Error;
use crate::view::{CommandView, ConditionsView, PlaceEdit};

/// A device that was heard of so lately is still there and cannot be removed.
const STILL_THERE: Micros = 60 * SECOND;
/// Longest name a person may give, characters.
const LONGEST_NAME: usize = 200;
/// Longest reason a person may give, characters.
const LONGEST_REASON: usize = 500;
/// An alarm is shelved for this long at the most; who needs longer takes it out of service.
const LONGEST_SHELF: Micros = 30 * DAY;

impl Engine {
    /// Acknowledges alarms; gives how many of them were waiting.
    ///
    /// # Errors
    /// Where the engine is ending.
    pub async fn acknowledge(&self, alarms: Vec<AlarmId>, who: String) -> Result<usize, Error> {
        self.act_on_alarms(alarms, AlarmAct::Acknowledge, who).await
    }

    /// Does something to alarms, also to normal ones; gives how many of them it changed.
    ///
    /// # Errors
    /// Where no reason is given for what keeps an alarm from the operator, a shelf would have no end, one in the past or
    /// one too far away, or the engine is ending.
    pub async fn act_on_alarms(
        &self,
        alarms: Vec<AlarmId>,
        act: AlarmAct,
        who: String,
    ) -> Result<usize, Error> {
        let now = clock::now();
        check_act(&act, now)?;
        self.with(move |pipeline| pipeline.act_on_alarms(&alarms, &act, &who, now))
            .await
    }

    /// The conditions of a point, defaults included.
    ///
    /// # Errors
    /// Where the point is not there.
    pub async fn conditions(&self, point: PointId) -> Result<ConditionsView, Error> {
        self.with(move |pipeline| {
            let conditions = pipeline.conditions_of(point).ok_or(Error::NotFound("point"))?;
            let below = pipeline.conditions_below(point).unwrap_or_default();
            Ok(ConditionsView {
                point,
                origins: pipeline.origins(&conditions, &below),
                conditions,
                alarms: pipeline.alarms_of(point),
            })
        })
        .await?
    }

    /// Sets the conditions of a point; none goes back to the defaults.
    ///
    /// # Errors
    /// Where the point is not there, a condition can never be judged, or the file refuses.
    pub async fn save_conditions(
        &self,
        point: PointId,
        conditions: Option<Vec<Condition>>,
    ) -> Result<(), Error> {
        let conditions = match conditions {
            None => None,
            Some(conditions) => Some(
                self.with(move |pipeline| pipeline.resolved(point, conditions))
                    .await??,
            ),
        };
        self.with(move |pipeline| pipeline.set_conditions(point, conditions))
            .await?
    }

    /// Sends a command to a point.
    ///
    /// # Errors
    /// Where the point is not there or the journal cannot be written.
    pub async fn command(&self, command: Command) -> Result<CommandView, Error> {
        self.with(move |pipeline| pipeline.command(&command)).await?
    }

    /// Publishes a message as typed by the person.
    ///
    /// # Errors
    /// Where the topic does not fit or the broker is away.
    pub fn publish(
        &self,
        broker: hearthline_model::BrokerId,
        topic: &str,
        payload: &[u8],
        qos: u8,
        retain: bool,
    ) -> Result<(), Error> {
        if topic.is_empty() || topic.contains(['+', '#', '\0']) || topic.len() > 65_535 || qos > 2 {
            return Err(Error::Invalid(
                "a topic to publish to is not empty and holds neither + nor #".into(),
            ));
        }
        let source = self
            .inner
            .shared
            .connections()
            .get(&broker)
            .ok_or(Error::NotFound("broker"))?
            .source
            .clone()
            .ok_or_else(|| Error::NotConnected("the broker is switched off".into()))?;
        source
            .publish(hearthline_decode::Publish {
                topic: topic.to_owned(),
                payload: payload.to_vec(),
                qos,
                retain,
            })
            .map_err(Error::NotConnected)
    }

    /// Gives a device the person's name, or its own again.
    ///
    /// # Errors
    /// Where it is not there, the name is too long, or the file refuses.
    pub async fn rename_device(&self, device: DeviceId, name: Option<String>) -> Result<(), Error> {
        let name = name
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty());
        check_name(name.as_deref())?;
        self.with(move |pipeline| {
            pipeline.known(device)?;
            pipeline.store.rename_device(device, name.as_deref())?;
            pipeline.shared.world_mut().rename(device, name);
            pipeline.rules_look_again();
            Ok(())
        })
        .await?
    }

    /// Puts a device into a place.
    ///
    /// # Errors
    /// Where either is not there or the file refuses.
    pub async fn move_device(
        &self,
        device: DeviceId,
        place: Option<PlaceId>,
        realm: Realm,
    ) -> Result<(), Error> {
        self.with(move |pipeline| {
            pipeline.known(device)?;
            let realm = match place {
                None => realm,
                Some(place) => {
                    pipeline
                        .shared
                        .world()
                        .place_by_id(place)
                        .ok_or(Error::NotFound("place"))?
                        .realm
                }
            };
            pipeline.store.move_device(device, place, realm)?;
            pipeline.shared.world_mut().move_device(device, place, realm);
            pipeline.rules_look_again();
            Ok(())
        })
        .await?
    }

    /// Makes a device of each description that one is known through, for good; ids and history of the time before come back.
    ///
    /// # Errors
    /// Where it is not there, was not heard of in this run, is known in one way only, or the file refuses.
    pub async fn split_device(&self, device: DeviceId) -> Result<(), Error> {
        self.with(move |pipeline| pipeline.split_device(device)).await?
    }

    /// Makes one device of two of a broker, for good: the one with the older history stays.
    ///
    /// # Errors
    /// Where one is not there or was not heard of in this run, their brokers differ, or the file refuses.
    pub async fn join_devices(&self, device: DeviceId, other: DeviceId) -> Result<(), Error> {
        self.with(move |pipeline| pipeline.join_devices(device, other))
            .await?
    }

    /// Forgets a device that is gone; its history stays.
    ///
    /// # Errors
    /// Where it is not there, still speaks, or the file refuses.
    pub async fn remove_device(&self, device: DeviceId) -> Result<(), Error> {
        self.with(move |pipeline| {
            pipeline.known(device)?;
            let now = clock::now();
            if now - pipeline.shared.live().last_seen(device) < STILL_THERE {
                return Err(Error::Invalid(
                    "the device was heard of within the last minute; switch it off first".into(),
                ));
            }
            pipeline.forget_device(device, now)
        })
        .await?
    }

    /// Makes or changes a place.
    ///
    /// # Errors
    /// Where its parent is not there, the name is empty, it would lie in itself, or the file refuses.
    pub async fn save_place(&self, edit: PlaceEdit) -> Result<PlaceId, Error> {
        let name = edit.name.trim().to_owned();
        if name.is_empty() {
            return Err(Error::Invalid("give the place a name".into()));
        }
        check_name(Some(&name))?;
        self.with(move |pipeline| {
            let position = {
                let world = pipeline.shared.world();
                if let Some(parent) = edit.parent {
                    world.place_by_id(parent).ok_or(Error::NotFound("place"))?;
                }
                let mut up = edit.parent;
                for _ in 0..32 {
                    if up.is_some() && up == edit.id {
                        return Err(Error::Invalid("a place cannot lie within itself".into()));
                    }
                    up = up
                        .and_then(|id| world.place_by_id(id))
                        .and_then(|place| place.parent);
                }
                edit.id
                    .and_then(|id| world.place_by_id(id))
                    .map_or(0, |place| place.position)
            };
            let id = match edit.id {
                Some(id) => id,
                None => pipeline
                    .store
                    .register(|registrar| registrar.place(edit.parent, edit.kind, edit.realm, &name))?,
            };
            let place = Place {
                id,
                parent: edit.parent,
                kind: edit.kind,
                realm: edit.realm,
                name,
                position,
            };
            if edit.id.is_some() {
                pipeline.store.save_place(&place)?;
            }
            pipeline.shared.world_mut().place(place);
            pipeline.rules_look_again();
            Ok(id)
        })
        .await?
    }

    /// Removes a place; what was in it goes to its parent.
    ///
    /// # Errors
    /// Where the file refuses.
    pub async fn remove_place(&self, place: PlaceId) -> Result<(), Error> {
        self.with(move |pipeline| {
            pipeline.store.remove_place(place)?;
            pipeline.shared.world_mut().remove_place(place);
            pipeline.rules_look_again();
            Ok(())
        })
        .await?
    }

    /// How safe commits are: `full` or `normal`; holds from the next start on, and for the present file at once.
    ///
    /// # Errors
    /// Where the word is another or the file refuses.
    pub async fn save_synchronous(&self, synchronous: &str) -> Result<(), Error> {
        let level = match synchronous {
            "full" => hearthline_history::Synchronous::Full,
            "normal" => hearthline_history::Synchronous::Normal,
            other => {
                return Err(Error::Invalid(format!(
                    "history commits are either full or normal, not \"{other}\""
                )));
            }
        };
        let word = synchronous.to_owned();
        self.with(move |pipeline| {
            pipeline.store.set_setting(SYNCHRONOUS, word.as_bytes())?;
            pipeline.store.set_synchronous(level)
        })
        .await??;
        Ok(())
    }
}

fn check_name(name: Option<&str>) -> Result<(), Error> {
    if name.is_some_and(|name| name.chars().count() > LONGEST_NAME) {
        return Err(Error::Invalid(format!(
            "a name has at most {LONGEST_NAME} characters"
        )));
    }
    Ok(())
}

fn check_act(act: &AlarmAct, now: Micros) -> Result<(), Error> {
    let invalid = |text: &str| Err(Error::Invalid(text.into()));
    if let AlarmAct::Shelve { reason, .. }
    | AlarmAct::Suppress { reason }
    | AlarmAct::OutOfService { reason } = act
    {
        if reason.trim().is_empty() {
            return invalid("say why; the reason stands in the journal");
        }
        if reason.chars().count() > LONGEST_REASON {
            return Err(Error::Invalid(format!(
                "a reason has at most {LONGEST_REASON} characters"
            )));
        }
    }
    if let AlarmAct::Shelve { until, once, .. } = act {
        match until {
            None if !once => return invalid("say until when the alarm is shelved"),
            Some(until) if *until <= now => {
                return invalid("the time until which the alarm is shelved must lie ahead");
            }
            Some(until) if *until > now.saturating_add(LONGEST_SHELF) => {
                return invalid(
                    "an alarm is shelved for 30 days at the most; take it out of service instead",
                );
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_kept_from_the_operator_only_with_a_reason_and_an_end() {
        let shelve = |until, once, reason: &str| {
            let reason = reason.to_owned();
            check_act(&AlarmAct::Shelve { until, once, reason }, 100).map_err(|error| error.to_string())
        };
        assert_eq!(shelve(Some(200), false, "valve is being changed"), Ok(()));
        assert_eq!(shelve(None, true, "valve is being changed"), Ok(()));
        assert!(shelve(None, false, "x").unwrap_err().contains("until when"));
        assert!(shelve(Some(100), false, "x").unwrap_err().contains("lie ahead"));
        assert!(
            shelve(Some(101 + LONGEST_SHELF), true, "x")
                .unwrap_err()
                .contains("30 days")
        );
        assert!(shelve(Some(200), false, "  ").unwrap_err().contains("say why"));
        assert!(
            shelve(Some(200), false, &"x".repeat(501))
                .unwrap_err()
                .contains("500")
        );
        let reason = String::new();
        assert!(check_act(&AlarmAct::OutOfService { reason }, 0).is_err());
        assert!(check_act(&AlarmAct::InService, 0).is_ok());
    }
}
