//! A publisher that costs next to nothing: packets of MQTT 3.1.1 written to a socket by a thread of its own, so that the
//! measured side has the machine.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Threads of the load are named so, and left out where the cost of the measured side is taken.
pub const THREAD: &str = "load";
/// Bytes that are gathered for one write.
const WRITE: usize = 32 << 10;

/// A connected publisher.
pub struct Load {
    stream: TcpStream,
    buffer: Vec<u8>,
    packet: u16,
    acknowledged: Arc<AtomicU64>,
    reader: Option<JoinHandle<()>>,
}

impl Load {
    /// Connects to a broker on loopback.
    ///
    /// # Errors
    /// Where the broker does not let it in.
    pub fn connect(name: &str, port: u16) -> io::Result<Self> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_nodelay(true)?;
        let mut packet = vec![0x10, 12 + name.len() as u8, 0, 4];
        packet.extend_from_slice(b"MQTT\x04\x02\x00\x00\x00");
        packet.push(name.len() as u8);
        packet.extend_from_slice(name.as_bytes());
        stream.write_all(&packet)?;
        let mut answer = [0; 4];
        stream.read_exact(&mut answer)?;
        if answer[3] != 0 {
            return Err(io::Error::other("the broker refuses the connection"));
        }
        let acknowledged = Arc::new(AtomicU64::new(0));
        let (mut from, counted) = (stream.try_clone()?, Arc::clone(&acknowledged));
        let reader = std::thread::Builder::new().name(THREAD.into()).spawn(move || {
            // Nothing but acknowledgements of four bytes comes back.
            let (mut bytes, mut seen) = ([0; 16 << 10], 0u64);
            while let Ok(count @ 1..) = from.read(&mut bytes) {
                seen += count as u64;
                counted.store(seen / 4, Ordering::Relaxed);
            }
        })?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(2 * WRITE),
            packet: 0,
            acknowledged,
            reader: Some(reader),
        })
    }

    /// Publishes; it goes out with [`Load::flush`] at the latest.
    ///
    /// # Errors
    /// Where the connection is lost.
    pub fn publish(&mut self, topic: &str, payload: &[u8], qos: u8, retain: bool) -> io::Result<()> {
        let length = 2 + topic.len() + if qos > 0 { 2 } else { 0 } + payload.len();
        self.buffer.push(0x30 | qos << 1 | u8::from(retain));
        let mut rest = length;
        while rest > 127 {
            self.buffer.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.buffer.push(rest as u8);
        self.buffer.extend_from_slice(&(topic.len() as u16).to_be_bytes());
        self.buffer.extend_from_slice(topic.as_bytes());
        if qos > 0 {
            self.packet = self.packet.checked_add(1).unwrap_or(1);
            self.buffer.extend_from_slice(&self.packet.to_be_bytes());
        }
        self.buffer.extend_from_slice(payload);
        if self.buffer.len() >= WRITE {
            self.flush()?;
        }
        Ok(())
    }

    /// Sends what was gathered.
    ///
    /// # Errors
    /// Where the connection is lost.
    pub fn flush(&mut self) -> io::Result<()> {
        self.stream.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    /// Waits until the broker has acknowledged so many messages of QoS 1.
    pub fn settled(&self, count: u64) {
        while self.acknowledged.load(Ordering::Relaxed) < count {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        // DISCONNECT; what the broker has not read yet it still reads.
        let _ = self.flush();
        let _ = self.stream.write_all(&[0xe0, 0]);
        let _ = self.stream.shutdown(std::net::Shutdown::Write);
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

/// The topic of a point, four levels deep as a plant's are.
pub fn topic(point: u32) -> String {
    format!(
        "plant/line{}/machine{}/value{}",
        point / 100,
        point / 10 % 10,
        point % 10
    )
}

/// Publishes `count` numbers, each once, over `points` topics, as fast as the broker takes them, from a thread of its own.
///
/// # Errors
/// Where the system gives no thread.
pub fn flood(port: u16, qos: u8, count: u64, points: u32) -> io::Result<JoinHandle<io::Result<()>>> {
    std::thread::Builder::new().name(THREAD.into()).spawn(move || {
        let topics: Vec<String> = (0..points).map(topic).collect();
        let mut load = Load::connect("load", port)?;
        for (number, topic) in (0..count).zip(topics.iter().cycle()) {
            load.publish(topic, number.to_string().as_bytes(), qos, false)?;
        }
        load.flush()?;
        if qos > 0 {
            load.settled(count);
        }
        Ok(())
    })
}
