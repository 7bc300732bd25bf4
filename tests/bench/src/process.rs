//! Child processes, and what the kernel says of them.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A server that is being measured; killed when it is dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts it, and waits until it takes connections at `address`.
    pub fn start(command: &mut Command, address: SocketAddr) -> Result<Self, String> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(|e| format!("{command:?}: {e}"))?;
        let mut server = Self { child, address };
        let lines = server.child.stderr.take();
        let (tell, told) = std::sync::mpsc::channel();
        // Its log is read to the end, so that it never waits for a full pipe; the last lines are told when it dies.
        std::thread::spawn(move || {
            let mut last = Vec::new();
            for line in lines.into_iter().flat_map(|l| BufReader::new(l).lines()).map_while(Result::ok) {
                last.push(line);
                if last.len() > 20 {
                    last.remove(0);
                }
            }
            let _ = tell.send(last.join("\n"));
        });
        let until = crate::now() + Duration::from_secs(60);
        while std::net::TcpStream::connect(address).is_err() {
            if let Ok(Some(status)) = server.child.try_wait() {
                return Err(format!("{command:?} ended with {status}:\n{}", told.recv().unwrap_or_default()));
            }
            if crate::now() > until {
                return Err(format!("{command:?} does not listen on {address}"));
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        Ok(server)
    }
    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
    /// CPU time so far, user and system.
    pub fn cpu(&self) -> Duration {
        cpu_of(&self.pid().to_string())
    }
    /// A line of `/proc/PID/status`, in KiB.
    pub fn memory_kib(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
    }
    /// What its resident memory is of, in KiB (`/proc/PID/smaps`).
    pub fn resident(&self) -> Resident {
        let text = fs::read_to_string(format!("/proc/{}/smaps", self.pid())).unwrap_or_default();
        let (mut found, mut file) = (Resident::default(), String::new());
        for line in text.lines() {
            let mut words = line.split_whitespace();
            let first = words.next().unwrap_or_default();
            let kib = |mut words: std::str::SplitWhitespace<'_>| words.next().and_then(|n| n.parse::<u64>().ok()).unwrap_or_default();
            match first {
                // Of a private copy of a file's page the file is none any more.
                "Rss:" => *found.of(&file) += kib(words),
                "Anonymous:" => {
                    let own = kib(words);
                    let place = found.of(&file);
                    *place = place.saturating_sub(own);
                    found.anonymous += own;
                }
                _ if !first.ends_with(':') => file = words.nth(4).unwrap_or_default().to_owned(),
                _ => {}
            }
        }
        found
    }
    /// Forgets the highest memory so far.
    pub fn reset_peak(&self) {
        let _ = fs::write(format!("/proc/{}/clear_refs", self.pid()), "5");
    }
    /// Calls of `fsync` and `fdatasync` while `work` runs, counted by strace; `None` where strace cannot be used.
    pub async fn syncs<T>(&self, work: impl Future<Output = T>) -> (T, Option<u64>) {
        let file = std::env::temp_dir().join(format!("homeward-bench-strace-{}", self.pid()));
        let strace = Command::new("strace").args(["-f", "-e", "trace=fsync,fdatasync", "-o"]).arg(&file).args(["-p", &self.pid().to_string()]).stderr(Stdio::piped()).spawn();
        let Ok(mut strace) = strace else { return (work.await, None) };
        // It says on its own error output that it has attached.
        let mut line = String::new();
        let attached = strace.stderr.take().map(|out| BufReader::new(out).read_line(&mut line).is_ok() && line.contains("attached"));
        let done = work.await;
        let _ = Command::new("kill").args(["-INT", &strace.id().to_string()]).status();
        let _ = strace.wait();
        let text = fs::read_to_string(&file).unwrap_or_default();
        let _ = fs::remove_file(&file);
        let calls = text.lines().filter(|line| (line.contains("fsync(") || line.contains("fdatasync(")) && !line.contains("resumed")).count() as u64;
        (done, (attached == Some(true)).then_some(calls))
    }
}

/// Resident memory by what it is of, in KiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resident {
    /// Pages of no file: heap, stacks, and copies of pages that were written.
    pub anonymous: u64,
    /// Pages of the database and of its log.
    pub database: u64,
    /// Pages of the program, its libraries and every other file.
    pub program: u64,
}

impl Resident {
    fn of(&mut self, file: &str) -> &mut u64 {
        match file {
            "" => &mut self.anonymous,
            special if special.starts_with('[') => &mut self.anonymous,
            data if data.contains(".db") => &mut self.database,
            _ => &mut self.program,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// CPU time of a process so far, user and system; `self` is this one.
pub fn cpu_of(process: &str) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // Fields 14 and 15, counted behind the name in brackets, in ticks of 10 ms.
    let ticks: u64 = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// A port that was free a moment ago.
pub fn free_port() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a loopback port");
    listener.local_addr().expect("its address")
}
