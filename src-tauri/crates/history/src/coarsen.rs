//! Samples of long ago as steps of an aggregate: what a year of a chart needs, in a hundredth of the room.

use std::collections::BTreeMap;

use hearthline_model::{Micros, PointId};
use rusqlite::{Connection, TransactionBehavior};

use crate::chunk::{Item, Opened};
use crate::digest::Digest;
use crate::directory::{self, Entry, Made, SAMPLES, STEPS};
use crate::head::HeadReader;
use crate::{Compactor, Error, Store};

/// Steps of one chunk, so that its head fits.
const TOGETHER: usize = 32;

/// What a step of coarsening did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coarsened {
    /// Chunks that became steps, or coarser steps.
    pub chunks: usize,
    /// Samples that they stand for.
    pub samples: u64,
    /// Steps written.
    pub steps: usize,
    /// There are more to be made.
    pub remaining: bool,
}

impl Compactor {
    /// Replaces the chunks of a point that end before a moment by an aggregate with a digest for each `step`, at most `most`
    /// chunks at a time, in one short transaction. Finer aggregates become coarser ones. Buckets, averages, counts and
    /// statistics answer from the steps, with edges no finer than those; single samples are gone. Chunks of booleans and of
    /// text stay as they are: as run lengths they take next to nothing. Call it until nothing remains, from the thread that
    /// compacts.
    ///
    /// # Errors
    /// Where a chunk is damaged or the file refuses; nothing has changed then.
    pub fn coarsen(
        &mut self,
        point: PointId,
        before: Micros,
        step: Micros,
        most: usize,
    ) -> Result<Coarsened, Error> {
        coarsen(&mut self.connection, point, before, step, most)
    }
}

impl Store {
    /// As [`Compactor::coarsen`], on the store's own connection. Not while a [`Compactor`] is at work.
    ///
    /// # Errors
    /// Where a chunk is damaged or the file refuses; nothing has changed then.
    pub fn coarsen(
        &mut self,
        point: PointId,
        before: Micros,
        step: Micros,
        most: usize,
    ) -> Result<Coarsened, Error> {
        coarsen(&mut self.connection, point, before, step, most)
    }
}

fn coarsen(
    connection: &mut Connection,
    point: PointId,
    before: Micros,
    step: Micros,
    most: usize,
) -> Result<Coarsened, Error> {
    let step = step.max(1);
    let most = most.max(1);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut done = Coarsened::default();
    let mut steps = Steps::new(step);
    let mut replaced = Vec::new();
    for cluster in clusters(&transaction, point, before)? {
        if replaced.len() >= most {
            done.remaining = true;
            break;
        }
        let mut parts = Vec::new();
        let mut due = false;
        for entry in &cluster {
            if entry.class == STEPS {
                let head = directory::head(&transaction, point, entry)?;
                due |= HeadReader::new(&head)?.step < step;
                parts.push((entry, Steps::of_head(step, &head)?));
            } else {
                let body = directory::body(&transaction, entry.id)?;
                let mut opened = Opened::new(&body)?;
                if opened.is_numeric() {
                    due = true;
                    parts.push((entry, Steps::of_samples(step, &opened.items()?)));
                }
            }
        }
        // What stays as it is would lie between what becomes one step.
        let stays = parts.len() < cluster.len();
        if !due || stays {
            steps.divide();
        }
        if due {
            for (entry, part) in parts {
                steps.join(&part);
                replaced.push(*entry);
            }
        }
        if stays {
            steps.divide();
        }
    }
    done.chunks = replaced.len();
    for entry in &replaced {
        if !directory::remove(&transaction, point, entry)? {
            return Err(Error::Busy);
        }
    }
    done.steps = steps.digests.len();
    for stretch in steps.stretches() {
        done.samples += stretch.iter().map(|digest| u64::from(digest.count)).sum::<u64>();
        for some in stretch.chunks(TOGETHER) {
            Made::of_steps(point, step, some).insert(&transaction)?;
        }
    }
    transaction.commit()?;
    Ok(done)
}

/// Chunks of samples and of steps that end before a moment, in order of time; what lies over each other in one group, as
/// where a late sample fell into an aggregate.
fn clusters(connection: &Connection, point: PointId, before: Micros) -> Result<Vec<Vec<Entry>>, Error> {
    let mut all = Vec::new();
    for class in [STEPS, SAMPLES] {
        let mut statement = connection.prepare_cached(
            "SELECT class, ends, id, begins, count FROM chunks WHERE point = ? AND class = ? AND ends < ?",
        )?;
        for entry in statement.query_map((point.0, class, before), Entry::of)? {
            all.push(entry?);
        }
    }
    all.sort_by_key(|entry| (entry.begins, entry.ends, entry.id));
    let mut clusters: Vec<Vec<Entry>> = Vec::new();
    let mut reach = Micros::MIN;
    for entry in all {
        match clusters.last_mut() {
            Some(cluster) if entry.begins <= reach => cluster.push(entry),
            _ => clusters.push(vec![entry]),
        }
        reach = reach.max(entry.ends);
    }
    Ok(clusters)
}

/// Digests by the step that they begin in, and by the stretches that something else divides.
struct Steps {
    step: Micros,
    stretch: u32,
    digests: BTreeMap<(u32, Micros), Digest>,
}

impl Steps {
    fn new(step: Micros) -> Self {
        Self {
            step,
            stretch: 0,
            digests: BTreeMap::new(),
        }
    }

    /// The steps of samples, which are in order.
    fn of_samples(step: Micros, items: &[Item]) -> Self {
        let mut steps = Self::new(step);
        for item in items {
            steps.digest(item.at).add(item.at, &item.value, item.quality);
        }
        steps
    }

    /// The steps of an aggregate.
    fn of_head(step: Micros, head: &[u8]) -> Result<Self, Error> {
        let mut steps = Self::new(step);
        let mut reader = HeadReader::new(head)?;
        while let Some(digest) = reader.next_block()? {
            steps.digest(digest.begins).join(&digest);
        }
        Ok(steps)
    }

    fn digest(&mut self, at: Micros) -> &mut Digest {
        self.digests
            .entry((self.stretch, at.div_euclid(self.step)))
            .or_default()
    }

    fn join(&mut self, other: &Self) {
        for digest in other.digests.values() {
            self.digest(digest.begins).join(digest);
        }
    }

    fn divide(&mut self) {
        self.stretch += 1;
    }

    /// The digests of each stretch. No chunk reaches over what divides them: it would be read before that.
    fn stretches(self) -> Vec<Vec<Digest>> {
        let mut all: Vec<Vec<Digest>> = Vec::new();
        let mut last = None;
        for ((stretch, _), digest) in self.digests {
            if last != Some(stretch) {
                all.push(Vec::new());
                last = Some(stretch);
            }
            if let Some(digests) = all.last_mut() {
                digests.push(digest);
            }
        }
        all
    }
}
