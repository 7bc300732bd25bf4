//! Icons as paths: eye, check, x and circle-alert from Lucide (ISC licence, Copyright the Lucide contributors), the mark is our own.

use maud::{Markup, html};

pub(crate) fn eye() -> Markup {
    html! {
        svg width="22" height="22" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" {
            path d="M2.062 12.348a1 1 0 0 1 0-.696 10.75 10.75 0 0 1 19.876 0 1 1 0 0 1 0 .696 10.75 10.75 0 0 1-19.876 0" {}
            circle cx="12" cy="12" r="3" {}
        }
    }
}

pub(crate) fn alert(size: u8) -> Markup {
    html! {
        svg width=(size) height=(size) viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round" aria-hidden="true" {
            circle cx="12" cy="12" r="10" {}
            path d="M12 7v6M12 16.5v.5" {}
        }
    }
}

pub(crate) fn check(size: u8) -> Markup {
    html! {
        svg width=(size) height=(size) viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" {
            path d="M20 6 9 17l-5-5" {}
        }
    }
}

pub(crate) fn cross(size: u8) -> Markup {
    html! {
        svg width=(size) height=(size) viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="3.5" stroke-linecap="round" aria-hidden="true" {
            path d="M18 6 6 18M6 6l12 12" {}
        }
    }
}

pub(crate) fn mark() -> Markup {
    html! {
        svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" {
            path d="M9 0v4M9 14v4" stroke="currentColor" stroke-width="2.5" {}
            circle cx="9" cy="9" r="4.25" fill="none" stroke="currentColor" stroke-width="2.5" {}
        }
    }
}
