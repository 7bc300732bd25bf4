//! How a server is set up, as far as the counters depend on it.

use homeward_local_credential::StoreFault;

use crate::link::Link;

/// A server as it says that it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerState {
    /// Its version, for example `7.0.15`.
    pub version: String,
    /// Whether it only follows another server.
    pub follows: bool,
    /// Whether it writes down what it holds, so that its restart forgets no pause.
    pub keeps: bool,
    /// Memory that it takes at most, in bytes; 0: as much as there is.
    pub most_memory: u64,
    /// What it gives up when that is full.
    pub gives_up: String,
}

impl ServerState {
    /// What stands in the way of counters in such a server.
    pub fn unfit(&self) -> Option<String> {
        if self.follows {
            return Some("it only follows another server: name the one that can be written".into());
        }
        let forgets_the_least = matches!(self.gives_up.as_str(), "volatile-ttl");
        (self.most_memory > 0 && !forgets_the_least)
            .then(|| format!("maxmemory-policy is {}: with volatile-ttl a full server forgets first what would end first, and takes no sign-in along", self.gives_up))
    }
}

impl Link {
    /// Asks the server how it is set up.
    ///
    /// # Errors
    /// `StoreFault` when it does not answer.
    pub async fn server_state(&self) -> Result<ServerState, StoreFault> {
        let text: String = self.ask(|mut connection| async move { redis::cmd("INFO").query_async(&mut connection).await }).await?;
        Ok(read(&text))
    }
}

fn read(text: &str) -> ServerState {
    let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap_or_default().trim().to_owned();
    ServerState {
        version: value("redis_version"),
        follows: value("role") == "slave",
        keeps: value("aof_enabled") == "1",
        most_memory: value("maxmemory").parse().unwrap_or(0),
        gives_up: value("maxmemory_policy"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_would_stop_when_it_is_full_is_named() {
        let of = |role: &str, memory: &str, policy: &str| {
            read(&format!("# Server\r\nredis_version:7.0.15\r\nrole:{role}\r\naof_enabled:1\r\nmaxmemory:{memory}\r\nmaxmemory_human:1G\r\nmaxmemory_policy:{policy}\r\n"))
        };
        let fit = of("master", "1073741824", "volatile-ttl");
        assert_eq!((fit.version.as_str(), fit.keeps, fit.most_memory, fit.unfit()), ("7.0.15", true, 1_073_741_824, None));
        assert_eq!(of("master", "0", "noeviction").unfit(), None);
        assert!(of("master", "1073741824", "noeviction").unfit().unwrap().contains("maxmemory-policy is noeviction"));
        assert!(of("slave", "0", "noeviction").unfit().unwrap().contains("follows another server"));
    }
}
