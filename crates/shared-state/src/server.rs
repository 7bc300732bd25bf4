//! How a server is set up, as far as the counters depend on it.

use homeward_local_credential::StoreFault;

use crate::link::Link;

/// How the server that counts is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// By its own address.
    ByAddress,
    /// By what watches it.
    BySentinels,
    /// By nodes of its cluster.
    ByNodes,
}

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
    /// What it is: `standalone`, `cluster` or `sentinel`.
    pub mode: String,
    /// How many servers follow it.
    pub followers: u32,
    /// Whether it takes a write only while enough others follow it.
    pub needs_followers: bool,
}

impl ServerState {
    /// What stands in the way of counters in such a server, asked in the way that it was asked.
    pub fn unfit(&self, way: Named) -> Option<String> {
        match (self.mode.as_str(), way) {
            ("sentinel", _) => return Some("it is a sentinel, and counts nothing: name it by sentinels, and the server that it watches by master".into()),
            ("cluster", Named::ByAddress | Named::BySentinels) => return Some("it is a node of a cluster: name several of its nodes by cluster".into()),
            (mode, Named::ByNodes) if mode != "cluster" => return Some("it is no node of a cluster: name it by url, or what watches it by sentinels".into()),
            _ => {}
        }
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
    let said = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim).filter(|value| !value.is_empty());
    let value = |name: &str| said(name).unwrap_or_default().to_owned();
    ServerState {
        // Valkey has a version of its own beside that of the Redis that it speaks like.
        version: said("valkey_version").map_or_else(|| value("redis_version"), |version| format!("{version} of Valkey")),
        follows: value("role") == "slave",
        keeps: value("aof_enabled") == "1",
        most_memory: value("maxmemory").parse().unwrap_or(0),
        gives_up: value("maxmemory_policy"),
        mode: said("redis_mode").map_or_else(|| value("server_mode"), str::to_owned),
        followers: value("connected_slaves").parse().unwrap_or(0),
        // Said only where the setting is on.
        needs_followers: said("min_slaves_good_slaves").is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(role: &str, memory: &str, policy: &str, mode: &str) -> ServerState {
        read(&format!(
            "# Server\r\nredis_version:7.0.15\r\nredis_mode:{mode}\r\nrole:{role}\r\nconnected_slaves:2\r\naof_enabled:1\r\nmaxmemory:{memory}\r\nmaxmemory_human:1G\r\nmaxmemory_policy:{policy}\r\n"
        ))
    }

    #[test]
    fn a_server_that_would_stop_when_it_is_full_is_named() {
        let by = Named::ByAddress;
        let fit = of("master", "1073741824", "volatile-ttl", "standalone");
        assert_eq!((fit.version.as_str(), fit.keeps, fit.most_memory, fit.unfit(by)), ("7.0.15", true, 1_073_741_824, None));
        assert_eq!((fit.followers, fit.needs_followers), (2, false));
        assert!(read("min_slaves_good_slaves:1\r\n").needs_followers);
        assert_eq!(of("master", "0", "noeviction", "standalone").unfit(by), None);
        assert!(of("master", "1073741824", "noeviction", "standalone").unfit(by).unwrap().contains("maxmemory-policy is noeviction"));
        assert!(of("slave", "0", "noeviction", "standalone").unfit(by).unwrap().contains("follows another server"));
    }

    /// Valkey says some things under names of its own.
    #[test]
    fn valkey_is_read_as_well() {
        let state = read("# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:9.1.2\r\nserver_mode:cluster\r\nrole:master\r\n");
        assert_eq!((state.version.as_str(), state.mode.as_str(), state.unfit(Named::ByNodes)), ("9.1.2 of Valkey", "cluster", None));
    }

    /// What stands in the configuration and what is there have to be the same kind of thing.
    #[test]
    fn a_server_of_another_kind_is_named() {
        let unfit = |mode: &str, way| of("master", "0", "noeviction", mode).unfit(way).unwrap_or_default();
        for (mode, way, part) in [
            ("sentinel", Named::ByAddress, "it is a sentinel"),
            ("sentinel", Named::ByNodes, "it is a sentinel"),
            ("cluster", Named::ByAddress, "by cluster"),
            ("cluster", Named::BySentinels, "by cluster"),
            ("standalone", Named::ByNodes, "no node of a cluster"),
        ] {
            assert!(unfit(mode, way).contains(part), "{mode} {way:?}: {}", unfit(mode, way));
        }
        for (mode, way) in [("standalone", Named::ByAddress), ("standalone", Named::BySentinels), ("cluster", Named::ByNodes)] {
            assert_eq!(unfit(mode, way), "");
        }
    }
}
