//! Where samples go: the file itself on the command line, the engine in the app.

use hearthline_history::{Batch, Reader, Store};
use hearthline_model::{BrokerId, DeviceDesc, Micros, PointDesc, PointId, Sample};

use crate::Error;

/// Journal rows that one step of compaction takes.
const STEP: usize = 1024;
/// Samples that may wait in the journal before they are packed: questions read the journal as a whole.
const WAITING: u64 = 1_000_000;

/// A point that an import makes, and the device that it belongs to; devices of one key are one.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// The device.
    pub device: DeviceDesc,
    /// The point.
    pub point: PointDesc,
}

/// Where an import writes. What it appends raises no alarm and moves no live value: it is the past.
pub trait Target {
    /// What is there already.
    fn reader(&self) -> &Reader;

    /// Lasting ids for points, which belong to [`BrokerId::IMPORTED`]; the same keys give the same ids again.
    ///
    /// # Errors
    /// Where the history refuses.
    fn register(&mut self, made: &[Made]) -> Result<Vec<PointId>, Error>;

    /// Keeps samples: when it returns, they are on disk. May take its time, so that the journal does not grow beyond bounds.
    ///
    /// # Errors
    /// Where the disk is full or the history refuses; nothing of them is kept then.
    fn append(&mut self, samples: Vec<Sample>) -> Result<(), Error>;
}

/// Gives out ids for imported points.
///
/// # Errors
/// Where the history refuses.
pub fn register(store: &mut Store, made: &[Made]) -> Result<Vec<PointId>, hearthline_history::Error> {
    store.register(|registrar| {
        let mut ids = Vec::with_capacity(made.len());
        let mut last = None;
        for made in made {
            // Series of one device mostly follow each other.
            let at = match &last {
                Some((key, at)) if *key == made.device.key => *at,
                _ => registrar.device(BrokerId::IMPORTED, &made.device, &|_| false)?.at,
            };
            last = Some((made.device.key.clone(), at));
            ids.push(registrar.point(at, &made.point, &|_| false)?.id);
        }
        Ok(ids)
    })
}

/// A file that nobody else has open.
pub struct StoreTarget {
    // Closed before the store: who closes last tidies the write-ahead log into the file, and only the store may.
    reader: Reader,
    store: Store,
    now: Micros,
}

impl StoreTarget {
    /// Over an open store; `now` is when the samples arrive.
    ///
    /// # Errors
    /// Where the file cannot be opened for reading.
    pub fn new(store: Store, now: Micros) -> Result<Self, Error> {
        let reader = store.reader()?;
        Ok(Self { reader, store, now })
    }

    /// Packs what waits in the journal.
    ///
    /// # Errors
    /// Where the history refuses; what was appended stays.
    pub fn pack(&mut self) -> Result<(), Error> {
        while self.store.compact(STEP, self.now)?.remaining > 0 {}
        Ok(())
    }
}

impl Target for StoreTarget {
    fn reader(&self) -> &Reader {
        &self.reader
    }

    fn register(&mut self, made: &[Made]) -> Result<Vec<PointId>, Error> {
        Ok(register(&mut self.store, made)?)
    }

    fn append(&mut self, samples: Vec<Sample>) -> Result<(), Error> {
        self.store.append(&Batch {
            samples: &samples,
            at: self.now,
            ..Batch::default()
        })?;
        if self.store.waiting()?.0 > WAITING {
            self.pack()?;
        }
        Ok(())
    }
}

/// Writes nothing: says what an import would do.
pub struct Rehearsal {
    reader: Reader,
}

impl Rehearsal {
    /// Over what is there.
    pub fn new(reader: Reader) -> Self {
        Self { reader }
    }
}

impl Target for Rehearsal {
    fn reader(&self) -> &Reader {
        &self.reader
    }

    fn register(&mut self, made: &[Made]) -> Result<Vec<PointId>, Error> {
        // Ids that nothing has.
        Ok((0..made.len() as u32).map(|ix| PointId(u32::MAX - ix)).collect())
    }

    fn append(&mut self, _: Vec<Sample>) -> Result<(), Error> {
        Ok(())
    }
}
