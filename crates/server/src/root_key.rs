//! The file with the root keys. Made at the first start, for its owner's eyes only.

use std::{
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use homeward_model::Random;
use homeward_sealing::{RootKey, Sealer};

/// Opens the sealer of this installation; makes the key file when there is none.
///
/// # Errors
/// A sentence that says what to do.
pub(crate) fn open(path: &Path, random: &dyn Random) -> Result<Sealer, String> {
    if !path.exists() {
        make(path, random).map_err(|e| format!("{}: the root key cannot be written: {e}", path.display()))?;
    }
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: the root key cannot be read: {e}", path.display()))?;
    let mode = std::fs::metadata(path).map(|m| m.permissions().mode()).unwrap_or(0);
    if mode & 0o077 != 0 {
        return Err(format!("{0}: others can read the root key; run: chmod 600 {0}", path.display()));
    }
    let mut keys = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        keys.push(RootKey::parse(line).map_err(|e| format!("{}: {e}", path.display()))?);
    }
    let mut keys = keys.into_iter();
    match keys.next() {
        Some(present) => Ok(Sealer::new(present, keys.collect())),
        None => Err(format!("{}: the file is empty; restore it from its copy", path.display())),
    }
}

fn make(path: &Path, random: &dyn Random) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{}", RootKey::generate(1, random).to_text().as_str())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use homeward_model::SystemRandom;

    /// KS-02: the key is made once, kept private, and asked for with its fix when it is not.
    #[test]
    fn the_root_key_is_made_once_and_kept_private() {
        let folder = std::env::temp_dir().join(format!("homeward-root-{}", std::process::id()));
        let path = folder.join("root.key");
        let sealed = open(&path, &SystemRandom).unwrap().seal("x", b"secret").unwrap();
        assert_eq!(open(&path, &SystemRandom).unwrap().open("x", &sealed).unwrap().as_slice(), b"secret");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(open(&path, &SystemRandom).err().unwrap().contains("chmod 600"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
