"""A workshop by the package ha-mqtt-discoverable: `python discoverable.py PORT`.

A line of JSON each way, as in lines.js; ends with its input.
"""

import json
import os
import sys

import paho.mqtt.client as mqtt
from ha_mqtt_discoverable import DeviceInfo, Settings
from ha_mqtt_discoverable.sensors import (
    BinarySensor,
    BinarySensorInfo,
    Button,
    ButtonInfo,
    Light,
    LightInfo,
    Number,
    NumberInfo,
    Select,
    SelectInfo,
    Sensor,
    SensorInfo,
    Switch,
    SwitchInfo,
    Text,
    TextInfo,
)

broker = Settings.MQTT(host="127.0.0.1", port=int(sys.argv[1]))
device = DeviceInfo(
    name="Workshop",
    identifiers="peer-workshop",
    model="Bench 3",
    manufacturer="Peers",
    sw_version="2.0.1",
    suggested_area="Garage",
)


def tell(what, **more):
    """Tells the test."""
    print(json.dumps({"what": what, **more}), flush=True)


def settings(info, key, name, **more):
    """An entity of the workshop."""
    entity = info(name=name, unique_id=f"peer-{key}", device=device, **more)
    # Availability of its own, and with it a will.
    return Settings(mqtt=broker, entity=entity, manual_availability=True)


def command(take):
    """A callback that tells the test what came and then does it."""

    def called(_client, _data, message: mqtt.MQTTMessage):
        text = message.payload.decode()
        tell("command", topic=message.topic, payload=text)
        take(text)

    return called


def light_up(text):
    asked = json.loads(text)
    if "brightness" in asked:
        lamp.brightness(asked["brightness"])
    elif "effect" in asked:
        lamp.effect(asked["effect"])
    elif asked["state"] == "ON":
        lamp.on()
    else:
        lamp.off()


humidity = Sensor(
    settings(
        SensorInfo,
        "humidity",
        "Humidity",
        unit_of_measurement="%",
        device_class="humidity",
        state_class="measurement",
    ),
    retain=True,
)
door = BinarySensor(settings(BinarySensorInfo, "door", "Door", device_class="door"), retain=True)
saw = Switch(
    settings(SwitchInfo, "saw", "Saw"),
    command(lambda text: saw.on() if text == "ON" else saw.off()),
    retain=True,
)
dust = Number(
    settings(NumberInfo, "dust", "Extraction", min=0, max=50, step=0.5, unit_of_measurement="%"),
    command(lambda text: dust.set_value(float(text))),
    retain=True,
)
lamp = Light(
    settings(
        LightInfo,
        "lamp",
        "Bench lamp",
        brightness=True,
        color_mode=True,
        supported_color_modes=["brightness"],
        effect=True,
        effect_list=["calm", "alarm"],
    ),
    command(light_up),
    retain=True,
)
mode = Select(
    settings(SelectInfo, "mode", "Mode", options=["work", "clean", "rest"]),
    command(lambda text: mode.select_option(text)),
    retain=True,
)
note = Text(
    settings(TextInfo, "note", "Note", min=0, max=20),
    command(lambda text: note.set_text(text)),
    retain=True,
)
bell = Button(settings(ButtonInfo, "bell", "Bell"), command(lambda text: tell("rang", payload=text)))
bell.write_config()

everything = [humidity, door, saw, dust, lamp, mode, note, bell]
for entity in everything:
    entity.set_availability(True)
humidity.set_state(48.5)
humidity.set_attributes({"calibrated": "2026-05-01", "probe": 3})
door.off()
saw.off()
dust.set_value(12.5)
lamp.off()
mode.select_option("work")
note.set_text("oil")
tell("ready")

for line in sys.stdin:
    order = json.loads(line)
    match order["do"]:
        case "humidity":
            humidity.set_state(order["to"])
        case "door":
            door.on() if order["open"] else door.off()
        case "delete":
            mode.delete()
        case "away":
            saw.set_availability(False)
# Gone at once, as with the power cut: the broker says the wills.
os._exit(0)
