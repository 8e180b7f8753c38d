//! The samples of a point in order of time, as coarsely as whoever asks is content with: whole chunks by their digest, else
//! blocks by theirs, else the pages of samples, merged with what still waits in the journal.

use std::cell::OnceCell;

use hearthline_model::{Micros, PointId};
use rusqlite::Connection;

use crate::Error;
use crate::chunk::{Item, Opened, tidy};
use crate::digest::Digest;
use crate::directory::{self, Cursor, Entry, FROM_A_MOMENT, SAMPLES, STEPS};
use crate::head::HeadReader;
use crate::look::Look;
use crate::pages::PAGE;

/// Chunks of before that are opened at a time.
const OLD_AT_ONCE: usize = 32;

/// Who takes the samples, in order of time.
pub trait Sink {
    /// Values themselves are wanted; digests and numbers are no use.
    const VALUES: bool = false;

    /// Takes a digest, or leaves it where the samples in it are wanted one by one.
    fn takes(&mut self, digest: &Digest) -> bool;

    /// Takes a step of an aggregate, of which there is nothing finer.
    fn force(&mut self, digest: &Digest);

    /// Takes good numbers.
    fn numbers(&mut self, times: &[Micros], values: &[f64]);

    /// Takes a sample.
    fn item(&mut self, item: Item);

    /// Wants no more.
    fn is_done(&self) -> bool {
        false
    }
}

/// Hands the samples of a point in `from..to` to a sink. `waiting` are those of the journal in that stretch, in order.
pub fn walk(
    connection: &Connection,
    look: &Look,
    point: PointId,
    (from, to): (Micros, Micros),
    waiting: &[Item],
    sink: &mut impl Sink,
) -> Result<(), Error> {
    let old = directory::old(connection, point, from, to)?;
    if old.is_empty() {
        return stretch(connection, look, point, (from, to), waiting, sink);
    }
    // Chunks of before overlap and have no digest: some of them at a time are opened and brought in order.
    let mut begin = from;
    for group in (0..old.len()).step_by(OLD_AT_ONCE) {
        let end = old
            .get(group + OLD_AT_ONCE)
            .map_or(to, |next| next.begins.max(begin).min(to));
        let within = |at: Micros| at >= begin && at < end;
        let mut items = Vec::new();
        for entry in old
            .iter()
            .filter(|entry| entry.begins < end && entry.ends >= begin)
        {
            look.count(|cost| cost.bodies += 1)?;
            let all = directory::items(connection, entry)?;
            items.extend(all.into_iter().filter(|item| within(item.at)));
        }
        items.extend(waiting.iter().filter(|item| within(item.at)).cloned());
        tidy(&mut items);
        stretch(connection, look, point, (begin, end), &items, sink)?;
        if sink.is_done() {
            break;
        }
        begin = end;
    }
    Ok(())
}

fn stretch(
    connection: &Connection,
    look: &Look,
    point: PointId,
    (from, to): (Micros, Micros),
    waiting: &[Item],
    sink: &mut impl Sink,
) -> Result<(), Error> {
    let (mut one, mut other) = (
        connection.prepare_cached(FROM_A_MOMENT)?,
        connection.prepare_cached(FROM_A_MOMENT)?,
    );
    let mut samples = Cursor::new(&mut one, point, SAMPLES, from, to)?;
    let mut steps = Cursor::new(&mut other, point, STEPS, from, to)?;
    let mut walk = Walk {
        connection,
        look,
        from,
        to,
        waiting: waiting.iter(),
        sink,
    };
    while !walk.sink.is_done() {
        let next = match (&samples.entry, &steps.entry) {
            (Some(one), Some(other)) if other.begins < one.begins => &mut steps,
            (Some(_), _) => &mut samples,
            (None, Some(_)) => &mut steps,
            (None, None) => break,
        };
        let Some(entry) = next.entry else { break };
        look.count(|cost| cost.heads += 1)?;
        walk.chunk(&entry, &next.head)?;
        next.next()?;
    }
    if !walk.sink.is_done() {
        walk.waiting_until(to);
    }
    Ok(())
}

struct Walk<'w, S> {
    connection: &'w Connection,
    look: &'w Look,
    from: Micros,
    to: Micros,
    waiting: std::slice::Iter<'w, Item>,
    sink: &'w mut S,
}

impl<S: Sink> Walk<'_, S> {
    /// What waits in the journal before a moment.
    fn waiting_until(&mut self, at: Micros) {
        while let Some(item) = self.waiting.as_slice().first().filter(|item| item.at < at) {
            self.sink.item(item.clone());
            self.waiting.next();
        }
    }

    fn chunk(&mut self, entry: &Entry, head: &[u8]) -> Result<(), Error> {
        self.waiting_until(entry.begins);
        if entry.class == STEPS {
            return self.steps(head);
        }
        let into = self
            .waiting
            .as_slice()
            .partition_point(|item| item.at <= entry.ends);
        if into > 0 {
            return self.merged(entry, into);
        }
        self.blocks(entry, head)
    }

    fn is_inside(&self, digest: &Digest) -> bool {
        digest.begins >= self.from && digest.ends < self.to
    }

    /// An aggregate: its steps are all there is; one that lies over the border counts where it begins.
    fn steps(&mut self, head: &[u8]) -> Result<(), Error> {
        let mut reader = HeadReader::new(head)?;
        if self
            .waiting
            .as_slice()
            .first()
            .is_none_or(|item| item.at > reader.whole.ends)
            && self.is_inside(&reader.whole)
            && self.sink.takes(&reader.whole)
        {
            return Ok(());
        }
        while let Some(step) = reader.next_block()? {
            if step.begins < self.from || step.begins >= self.to {
                continue;
            }
            self.waiting_until(step.begins);
            if !self.is_inside(&step) || !self.sink.takes(&step) {
                self.sink.force(&step);
            }
        }
        Ok(())
    }

    /// A chunk into which samples of the journal fall: both in one order, repetitions once.
    fn merged(&mut self, entry: &Entry, into: usize) -> Result<(), Error> {
        self.look.count(|cost| cost.bodies += 1)?;
        let mut items = directory::items(self.connection, entry)?;
        items.retain(|item| item.at >= self.from && item.at < self.to);
        let waiting = self.waiting.as_slice();
        items.extend_from_slice(&waiting[..into]);
        self.waiting = waiting[into..].iter();
        tidy(&mut items);
        for item in items {
            self.sink.item(item);
        }
        Ok(())
    }

    fn blocks(&mut self, entry: &Entry, head: &[u8]) -> Result<(), Error> {
        let mut reader = HeadReader::new(head)?;
        if self.is_inside(&reader.whole) && self.sink.takes(&reader.whole) {
            return Ok(());
        }
        let body = OnceCell::new();
        let mut pages: Option<Pages<'_>> = None;
        let mut begin = 0;
        while let Some(block) = reader.next_block()? {
            let range = begin..begin + block.count as usize;
            begin = range.end;
            if block.ends < self.from {
                continue;
            }
            if block.begins >= self.to || self.sink.is_done() {
                break;
            }
            if self.is_inside(&block) && self.sink.takes(&block) {
                continue;
            }
            let open = if let Some(open) = &mut pages {
                open
            } else {
                self.look.count(|cost| cost.bodies += 1)?;
                let bytes = directory::body(self.connection, entry.id)?;
                pages.insert(Pages::open(body.get_or_init(|| bytes))?)
            };
            self.samples(open, range)?;
        }
        Ok(())
    }

    fn samples(&mut self, pages: &mut Pages<'_>, range: std::ops::Range<usize>) -> Result<(), Error> {
        let mut at = range.start;
        while at < range.end && !self.sink.is_done() {
            let page = at / PAGE;
            let end = range.end.min((page + 1) * PAGE);
            let (begin, end, offset) = (at - page * PAGE, end - page * PAGE, end);
            at = offset;
            if pages.at != Some(page) {
                self.look.count(|cost| cost.pages += 1)?;
            }
            if !S::VALUES && pages.opened.is_plain() {
                pages.numbers(page)?;
                let times = pages.times.get(begin..end).unwrap_or_default();
                let first = begin + times.partition_point(|at| *at < self.from);
                let last = begin + times.partition_point(|at| *at < self.to);
                if first < last {
                    self.sink
                        .numbers(&pages.times[first..last], &pages.values[first..last]);
                }
            } else if begin == 0 && end == pages.opened.page_len(page) {
                // A page that is wanted as a whole needs no copy.
                pages.at = None;
                pages.items.clear();
                pages.opened.page(page, &mut pages.items)?;
                for item in pages.items.drain(..) {
                    if item.at >= self.from && item.at < self.to {
                        self.sink.item(item);
                    }
                }
            } else {
                pages.items(page)?;
                for item in pages.items.get(begin..end).unwrap_or_default() {
                    if item.at >= self.from && item.at < self.to {
                        self.sink.item(item.clone());
                    }
                }
            }
        }
        Ok(())
    }
}

/// An open body with the page it is at.
struct Pages<'a> {
    opened: Opened<'a>,
    at: Option<usize>,
    times: Vec<Micros>,
    values: Vec<f64>,
    items: Vec<Item>,
}

impl<'a> Pages<'a> {
    fn open(body: &'a [u8]) -> Result<Self, Error> {
        Ok(Self {
            opened: Opened::new(body)?,
            at: None,
            times: Vec::new(),
            values: Vec::new(),
            items: Vec::new(),
        })
    }

    fn numbers(&mut self, page: usize) -> Result<(), Error> {
        if self.at != Some(page) {
            self.opened.numbers(page, &mut self.times, &mut self.values)?;
            self.at = Some(page);
        }
        Ok(())
    }

    fn items(&mut self, page: usize) -> Result<(), Error> {
        if self.at != Some(page) {
            self.items.clear();
            self.opened.page(page, &mut self.items)?;
            self.at = Some(page);
        }
        Ok(())
    }
}

/// From where a walk to `at` has to begin in order to meet what was in force then: `values` where the value itself is
/// wanted, not only its digest.
pub fn lead(connection: &Connection, point: PointId, at: Micros, values: bool) -> Result<Micros, Error> {
    let mut best: Option<Entry> = None;
    for class in 1..=STEPS {
        if let Some(entry) = directory::before(connection, point, class, at)?
            && best.is_none_or(|known| entry.ends > known.ends)
        {
            best = Some(entry);
        }
    }
    Ok(best.map_or(Micros::MIN, |entry| {
        let digest = entry.class == STEPS || entry.class == SAMPLES && !values;
        if digest { entry.begins } else { entry.ends }
    }))
}
