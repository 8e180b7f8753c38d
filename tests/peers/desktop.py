"""What a desktop is to programs that notify, by the package jeepney: `python desktop.py 0 FILE`, with the bus's address in a file.

Tells of each notification, and answers one when it is told to. A line of JSON each way, as in lines.js; ends with its input.
"""

import json
import os
import pathlib
import sys
import threading

from jeepney import DBusAddress, MessageType, message_bus, new_method_return, new_signal
from jeepney.io.blocking import open_dbus_connection

NAME = "org.freedesktop.Notifications"
lock = threading.Lock()


def tell(what, **more):
    """Tells the test."""
    with lock:
        print(json.dumps({"what": what, **more}), flush=True)


os.environ["DBUS_SESSION_BUS_ADDRESS"] = pathlib.Path(sys.argv[2]).read_text()
bus = open_dbus_connection("SESSION")
bus.send_and_get_reply(message_bus.RequestName(NAME))


def obey():
    """Does what the test says: presses a button of a notification."""
    here = DBusAddress("/org/freedesktop/Notifications", interface=NAME)
    for line in sys.stdin:
        order = json.loads(line)
        bus.send(new_signal(here, "ActionInvoked", "us", (order["id"], order["action"])))
        bus.send(new_signal(here, "NotificationClosed", "uu", (order["id"], 2)))
    os._exit(0)


threading.Thread(target=obey, daemon=True).start()
tell("ready")
given = 0
while True:
    try:
        asked = bus.receive()
    except ConnectionError:
        # The desktop ends with the program.
        break
    if asked.header.message_type is not MessageType.method_call:
        continue
    member = asked.header.fields.get(3)
    if member == "GetCapabilities":
        answer = new_method_return(asked, "as", (["actions", "body"],))
    elif member == "GetServerInformation":
        answer = new_method_return(asked, "ssss", ("desktop", "hearthline", "1", "1.2"))
    elif member == "Notify":
        _, replaces, _, summary, body, actions, _, _ = asked.body
        given += 1
        number = replaces or given
        answer = new_method_return(asked, "u", (number,))
        tell("notified", id=number, replaces=replaces, summary=summary, body=body, actions=actions[::2])
    else:
        answer = new_method_return(asked)
    bus.send(answer)
