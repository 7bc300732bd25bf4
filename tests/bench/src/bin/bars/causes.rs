//! Why a bar is missed, as profiles of the release build showed it (`perf record` on the server while its part of this program ran).

/// The beginning of a line's name, and its cause.
const CAUSES: [(&str, &str); 8] = [
    (
        "1 username page",
        "no part stands out: of the server's time, 27 % is the kernel's, 12 % writes the page, 9 % seals its stage and its form token, 14 % reads and checks the request \
         (parameters, cookies, language, address), the rest is spread over actix-web and the allocator. The floor answers ready bytes and does none of this.",
    ),
    (
        "4 whole sign-in",
        "argon2id takes four fifths. Of the rest half is spent in answering five requests, a third on the threads of the database: four durable commits, and some ten look-ups.",
    ),
    (
        "9 return",
        "three requests with five durable changes, and one request to the provider: nearly half of the time is the kernel's (waking threads, writing the log of the database, connections). \
         In 6ef2546 each of 26 statements still went to a thread of its own and back.",
    ),
    (
        "7 username page",
        "at rest a page takes less than 0.2 ms; probably one turn of the scheduler behind a thread that hashes is already more than three times that. Not proved.",
    ),
    (
        "8 restart",
        "the trusted certificates of the system are read and parsed at the start (three times in 6ef2546), which takes longer than opening the database.",
    ),
    ("8 memory at rest, RSS", "two thirds are pages of the binary and of libxml2, libxmlsec1, OpenSSL and ICU, which are shared with the page cache; the anonymous part has its own line."),
    (
        "8 memory at rest, RssAnon",
        "some 10 MiB of it are the heap, as it is after the first page; what holds it was not split up. In 6ef2546 the trusted certificates were kept three times.",
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
