//! Attacks on a Response, made by bytes after signing, named by the ids of the security cases.
