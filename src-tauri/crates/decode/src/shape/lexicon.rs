//! Words that topics are made of, separated by spaces.

/// Levels that say what sort of message it is, not what it is about.
pub(crate) const TRANSPARENT: &str = "state status data telemetry tele values value info attributes events event up result output \
    payload json update sensor sensors measurement measurements get last properties";
/// Levels that name a part of a device.
pub(crate) const PARTS: &str = "relay input inputs outputs channel emeter meter switch light rpc ch port";
/// Levels that tell whether a device is there.
pub(crate) const PRESENCE: &str = "availability available lwt online connected connection alive";
/// First levels that tell nothing of the place.
pub(crate) const ROOTS: &str = "uns umh mqtt iot edge v1 v2 v3 devices factory plant enterprise";
/// Words of plants.
pub(crate) const PLANT: &str = "plant factory line cell workcell workcenter machine machines robot conveyor plc enterprise site \
    area production assembly packaging filling mes scada opc opcua uns cnc spindle palletizer kiln \
    extruder oee";
/// Words of homes.
pub(crate) const HOMES: &str = "home house apartment flat haus wohnung maison casa";
/// Words that may stand where a room could.
pub(crate) const FLOORS: &str =
    "floor ground upstairs downstairs first second eg og ug dg room rooms sensors devices";
/// Rooms, without spaces.
pub(crate) const ROOMS: &str = "kitchen livingroom lounge bedroom bathroom hall hallway garage garden office study attic \
    basement cellar laundry nursery kidsroom diningroom toilet wc balcony terrace patio porch \
    entrance corridor pantry shed utility guestroom playroom loft conservatory greenhouse driveway \
    kueche küche wohnzimmer schlafzimmer bad badezimmer flur keller garten büro buero kinderzimmer \
    dachboden esszimmer";

/// Whether a list has a word, in whatever case.
pub(crate) fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known.eq_ignore_ascii_case(word))
}
