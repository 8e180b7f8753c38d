//! What asks Home Assistant for other entities, areas or devices. There is none here, so the answer is "unknown".

use minijinja::value::{Rest, ValueOrKwargs};
use minijinja::{Environment, Value};

pub(super) fn register(environment: &mut Environment<'static>) {
    for name in [
        "states",
        "state_attr",
        "closest",
        "distance",
        "state_translated",
        "device_attr",
        "config_entry_attr",
    ] {
        environment.add_function(name, |_: Rest<ValueOrKwargs>| Value::from(()));
        environment.add_filter(name, |_: Rest<ValueOrKwargs>| Value::from(()));
    }
    for name in [
        "is_state",
        "is_state_attr",
        "has_value",
        "is_device_attr",
        "is_hidden_entity",
    ] {
        environment.add_function(name, |_: Rest<ValueOrKwargs>| false);
        environment.add_filter(name, |_: Rest<ValueOrKwargs>| false);
        environment.add_test(name, |_: Rest<ValueOrKwargs>| false);
    }
    for name in [
        "area_id",
        "area_name",
        "device_id",
        "device_name",
        "floor_id",
        "floor_name",
        "label_id",
        "label_name",
    ] {
        environment.add_function(name, |_: Rest<ValueOrKwargs>| Value::from(()));
        environment.add_filter(name, |_: Rest<ValueOrKwargs>| Value::from(()));
    }
    for name in [
        "expand",
        "areas",
        "area_entities",
        "area_devices",
        "device_entities",
        "floors",
        "labels",
        "integration_entities",
    ] {
        environment.add_function(name, |_: Rest<ValueOrKwargs>| Vec::<Value>::new());
        environment.add_filter(name, |_: Rest<ValueOrKwargs>| Vec::<Value>::new());
    }
}
