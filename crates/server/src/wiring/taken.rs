//! A connection whose answers are taken. The HTTP library has no time for writing: with somebody who sends many requests at once and takes no answer it
//! prepares more answers, holds the connection for ever, and looks at it again and again without a pause, so that one such connection keeps a processor
//! busy (actix-http 3.20, `h1/dispatcher.rs`). Here nothing more is read from whoever does not take what was written, and after a time, or when it is looked
//! at too often, they are left (DS-01). It stands below TLS, which takes what is written whether it goes away or not.

use std::{
    io::{self, IoSlice},
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::rt::net::{ActixStream, Ready, TcpStream};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// Looks at a connection while it waits. Somebody who is waited for is looked at when they send or take something; a library that turns in circles looks
/// some hundred thousand times a second.
const LOOKS: u32 = 1_000;

/// A stream that is read only while what was written goes away.
pub(super) struct Taken<S> {
    stream: S,
    patience: Duration,
    waits: Option<Waits>,
}

/// Since something waits to be taken.
struct Waits {
    until: Pin<Box<Sleep>>,
    looks: u32,
}

impl<S> Taken<S> {
    /// `patience`: how long nothing at all may be taken. Of a socket: of what its buffer holds about a third must go before it says so.
    pub(super) fn new(stream: S, patience: Duration) -> Self {
        Self { stream, patience, waits: None }
    }
    /// What came of writing; the time begins anew with whatever is taken.
    fn judged<T>(&mut self, done: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if done.is_ready() {
            if self.waits.take().is_some() {
                // Nobody waits for something to read: that was not asked for meanwhile.
                context.waker().wake_by_ref();
            }
            return done;
        }
        let patience = self.patience;
        let waits = self.waits.get_or_insert_with(|| Waits { until: Box::pin(sleep(patience)), looks: 0 });
        waits.looks = waits.looks.saturating_add(1);
        if waits.looks > LOOKS {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        waits.until.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl Taken<TcpStream> {
    /// Who is at the other end.
    pub(super) fn peer(&self) -> Option<SocketAddr> {
        self.stream.peer_addr().ok()
    }
}

impl ActixStream for Taken<TcpStream> {
    fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        self.stream.poll_read_ready(context).map_ok(|()| Ready::READABLE)
    }
    fn poll_write_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        self.stream.poll_write_ready(context).map_ok(|()| Ready::WRITABLE)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Taken<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.waits.is_some() {
            return Poll::Pending;
        }
        Pin::new(&mut this.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Taken<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let done = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.judged(done, context)
    }
    fn poll_write_vectored(self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let done = Pin::new(&mut this.stream).poll_write_vectored(context, parts);
        this.judged(done, context)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let done = Pin::new(&mut this.stream).poll_flush(context);
        // A socket has nothing to flush, and says so whether or not anything goes away.
        if done.is_ready() { done } else { this.judged(done, context) }
    }
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let done = Pin::new(&mut this.stream).poll_shutdown(context);
        this.judged(done, context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    const LONG: Duration = Duration::from_secs(3_600);

    /// Whoever takes is served, also after a wait, and is read no further meanwhile; whoever takes nothing is left when the time is over.
    #[tokio::test]
    async fn ds_01_who_takes_no_answer_is_left() {
        let (near, mut far) = duplex(64);
        let mut served = Taken::new(near, LONG);
        served.write_all(&[b'a'; 64]).await.unwrap();
        far.write_all(b"two").await.unwrap();
        // The far side is full: the next answer waits, and what was sent meanwhile is not read.
        assert!(futures_util::poll!(Box::pin(served.write(b"b"))).is_pending());
        let mut said = [0; 3];
        assert!(futures_util::poll!(Box::pin(served.read_exact(&mut said))).is_pending());
        let mut taken = [0; 64];
        far.read_exact(&mut taken).await.unwrap();
        assert_eq!(served.write(b"b").await.unwrap(), 1);
        served.read_exact(&mut said).await.unwrap();
        assert_eq!(&said, b"two", "the twin");
        served.patience = Duration::ZERO;
        let left = served.write_all(&[b'c'; 64]).await.unwrap_err();
        assert_eq!(left.kind(), io::ErrorKind::TimedOut);
    }

    /// A library that looks again and again at somebody who takes nothing is stopped long before the time.
    #[tokio::test]
    async fn ds_01_turning_in_circles_ends() {
        let (near, _far) = duplex(64);
        let mut served = Taken::new(near, LONG);
        served.write_all(&[b'a'; 64]).await.unwrap();
        let mut looks = 0;
        let left = std::future::poll_fn(|context| {
            looks += 1;
            context.waker().wake_by_ref();
            Pin::new(&mut served).poll_write(context, b"b")
        });
        assert_eq!(left.await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(looks, LOOKS + 1);
    }
}
