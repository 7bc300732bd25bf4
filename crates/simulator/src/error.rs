//! What can go wrong before an identity provider plays.

/// Why the simulator cannot play.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// A key or certificate could not be made.
    #[error("a key could not be made: {0}")]
    Key(String),
    /// A given certificate or public key could not be read.
    #[error("the certificate or public key could not be read: give PEM or base64 of an X.509 certificate")]
    Certificate,
    /// The address to listen on is taken or not allowed.
    #[error("cannot listen: {0}")]
    Listen(#[from] std::io::Error),
}
