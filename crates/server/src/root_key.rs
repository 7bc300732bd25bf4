//! The root keys: from a file, made at the first start for its owner's eyes only, or from an environment variable.

use std::{
    io::Write,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::Path,
};

use homeward_model::Random;
use homeward_sealing::{KeptKey, RootKey, Sealer, Zeroizing};

use crate::settings::{Secrets, environment};

/// How a key can be made by hand; the first start makes the file by itself.
const BY_HAND: &str = "echo \"1:$(openssl rand -base64 32)\"";

/// No key is named.
const NEITHER: &str = "[secrets] set one of root_key_file and root_key_env";

/// Opens the sealer of this installation; makes the key file when there is none.
///
/// # Errors
/// A sentence that says what to do.
pub(crate) fn open(secrets: &Secrets, random: &dyn Random) -> Result<Sealer, String> {
    if let Some(sealer) = present(secrets)? {
        return Ok(sealer);
    }
    let path = secrets.root_key_file.as_deref().ok_or(NEITHER)?;
    make(path, random).map_err(|e| format!("{}: the root key cannot be written: {e}", path.display()))?;
    check(path)
}

/// The keys that are there. `None` where their file is not.
///
/// # Errors
/// A sentence that says what to do.
pub(crate) fn present(secrets: &Secrets) -> Result<Option<Sealer>, String> {
    if let Some(name) = &secrets.root_key_env {
        let text = environment(name).map_err(|e| format!("[secrets] root_key_env: {e}; make a key with: {BY_HAND}"))?;
        return parse(&text).map(Some).map_err(|e| format!("[secrets] root_key_env: {name}: {e}"));
    }
    let path = secrets.root_key_file.as_deref().ok_or(NEITHER)?;
    if path.exists() { check(path).map(Some) } else { Ok(None) }
}

/// What to do where the file is gone and a database is there.
pub(crate) fn lost(file: &Path) -> String {
    format!("[secrets] root_key_file: {} is not there, and the database is sealed under it: put its copy back, or correct the path", file.display())
}

/// The file that should have the keys and is not there.
pub(crate) fn missing(secrets: &Secrets) -> Option<&Path> {
    secrets.root_key_file.as_deref().filter(|path| secrets.root_key_env.is_none() && !path.exists())
}

/// Reads the keys of a file that is there.
///
/// # Errors
/// A sentence that says what to do.
pub(crate) fn check(path: &Path) -> Result<Sealer, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: the root key cannot be read: {e}", path.display()))?;
    if !is_private(path) {
        return Err(format!("{0}: others can read the root key; run: chmod 600 {0}", path.display()));
    }
    parse(&text).map_err(|e| format!("{}: {e}", path.display()))
}

/// Whether its owner alone can read a file. One that belongs to root may be readable for the group of this process, as Kubernetes mounts a secret
/// for a pod that is not root.
pub(crate) fn is_private(path: &Path) -> bool {
    let own_group = std::fs::metadata("/proc/self").map(|process| process.gid()).ok();
    std::fs::metadata(path).is_ok_and(|file| {
        let is_mounted = file.uid() == 0 && own_group == Some(file.gid());
        file.mode() & if is_mounted { 0o037 } else { 0o077 } == 0
    })
}

/// One line of a key file.
enum Line {
    Root(RootKey),
    Kept(KeptKey),
}

fn lines(text: &str) -> Result<Vec<Line>, String> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| KeptKey::parse(line).map(Line::Kept).or_else(|_| RootKey::parse(line).map(Line::Root)).map_err(|e| e.to_string())).collect()
}

fn parse(text: &str) -> Result<Sealer, String> {
    let (mut roots, mut kept) = (Vec::new(), Vec::new());
    for line in lines(text)? {
        match line {
            Line::Root(key) => roots.push(key),
            Line::Kept(key) => kept.push(key),
        }
    }
    let mut roots = roots.into_iter();
    let present = roots.next().ok_or("there is no key in it; put its copy back")?;
    Ok(Sealer::new(present, roots.collect()).with_kept(kept))
}

/// Gives up a root key of the file that is not the present one. Its keys of these purposes stay.
///
/// # Errors
/// A sentence that says what to do.
pub(crate) fn give_up(path: &Path, number: u8, purposes: &[&str]) -> Result<(), String> {
    let _turn = turn(path).map_err(|e| format!("{}: {e}", path.display()))?;
    check(path)?;
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?);
    let mut left: Vec<Zeroizing<String>> = Vec::new();
    for line in lines(&text)? {
        match line {
            Line::Root(key) if key.number() == number => left.extend(purposes.iter().map(|purpose| key.kept(purpose).to_text())),
            Line::Root(key) => left.push(key.to_text()),
            Line::Kept(key) => left.push(key.to_text()),
        }
    }
    replace(path, &left).map_err(|e| format!("{}: {e}", path.display()))
}

/// The folder of a file.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Waits until nobody else changes the file, and keeps them waiting as long as the value lasts: a key that another command has just put there would be
/// written over, and what was sealed under it lost. The file itself is replaced, so its folder is what is locked.
fn turn(path: &Path) -> std::io::Result<std::fs::File> {
    let folder = std::fs::File::open(folder(path))?;
    // A file system that has no locks keeps nobody waiting.
    let _ = folder.lock();
    Ok(folder)
}

/// Whole or not at all.
fn replace(path: &Path, lines: &[Zeroizing<String>]) -> std::io::Result<()> {
    let beside = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    for line in lines {
        writeln!(file, "{}", line.as_str())?;
    }
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    std::fs::File::open(folder(path))?.sync_all()
}

/// Puts a new key in front of those in the file; they stay. Gives its number.
///
/// # Errors
/// A sentence that says what to do.
pub(crate) fn put_in_front(path: &Path, random: &dyn Random) -> Result<u8, String> {
    let _turn = turn(path).map_err(|e| format!("{}: {e}", path.display()))?;
    check(path)?;
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?);
    let numbers = text.lines().filter_map(|line| line.trim().split_once(':')?.0.parse::<u8>().ok());
    let number = numbers.max().unwrap_or(0).checked_add(1).ok_or("there have been 255 root keys; no number is left")?;
    let mut all = vec![RootKey::generate(number, random).to_text()];
    all.extend(text.lines().map(|line| Zeroizing::new(line.trim().to_owned())));
    replace(path, &all).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(number)
}

/// Whole or not at all: written beside its place, and linked into it unless another start was quicker.
fn make(path: &Path, random: &dyn Random) -> std::io::Result<()> {
    let folder = folder(path);
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let beside = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    writeln!(file, "{}", RootKey::generate(1, random).to_text().as_str())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&beside, path);
    std::fs::remove_file(&beside)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
        Err(_) | Ok(()) => {}
    }
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    use homeward_model::SystemRandom;

    fn in_file(path: &Path) -> Secrets {
        Secrets { root_key_file: Some(path.to_owned()), root_key_env: None }
    }

    /// KS-02: the key is made once, kept private, and asked for with its fix when it is not.
    #[test]
    fn the_root_key_is_made_once_and_kept_private() {
        let folder = std::env::temp_dir().join(format!("homeward-root-{}", homeward_model::random_token(&SystemRandom)));
        let path = folder.join("deeper/root.key");
        let secrets = in_file(&path);
        let sealed = open(&secrets, &SystemRandom).unwrap().seal("x", b"secret").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(open(&secrets, &SystemRandom).unwrap().open("x", &sealed).unwrap().as_slice(), b"secret");
        make(&path, &SystemRandom).unwrap();
        assert_eq!(open(&secrets, &SystemRandom).unwrap().open("x", &sealed).unwrap().as_slice(), b"secret", "a key that is there stays");
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(open(&secrets, &SystemRandom).err().unwrap().contains("chmod 600"));
        // Root may give a file to this process' group to read, and nobody else may; nobody gives one to a group to write.
        for (mode, is_well) in [(0o640, std::fs::metadata(&path).unwrap().uid() == 0), (0o660, false), (0o604, false), (0o400, true)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(open(&secrets, &SystemRandom).is_ok(), is_well, "{mode:o}");
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&path, "\n").unwrap();
        assert!(open(&secrets, &SystemRandom).err().unwrap().contains("put its copy back"));
        std::fs::remove_dir_all(folder).unwrap();
    }

    /// KS-03: a root key is put in front and another given up; what it leaves behind is what was asked for, and numbers are not used again.
    #[test]
    fn ks_03_root_keys_come_and_go() {
        let folder = std::env::temp_dir().join(format!("homeward-root-{}", homeward_model::random_token(&SystemRandom)));
        let path = folder.join("root.key");
        let first = open(&in_file(&path), &SystemRandom).unwrap();
        let (sealed, tag) = (first.seal("x", b"secret").unwrap(), first.mac("audit").sign(&[b"x"]));
        assert_eq!(put_in_front(&path, &SystemRandom).unwrap(), 2);
        let both = check(&path).unwrap();
        assert_eq!(both.numbers().collect::<Vec<_>>(), [2, 1]);
        assert!(both.open("x", &sealed).is_some());
        give_up(&path, 1, &["audit"]).unwrap();
        let alone = check(&path).unwrap();
        assert_eq!(alone.numbers().collect::<Vec<_>>(), [2]);
        assert!(alone.open("x", &sealed).is_none());
        assert!(alone.macs("audit").iter().any(|(number, mac)| *number == 1 && mac.verify(&[b"x"], &tag)));
        assert_eq!(alone.macs("pepper").len(), 1);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        give_up(&path, 2, &[]).unwrap();
        assert!(check(&path).err().unwrap().contains("put its copy back"), "without a root key there is none, whatever else stands there");
        std::fs::remove_dir_all(folder).unwrap();
    }

    /// KS-03: of keys that several commands put into the file at the same moment none is lost, and none has another's number.
    #[test]
    fn ks_03_no_command_writes_over_anothers_root_key() {
        let folder = std::env::temp_dir().join(format!("homeward-root-{}", homeward_model::random_token(&SystemRandom)));
        let path = folder.join("root.key");
        open(&in_file(&path), &SystemRandom).unwrap();
        let all: Vec<_> = (0..16).map(|_| std::thread::spawn({ let path = path.clone(); move || put_in_front(&path, &SystemRandom) })).collect();
        let mut made: Vec<u8> = all.into_iter().map(|one| one.join().unwrap().unwrap()).collect();
        made.sort_unstable();
        assert_eq!(made, (2..=17).collect::<Vec<u8>>());
        assert_eq!(check(&path).unwrap().numbers().collect::<Vec<_>>(), (1..=17).rev().collect::<Vec<u8>>());
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_variable_that_is_not_set_is_named_with_the_way_to_make_a_key() {
        let secrets = Secrets { root_key_file: None, root_key_env: Some("HOMEWARD_TEST_UNSET".into()) };
        let error = open(&secrets, &SystemRandom).err().unwrap();
        assert!(error.contains("HOMEWARD_TEST_UNSET is not set") && error.contains("openssl rand"), "{error}");
        let line = RootKey::generate(2, &SystemRandom).to_text();
        assert!(parse(&format!("{}\n1:{}\n", line.as_str(), line.as_str().split(':').nth(1).unwrap())).is_ok());
        assert!(parse("2:short").is_err());
    }
}
