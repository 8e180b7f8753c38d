//! The words of a body: what a value is by its name, in the spellings of many apps.

use hearthline_model::{Category, Kind, PointDesc, Role, StateClass};

/// How sure a name makes that a person is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// A heart rate: nothing else has one.
    Sure,
    /// A body's, if another one stands beside it.
    Hint,
    /// Found with others things as well.
    Weak,
}

/// A value of a body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Body {
    /// The key of its point.
    pub(super) id: &'static str,
    name: &'static str,
    /// Unit, where the message does not tell.
    pub(super) unit: &'static str,
    class: &'static str,
    state_class: Option<StateClass>,
    /// How sure it is.
    pub(super) weight: Weight,
    /// Lowest and highest sensible value.
    pub(super) range: Option<(f64, f64)>,
}

const fn body(id: &'static str, name: &'static str, unit: &'static str, class: &'static str) -> Body {
    Body {
        id,
        name,
        unit,
        class,
        state_class: Some(StateClass::Measurement),
        weight: Weight::Hint,
        range: None,
    }
}

impl Body {
    /// Whether it is a stretch of time.
    pub(super) fn lasts(&self) -> bool {
        self.class == "duration"
    }

    const fn sure(mut self) -> Self {
        self.weight = Weight::Sure;
        self
    }

    const fn weak(mut self) -> Self {
        self.weight = Weight::Weak;
        self
    }

    const fn day(mut self) -> Self {
        self.state_class = Some(StateClass::TotalIncreasing);
        self
    }

    const fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// Its point.
    pub(super) fn desc(&self, kind: Kind, unit: Option<&str>) -> PointDesc {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let battery = self.id == "battery";
        PointDesc {
            key: self.id.to_owned(),
            name: self.name.to_owned(),
            platform: if kind == Kind::Bool {
                "binary_sensor"
            } else {
                "sensor"
            }
            .to_owned(),
            kind,
            role: if battery { Role::Battery } else { Role::Value },
            unit: unit
                .map(str::to_owned)
                .or_else(|| some(self.unit))
                .filter(|_| kind == Kind::Number),
            class: some(self.class).filter(|_| kind == Kind::Number),
            state_class: self.state_class.filter(|_| kind == Kind::Number),
            range: self.range.filter(|_| kind == Kind::Number),
            category: if battery {
                Category::Diagnostic
            } else {
                Category::Primary
            },
            ..PointDesc::default()
        }
    }
}

/// Values by their names in lower case without separators.
const BODIES: &[(&[&str], Body)] = &[
    (
        &[
            "heartrate",
            "hr",
            "currentheartrate",
            "heartratebpm",
            "heart",
            "pulserate",
            "herzfrequenz",
            "avgheartrate",
            "averageheartrate",
            "heartrateavg",
        ],
        body("heart_rate", "Heart rate", "bpm", "")
            .sure()
            .range(30.0, 220.0),
    ),
    (
        &["bpm"],
        body("heart_rate", "Heart rate", "bpm", "").range(30.0, 220.0),
    ),
    (
        &[
            "restingheartrate",
            "rhr",
            "hrresting",
            "heartrateresting",
            "lastsevendaysavgrestingheartrate",
        ],
        body("resting_heart_rate", "Resting heart rate", "bpm", "")
            .sure()
            .range(30.0, 120.0),
    ),
    (
        &["walkingheartrateaverage"],
        body("walking_heart_rate", "Walking average", "bpm", "").sure(),
    ),
    (
        &["minheartrate", "heartratemin", "lowestheartrate"],
        body("lowest_pulse", "Lowest pulse", "bpm", "").sure(),
    ),
    (
        &["maxheartrate", "heartratemax", "highestheartrate"],
        body("highest_pulse", "Highest pulse", "bpm", "").sure(),
    ),
    (
        &[
            "heartratevariability",
            "hrv",
            "heartratevariabilitysdnn",
            "rmssd",
            "sdnn",
        ],
        body("hrv", "Heart rate variability", "ms", "duration").sure(),
    ),
    (
        &["rrinterval", "rr", "rri"],
        body("rr_interval", "Beat to beat", "ms", "duration"),
    ),
    (
        &[
            "steps",
            "stepcount",
            "totalsteps",
            "dailysteps",
            "stepstoday",
            "schritte",
        ],
        body("steps", "Steps", "steps", "").day(),
    ),
    (
        &["stepgoal", "dailystepgoal", "stepsgoal"],
        body("step_goal", "Step goal", "steps", ""),
    ),
    (
        &[
            "walkingrunningdistance",
            "distancewalkingrunning",
            "totaldistancemeters",
            "distance",
        ],
        body("distance", "Distance", "", "distance").day().weak(),
    ),
    (
        &["flightsclimbed", "floorsclimbed", "floors", "floorsascended"],
        body("floors", "Floors climbed", "", "").day(),
    ),
    (
        &[
            "activeenergy",
            "activeenergyburned",
            "activecalories",
            "activekilocalories",
            "caloriesactive",
        ],
        body("active_calories", "Active calories", "kcal", "").day(),
    ),
    (
        &["basalenergyburned", "bmrkilocalories", "restingcalories"],
        body("resting_calories", "Resting calories", "kcal", "").day(),
    ),
    (
        &[
            "calories",
            "kcal",
            "totalkilocalories",
            "caloriesburned",
            "caloriesout",
        ],
        body("calories", "Calories", "kcal", "").day(),
    ),
    (
        &[
            "spo2",
            "oxygensaturation",
            "bloodoxygensaturation",
            "bloodoxygen",
            "averagespo2",
            "latestspo2",
            "oxygen",
        ],
        body("spo2", "Blood oxygen", "%", "").range(80.0, 100.0),
    ),
    (
        &[
            "respiratoryrate",
            "respirationrate",
            "breathingrate",
            "latestrespirationvalue",
        ],
        body("breathing", "Breathing", "/min", "").range(0.0, 40.0),
    ),
    (
        &["bodytemperature", "bodytemp"],
        body("body_temperature", "Body temperature", "", "temperature"),
    ),
    (
        &[
            "skintemperature",
            "skintemp",
            "applesleepingwristtemperature",
            "wristtemperature",
        ],
        body("skin_temperature", "Skin temperature", "", "temperature"),
    ),
    (
        &["weightbodymass", "bodymass", "bodyweight"],
        body("weight", "Weight", "", "weight"),
    ),
    (
        &["weight", "gewicht"],
        body("weight", "Weight", "", "weight").weak(),
    ),
    (
        &[
            "bodyfat",
            "bodyfatpercentage",
            "fatpercentage",
            "fatratio",
            "fatpct",
        ],
        body("body_fat", "Body fat", "%", ""),
    ),
    (
        &["bmi", "bodymassindex"],
        body("bmi", "Body mass index", "", "").range(10.0, 50.0),
    ),
    (
        &["leanbodymass"],
        body("lean_mass", "Lean body mass", "", "weight"),
    ),
    (
        &["musclemass", "muscle"],
        body("muscle_mass", "Muscle mass", "", ""),
    ),
    (&["bonemass"], body("bone_mass", "Bone mass", "", "weight")),
    (&["visceralfat"], body("visceral_fat", "Visceral fat", "", "")),
    (&["impedance"], body("impedance", "Impedance", "Ω", "").weak()),
    (
        &["bloodpressuresystolic", "systolic", "systolicpressure", "sys"],
        body("systolic", "Blood pressure, upper", "mmHg", "").range(80.0, 200.0),
    ),
    (
        &["bloodpressurediastolic", "diastolic", "diastolicpressure", "dia"],
        body("diastolic", "Blood pressure, lower", "mmHg", "").range(40.0, 130.0),
    ),
    (
        &["bloodglucose", "glucose", "sgv", "bloodsugar"],
        body("glucose", "Blood glucose", "mg/dL", ""),
    ),
    (
        &["stress", "stresslevel", "averagestresslevel"],
        body("stress", "Stress", "", "").range(0.0, 100.0),
    ),
    (
        &["bodybattery", "bodybatterymostrecentvalue"],
        body("body_battery", "Body battery", "%", "").range(0.0, 100.0),
    ),
    (&["vo2max"], body("vo2_max", "VO2 max", "", "")),
    (
        &["sleepscore"],
        body("sleep_score", "Sleep score", "", "").range(0.0, 100.0),
    ),
    (
        &[
            "sleepduration",
            "sleep",
            "totalsleep",
            "sleeptime",
            "asleep",
            "sleepminutes",
            "minutesasleep",
        ],
        body("sleep", "Sleep", "", "duration"),
    ),
    (
        &["sleepingseconds", "sleeptimeseconds"],
        body("sleep", "Sleep", "s", "duration"),
    ),
    (
        &["deepsleep", "sleepdeep", "deepsleepduration"],
        body("deep_sleep", "Deep sleep", "", "duration"),
    ),
    (
        &["deepsleepseconds"],
        body("deep_sleep", "Deep sleep", "s", "duration"),
    ),
    (
        &["lightsleep", "sleeplight", "coresleep", "sleepcore"],
        body("light_sleep", "Light sleep", "", "duration"),
    ),
    (
        &["lightsleepseconds"],
        body("light_sleep", "Light sleep", "s", "duration"),
    ),
    (
        &["remsleep", "sleeprem"],
        body("rem_sleep", "REM sleep", "", "duration"),
    ),
    (
        &["remsleepseconds"],
        body("rem_sleep", "REM sleep", "s", "duration"),
    ),
    (
        &["awake", "sleepawake"],
        body("awake", "Awake at night", "", "duration").weak(),
    ),
    (
        &["awakesleepseconds"],
        body("awake", "Awake at night", "s", "duration"),
    ),
    (
        &["standhours", "applestandhour"],
        body("stand_hours", "Hours stood", "h", "duration").day(),
    ),
    (
        &["exerciseminutes", "appleexercisetime", "activeminutes"],
        body("exercise", "Exercise", "min", "duration").day(),
    ),
    (
        &["battery", "batterylevel", "batt", "batterypercentage"],
        body("battery", "Battery", "%", "battery")
            .range(0.0, 100.0)
            .weak(),
    ),
];

/// The body's value that a name means; the last part of a dotted or slashed name counts, then all of it.
pub(super) fn of(name: &str) -> Option<&'static Body> {
    let bare = |text: &str| -> String {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .take(48)
            .map(|c| c.to_ascii_lowercase())
            .collect()
    };
    let find = |name: &str| {
        let known = |name: &str| {
            BODIES
                .iter()
                .find(|(names, _)| names.contains(&name))
                .map(|(_, body)| body)
        };
        // Units in keys: `weight_kg`, `sleep_minutes`, `spo2_percent`.
        known(name).or_else(|| {
            [
                "kg", "lbs", "percent", "pct", "minutes", "min", "hours", "seconds", "bpm", "ms", "c",
            ]
            .iter()
            .find_map(|unit| known(name.strip_suffix(unit)?))
        })
    };
    let last = name.rsplit(['.', '/']).next().unwrap_or_default();
    find(&bare(last)).or_else(|| find(&bare(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_many_apps_mean_the_same() {
        for (name, want) in [
            ("heart_rate", Some("heart_rate")),
            ("heartRate", Some("heart_rate")),
            ("data.HR", Some("heart_rate")),
            ("restingHeartRate", Some("resting_heart_rate")),
            ("step_count", Some("steps")),
            ("blood_oxygen_saturation", Some("spo2")),
            ("weight_kg", Some("weight")),
            ("sleep_minutes", Some("sleep")),
            ("sleep/deep", Some("deep_sleep")),
            ("shrink", None),
            ("state", None),
        ] {
            assert_eq!(of(name).map(|body| body.id), want, "{name}");
        }
    }
}
