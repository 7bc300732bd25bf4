//! TLS at the broker itself, for an installation without a proxy in front. The files are read again while the broker runs: a renewed
//! certificate serves the next connection, and no connection that is open ends. Files that do not fit together change nothing.

use std::{
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};
use tokio::sync::watch;

use crate::settings::ServerTls;

/// The files are looked at this often; SIGHUP has them looked at once more.
const EVERY: Duration = Duration::from_secs(60);

/// The certificate that new connections get.
#[derive(Debug)]
pub struct Served {
    files: RwLock<ServerTls>,
    present: RwLock<Arc<CertifiedKey>>,
}

/// A certificate that fits its key, and where both come from.
pub(crate) struct Prepared {
    files: ServerTls,
    key: CertifiedKey,
}

impl Served {
    /// Reads the files.
    ///
    /// # Errors
    /// A sentence that names file and fix.
    pub fn read(files: &ServerTls) -> Result<Arc<Self>, String> {
        let present = RwLock::new(Arc::new(certified(files)?));
        Ok(Arc::new(Self { files: RwLock::new(files.clone()), present }))
    }
    /// Reads them again; whether there is another certificate now. What was served stays when they cannot be used, as while a tool writes
    /// one after the other.
    ///
    /// # Errors
    /// A sentence that names file and fix.
    pub fn read_again(&self) -> Result<bool, String> {
        // Held meanwhile, so that a reload with other files and another read of the same ones come before or after this: of two at once the one that
        // began first could serve last what it read first.
        let files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        Ok(self.put(certified(&files)?))
    }
    fn put(&self, key: CertifiedKey) -> bool {
        let mut present = self.present.write().unwrap_or_else(PoisonError::into_inner);
        let other = present.cert != key.cert;
        *present = Arc::new(key);
        other
    }
    /// The certificate of these files, not served yet.
    ///
    /// # Errors
    /// A sentence that names file and fix.
    pub(crate) fn prepare(files: &ServerTls) -> Result<Prepared, String> {
        Ok(Prepared { files: files.clone(), key: certified(files)? })
    }
    /// Serves it to whoever connects from now on; whether it is another one.
    pub(crate) fn serve(&self, prepared: Prepared) -> bool {
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        *files = prepared.files;
        self.put(prepared.key)
    }
    fn present(&self) -> Arc<CertifiedKey> {
        self.present.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// TLS 1.2 and 1.3 with this certificate. A later one needs no other configuration.
    ///
    /// # Errors
    /// A sentence, when the library has none of the versions.
    pub fn config(self: &Arc<Self>) -> Result<ServerConfig, String> {
        let versions = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider())).with_protocol_versions(&[&TLS13, &TLS12]);
        Ok(versions.map_err(|e| format!("TLS: {e}"))?.with_no_client_auth().with_cert_resolver(self.clone()))
    }
}

impl ResolvesServerCert for Served {
    /// One name, one certificate: whatever name a client asks for, it sees this one and judges by itself.
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.present())
    }
}

/// The certificates of the file, the broker's own first.
///
/// # Errors
/// A sentence that names file and fix.
pub(crate) fn chain(files: &ServerTls) -> Result<Vec<CertificateDer<'static>>, String> {
    let path = &files.certificate;
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(chain) if chain.is_empty() => Err(format!("{}: there is no certificate in it; it needs the broker's own and those between it and the authority, as PEM", path.display())),
        Ok(chain) => Ok(chain),
        Err(error) => Err(format!("{}: the certificate cannot be read: {error}", path.display())),
    }
}

fn certified(files: &ServerTls) -> Result<CertifiedKey, String> {
    let chain = chain(files)?;
    let path = &files.key;
    closed(path)?;
    let key = PrivateKeyDer::from_pem_file(path).map_err(|e| format!("{}: the key cannot be read: {e}; it must be PEM and without a passphrase", path.display()))?;
    CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider())
        .map_err(|e| format!("{} and {} do not fit together: {e}; take both from one renewal", files.certificate.display(), path.display()))
}

/// A group may read it, as the group of the tool that renews it; everybody may not.
fn closed(path: &Path) -> Result<(), String> {
    let mode = std::fs::metadata(path).map_err(|e| format!("{}: the key cannot be read: {e}", path.display()))?.permissions().mode();
    if mode & 0o007 != 0 { Err(format!("{0}: everybody on this machine can read the key; run: chmod o-rwx {0}", path.display())) } else { Ok(()) }
}

/// Reads the files again and writes down what came of it.
pub(crate) fn renew(served: &Served) {
    match served.read_again() {
        Ok(true) => tracing::info!("another certificate is served from now on"),
        Ok(false) => {}
        Err(error) => tracing::error!(error, "the certificate was not read again; the one before is still served"),
    }
}

/// Looks at the files from time to time.
pub(crate) async fn run(served: Arc<Served>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => renew(&served),
            _ = stopped.changed() => return,
        }
    }
}
