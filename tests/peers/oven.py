"""An edge node by the package pysparkplug: `python oven.py PORT`.

A bakery's node with an oven. It writes protobuf by code of its own, gives no aliases and counts its births as it sees fit. A line
of JSON each way, as in lines.js; ends with its input.
"""

import json
import sys
import threading

import paho.mqtt.client as mqtt
from pysparkplug import DataType, Device, EdgeNode, Metric

# It was written for paho-mqtt 1, which had a time after which it sends again; the newer one has none and needs none.
mqtt.Client.message_retry_set = lambda *_args, **_more: None

GROUP = "Bakery"
NODE = "Bake House"
OVEN = "Oven 1"
lock = threading.Lock()


def tell(what, **more):
    """Tells the test."""
    with lock:
        print(json.dumps({"what": what, **more}), flush=True)


def metric(name, datatype, value):
    """A metric of now."""
    return Metric(timestamp=None, name=name, datatype=datatype, value=value)


def taken(metrics):
    """What came, as JSON."""
    return [{"name": it.name, "value": it.value} for it in metrics]


def ncmd(_node, message):
    """A command to the node: it does as told and says so."""
    metrics = message.payload.metrics
    tell("ncmd", metrics=taken(metrics))
    node.update([metric(it.name, it.datatype, it.value) for it in metrics if it.name == "Lights Command"])


def dcmd(_node, message):
    """A command to the oven, likewise."""
    metrics = message.payload.metrics
    tell("dcmd", metrics=taken(metrics))
    node.update_device(OVEN, [metric(it.name, it.datatype, it.value) for it in metrics])


node = EdgeNode(
    GROUP,
    NODE,
    [metric("Lights Command", DataType.BOOLEAN, False), metric("Uptime", DataType.UINT64, 86_400)],
    cmd_callback=ncmd,
)
node.register(
    Device(
        OVEN,
        [
            metric("Temperature", DataType.FLOAT, 231.5),
            metric("Setpoint", DataType.DOUBLE, 230.0),
            metric("Fans Setpoint", DataType.INT16, -2),
            metric("Loaves Setpoint", DataType.UINT32, 4_000_000_000),
            metric("Door Command", DataType.BOOLEAN, False),
            metric("Program/Command", DataType.STRING, "rye"),
            metric("Zones", DataType.INT32_ARRAY, [228, -1, 233]),
        ],
        cmd_callback=dcmd,
    )
)
node.connect("127.0.0.1", port=int(sys.argv[1]))
tell("started")

for line in sys.stdin:
    order = json.loads(line)
    if order["do"] == "temperature":
        node.update_device(OVEN, [metric("Temperature", DataType.FLOAT, order["to"])])
    elif order["do"] == "leave":
        node.disconnect()
        tell("left")
