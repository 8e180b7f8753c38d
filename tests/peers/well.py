"""A well by the package ebus-sdk, which speaks Homie 5: `python well.py PORT`.

A pump that obeys and a sensor that is reached through it. A line of JSON each way, as in lines.js; ends with its input.
"""

import json
import sys
import threading

from ebus_sdk import Device, DeviceState, Node, Property, PropertyDatatype

lock = threading.Lock()


def tell(what, **more):
    """Tells the test."""
    with lock:
        print(json.dumps({"what": what, **more}), flush=True)


well = Device(
    "peer-well",
    name="Well",
    homie_domain="homie",
    mqtt_cfg={"host": "127.0.0.1", "port": int(sys.argv[1])},
)


def settable(node, key, name, datatype, value, **more):
    """A property that does what it is told and says so."""

    def taken(told):
        tell("set", property=key, value=told)
        # What was checked is still text.
        as_told = {PropertyDatatype.BOOLEAN: lambda text: text == "true", PropertyDatatype.FLOAT: float}
        made.set_value(as_told.get(datatype, str)(told))

    made = Property(
        id=key, name=name, datatype=datatype, value=value, settable=True, set_callback=taken, **more
    )
    node.add_property(made)
    return made


with well.state_transition():
    pump = well.add_node(Node("pump", name="Pump"))
    settable(pump, "running", "Running", PropertyDatatype.BOOLEAN, False)
    settable(pump, "pressure", "Pressure", PropertyDatatype.FLOAT, 2.5, format="0:6:0.5", unit="bar")
    settable(pump, "mode", "Mode", PropertyDatatype.ENUM, "eco", format="eco,full,night")
    settable(pump, "glow", "Glow", PropertyDatatype.COLOR, "rgb,255,128,0", format="rgb")

sensor = Device("peer-well-level", name="Well level", parent=well)
with sensor.state_transition():
    water = sensor.add_node(Node("water", name="Water"))
    level = Property(
        id="level", name="Level", datatype=PropertyDatatype.INTEGER, value=62, format="0:100", unit="%"
    )
    water.add_property(level)
well.start_mqtt_client()
tell("started")

for line in sys.stdin:
    order = json.loads(line)
    if order["do"] == "level":
        level.set_value(order["to"])
    elif order["do"] == "alert":
        well.publish_alert("dry", "The well runs dry")
    elif order["do"] == "sleep":
        well.set_state(DeviceState.SLEEPING)
