//! Why a bar is missed, as profiles of the release build showed it (`perf record` on the server while its part of this program ran).

/// The beginning of a line's name, and its cause.
const CAUSES: [(&str, &str); 7] = [
    (
        "1 username page",
        "no part stands out: of the server's time, 27 % is the kernel's, 12 % writes the page, 9 % seals its stage and its form token, 14 % reads and checks the request \
         (parameters, cookies, language, address), the rest is spread over actix-web and the allocator. The floor answers ready bytes and does none of this.",
    ),
    (
        "4 whole sign-in",
        "argon2id takes four fifths; the rest is four durable commits, some ten look-ups, six requests and two signatures, of which waking other threads is the largest part.",
    ),
    (
        "7 username page",
        "at rest a page takes less than 0.2 ms, so one turn of the scheduler behind a thread that hashes is already more than three times that.",
    ),
    (
        "8 restart",
        "the trusted certificates of the system are read and parsed at the start, which takes longer than opening the database with its million users.",
    ),
    ("8 memory at rest, RSS", "two thirds are pages of the binary and of libxml2, libxmlsec1, OpenSSL and ICU, which are shared with the page cache; the anonymous part has its own line."),
    (
        "8 memory at rest, RssAnon",
        "parsed root certificates, the lists of common passwords, compressed assets and the page caches of the database connections stay in memory from the start.",
    ),
    (
        "10 SAML answer",
        "beside the two verifiers, the guard parses the document in a tree of its own, the signed bytes are canonicalised once more by us and compared, and the certificates are read from their stored text.",
    ),
];

/// What is known of a missed line.
pub(super) fn of(what: &str) -> &'static str {
    CAUSES.iter().find(|(beginning, _)| what.starts_with(beginning)).map_or("not looked into yet", |(_, cause)| cause)
}
