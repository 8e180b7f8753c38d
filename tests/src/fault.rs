//! What goes wrong on purpose: a disk that fills, a process that may write no more, a file that is held.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use hearthline_engine::view::StatusView;
use tempfile::TempDir;

/// A disk of its own in memory, which may be filled.
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// A disk of so many megabytes; none, and a line that says so, where this user may not mount one.
    ///
    /// # Panics
    /// Where no folder can be made.
    pub fn mount(megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o"])
            .arg(format!("size={megabytes}m,mode=0777"))
            .args(["hearthline-test"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self { folder });
        }
        println!("skipped: a small disk cannot be mounted here (it takes the rights of root)");
        None
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A folder on it.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub fn folder(&self) -> TempDir {
        tempfile::tempdir_in(self.path()).expect("a folder on the small disk")
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }

    /// Takes all the room that is left.
    ///
    /// # Panics
    /// Where nothing can be written at all.
    pub fn fill(&self) {
        let mut file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.ballast())
            .expect("a file on the small disk");
        while file.write_all(&[7; 4096]).is_ok() {}
    }

    /// Gives the room back.
    ///
    /// # Panics
    /// Where it was not filled.
    pub fn make_room(&self) {
        std::fs::remove_file(self.ballast()).expect("it was filled");
    }

    /// Makes it read-only or not; false where that is refused, because something on it is open.
    pub fn read_only(&self, read_only: bool) -> bool {
        let option = if read_only { "remount,ro" } else { "remount,rw" };
        Command::new("mount")
            .args(["-o", option])
            .arg(self.path())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

/// Files that nobody may change, not even who has them open, as where a disk turned read-only. Ends with this value.
pub struct Sealed {
    paths: Vec<PathBuf>,
}

impl Sealed {
    /// Seals a folder and all files in it; none, and a line that says so, where this user or this disk may not.
    pub fn folder(folder: &Path) -> Option<Self> {
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = files.map(|file| file.path()).collect();
        paths.push(folder.to_owned());
        let sealed = Self { paths };
        if sealed.set("+i") {
            return Some(sealed);
        }
        println!(
            "skipped: files cannot be sealed here (it takes the rights of root and a disk with such a mark)"
        );
        None
    }

    fn set(&self, mark: &str) -> bool {
        Command::new("chattr")
            .arg(mark)
            .args(&self.paths)
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }
}

impl Drop for Sealed {
    fn drop(&mut self) {
        self.set("-i");
    }
}

/// The engine in a process of its own, which can be told things.
pub struct Headless {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Headless {
    /// Starts `program` (the binary `headless`) on a folder, connected to a broker on loopback; it is ready then.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start(program: &str, folder: &Path, port: u16) -> Self {
        // A process whose files may not grow is told by a signal, which would end it; what it does about the error is the point.
        let mut child = Command::new("sh")
            .args(["-c", "trap '' XFSZ; exec \"$@\"", "sh", program])
            .arg(folder)
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the engine starts");
        let to = child.stdin.take().expect("its input is piped");
        let from = BufReader::new(child.stdout.take().expect("its output is piped"));
        let mut headless = Self { child, to, from };
        assert_eq!(headless.line(), "ready");
        headless
    }

    /// Says a line, and gives the answer.
    ///
    /// # Panics
    /// Where it has ended.
    pub fn ask(&mut self, line: &str) -> String {
        writeln!(self.to, "{line}").expect("the engine listens");
        self.line()
    }

    /// What a window would show of it.
    ///
    /// # Panics
    /// Where it has ended.
    pub fn status(&mut self) -> StatusView {
        serde_json::from_str(&self.ask("status")).expect("a status")
    }

    /// Files that it writes may not grow beyond so many bytes; none: as large as they like.
    ///
    /// # Panics
    /// Where the system refuses.
    pub fn limit_files(&self, bytes: Option<u64>) {
        let soft = bytes.map_or_else(|| "unlimited".to_owned(), |bytes| bytes.to_string());
        let done = Command::new("prlimit")
            .arg(format!("--pid={}", self.child.id()))
            .arg(format!("--fsize={soft}:unlimited"))
            .status()
            .expect("prlimit is there");
        assert!(done.success());
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.from.read_line(&mut line).expect("the engine answers");
        line.trim().to_owned()
    }
}

impl Drop for Headless {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
