//! What a point has already, walked along with what is to be added, so that an import done twice adds nothing.

use hearthline_history::Reader;
use hearthline_model::{Micros, PointId, Quality, Sample, Value};

use crate::Error;
use crate::pages::{PAGE, Pages};

/// The samples of one point over a stretch of time, asked for moment by moment in the order of time.
pub struct Knows<'a> {
    pages: Pages<'a>,
    page: std::vec::IntoIter<Sample>,
    next: Option<Sample>,
    at: Micros,
    here: Vec<(Value, Quality)>,
}

impl<'a> Knows<'a> {
    /// Over the moments `first..=last`.
    pub fn new(reader: &'a Reader, point: PointId, first: Micros, last: Micros) -> Self {
        Self {
            pages: Pages::new(reader, point, first, last.saturating_add(1), PAGE),
            page: Vec::new().into_iter(),
            next: None,
            at: Micros::MIN,
            here: Vec::new(),
        }
    }

    /// What is known of a moment; moments are asked for in the order of time.
    pub fn at(&mut self, at: Micros) -> Result<&[(Value, Quality)], Error> {
        if at != self.at {
            self.at = at;
            self.here.clear();
            loop {
                if self.next.is_none() {
                    self.next = self.page.next();
                }
                if self.next.is_none() {
                    self.page = self.pages.next()?.into_iter();
                    self.next = self.page.next();
                }
                match &self.next {
                    Some(sample) if sample.at <= at => {
                        if let Some(sample) = self.next.take()
                            && sample.at == at
                        {
                            self.here.push((sample.value, sample.quality));
                        }
                    }
                    _ => break,
                }
            }
        }
        Ok(&self.here)
    }
}

/// Whether two values are the very same: unlike `==`, zeroes of both signs differ.
pub fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Float(one), Value::Float(other)) => one.to_bits() == other.to_bits(),
        _ => one == other,
    }
}
