//! The figures against their targets.

use hearthline_model::{DAY, HOUR, Micros};

use super::meter::{PERIOD, Performance};

/// Calls below which shares say nothing about how alarms are set up.
const ENOUGH: u32 = 20;
/// Calls in a period that are too many.
const BUSY_PERIOD: u32 = 10;
/// Calls in an hour that are too many.
const BUSY_HOUR: u32 = 30;
/// Periods of an hour.
const PERIODS: usize = (HOUR / PERIOD) as usize;

/// What a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A number of alarms.
    Count,
    /// 0 to 1.
    Share,
    /// Microseconds.
    Time,
}

/// A target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// In the metric's unit.
    pub limit: f64,
    /// The figure must stay below it; otherwise it may reach it.
    pub below: bool,
}

/// How a figure stands against its targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Very likely acceptable.
    Good,
    /// No more than can be managed.
    Manageable,
    /// More than that.
    Over,
    /// It has no target, or there is too little to judge by.
    Unjudged,
}

/// A figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    /// Its name in the table of [`super`].
    pub id: &'static str,
    /// What people of a plant call it.
    pub title: &'static str,
    /// What it means, for anybody.
    pub plain: &'static str,
    /// What it is.
    pub unit: Unit,
    /// The figure; none where there was nothing.
    pub value: Option<f64>,
    /// Very likely acceptable.
    pub acceptable: Option<Bound>,
    /// The most that can be managed.
    pub manageable: Option<Bound>,
    /// How it stands.
    pub verdict: Verdict,
}

impl Bound {
    fn holds(self, value: f64) -> bool {
        value < self.limit || !self.below && value <= self.limit
    }
}

const fn upto(limit: f64) -> Bound {
    Bound { limit, below: false }
}

const fn below(limit: f64) -> Bound {
    Bound { limit, below: true }
}

impl Performance {
    /// Length of the span.
    pub fn length(&self) -> Micros {
        (self.to - self.from).max(1)
    }

    /// Calls in a stretch of this length, on average; of a span that is shorter, the calls so far: minutes say nothing about a day.
    pub fn average(&self, length: Micros) -> f64 {
        f64::from(self.calls) * length as f64 / self.length().max(length) as f64
    }

    /// A share of all calls.
    fn of_calls(&self, calls: u32) -> Option<f64> {
        (self.calls > 0).then(|| f64::from(calls) / f64::from(self.calls))
    }

    /// Every metric of the table, in its order.
    pub fn metrics(&self) -> Vec<Metric> {
        use Unit::{Count, Share, Time};
        let over = |counts: &mut dyn Iterator<Item = u32>, most: u32| {
            let (mut all, mut busy) = (0u32, 0u32);
            for count in counts {
                all += 1;
                busy += u32::from(count > most);
            }
            Some(f64::from(busy) / f64::from(all.max(1)))
        };
        let hours = self.periods.chunks(PERIODS).map(|hour| hour.iter().sum::<u32>());
        let time = |at: Option<Micros>| at.map(|at| at as f64);
        let ack = self.acknowledging;
        let count = |count: u32| Some(f64::from(count));
        let enough = self.calls >= ENOUGH;
        let priority = |ix: usize| self.of_calls(self.priorities[ix]);
        let metric = |id, title, plain, unit, value, acceptable: Option<Bound>, manageable, judged| Metric {
            id,
            title,
            plain,
            unit,
            value,
            acceptable,
            manageable,
            verdict: judge(value.filter(|_| judged), acceptable, manageable),
        };
        vec![
            metric(
                "per_day",
                "Alarms a day",
                "How many times a day you were called, on average",
                Count,
                Some(self.average(DAY)),
                Some(upto(150.0)),
                Some(upto(300.0)),
                true,
            ),
            metric(
                "per_hour",
                "Alarms an hour",
                "The same for an hour",
                Count,
                Some(self.average(HOUR)),
                Some(upto(6.0)),
                Some(upto(12.0)),
                true,
            ),
            metric(
                "per_ten_minutes",
                "Alarms in 10 minutes",
                "The same for ten minutes: one in ten minutes can be looked into and answered",
                Count,
                Some(self.average(PERIOD)),
                Some(upto(1.0)),
                Some(upto(2.0)),
                true,
            ),
            metric(
                "busy_periods",
                "10-minute periods with more than 10",
                "Share of the time cut into ten minutes in which more came than one person can answer",
                Share,
                over(&mut self.periods.iter().copied(), BUSY_PERIOD),
                Some(below(0.01)),
                None,
                true,
            ),
            metric(
                "busy_hours",
                "Hours with more than 30",
                "The same for whole hours",
                Share,
                over(&mut hours.into_iter(), BUSY_HOUR),
                Some(below(0.01)),
                None,
                true,
            ),
            metric(
                "peak",
                "Most alarms in any 10 minutes",
                "The worst ten minutes",
                Count,
                count(self.peak),
                Some(upto(10.0)),
                None,
                true,
            ),
            metric(
                "in_flood",
                "Time in flood",
                "Share of the time with more alarms than can be answered: from ten in ten minutes until fewer than five",
                Share,
                Some(self.flooded as f64 / self.length() as f64),
                Some(below(0.01)),
                None,
                true,
            ),
            metric(
                "top_ten",
                "Share of the ten most frequent",
                "How much of it all comes from ten alarms alone: mending those helps most",
                Share,
                self.of_calls(self.top_ten),
                Some(upto(0.01)),
                Some(upto(0.05)),
                enough,
            ),
            metric(
                "nuisance",
                "Chattering and fleeting alarms",
                "Alarms that come and go within a minute, or are gone before anybody could act: a delay or a wider band quietens them",
                Count,
                count(self.nuisance),
                Some(upto(0.0)),
                None,
                true,
            ),
            metric(
                "stale",
                "Stale alarms on the worst day",
                "Alarms that stay for more than a day: nobody acts on them any more",
                Count,
                count(self.stale_most),
                Some(below(5.0)),
                None,
                true,
            ),
            metric(
                "critical",
                "Share of critical priority",
                "If everything is critical, nothing is",
                Share,
                priority(0),
                Some(below(0.01)),
                None,
                enough,
            ),
            metric(
                "high",
                "Share of high priority",
                "About one in twenty",
                Share,
                priority(1),
                Some(upto(0.05)),
                None,
                enough,
            ),
            metric(
                "medium",
                "Share of medium priority",
                "About one in seven; the rest is low",
                Share,
                priority(2),
                Some(upto(0.15)),
                None,
                enough,
            ),
            metric(
                "unexplained",
                "Set aside without a reason",
                "Alarms that were shelved, suppressed or taken out of service and nobody wrote why",
                Count,
                count(self.unexplained),
                Some(upto(0.0)),
                None,
                true,
            ),
            metric(
                "ack_median",
                "Time to acknowledge, median",
                "Half of the alarms were seen within this time",
                Time,
                time(ack.median),
                None,
                None,
                true,
            ),
            metric(
                "ack_most",
                "Time to acknowledge, 9 of 10",
                "Nine of ten were seen within this time",
                Time,
                time(ack.most),
                None,
                None,
                true,
            ),
            metric(
                "ack_longest",
                "Longest unacknowledged",
                "How long one waited for somebody at the most, or is still waiting",
                Time,
                time(ack.longest.map(|longest| longest.took)),
                None,
                None,
                true,
            ),
        ]
    }
}

fn judge(value: Option<f64>, acceptable: Option<Bound>, manageable: Option<Bound>) -> Verdict {
    let (Some(value), Some(acceptable)) = (value, acceptable) else {
        return Verdict::Unjudged;
    };
    if acceptable.holds(value) {
        Verdict::Good
    } else if manageable.is_some_and(|bound| bound.holds(value)) {
        Verdict::Manageable
    } else {
        Verdict::Over
    }
}
