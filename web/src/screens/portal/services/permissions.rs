//! The delegated permissions, with Microsoft's mark of which need an administrator's consent (B-138 to B-144).

use homeward_language::Text;
use homeward_portal::services::{PERMISSIONS, Permission, Resource};
use maud::{Markup, html};

use crate::screens::portal::parts::{breakable, pill};

const fn interface(resource: Resource) -> &'static str {
    match resource {
        Resource::Graph => "Microsoft Graph",
        Resource::Exchange => "Exchange Web Services",
    }
}

fn mark(t: Text, permission: &Permission) -> Markup {
    if permission.admin_consent { pill("warn", t.s("service-yes")) } else { html! { span class="muted" { (t.s("service-no")) } } }
}

/// A table of some of them; `cell` is what stands in the first column.
fn table(t: Text, rows: &[&'static Permission], cell: &dyn Fn(&'static Permission) -> Markup) -> Markup {
    html! {
        div class="list framed" {
            table {
                caption class="vh" { (t.s("service-permissions")) }
                thead { tr { th scope="col" { (t.s("service-permission")) } th scope="col" { (t.s("service-interface")) } th scope="col" { (t.s("service-admin-consent")) } } }
                tbody {
                    @for permission in rows {
                        tr {
                            th scope="row" { (cell(permission)) small lang="en" { (permission.allows) } }
                            td data-label=(t.s("service-interface")) { span translate="no" { (interface(permission.resource)) } }
                            td data-label=(t.s("service-admin-consent")) { (mark(t, permission)) }
                        }
                    }
                }
            }
        }
    }
}

/// Those that are chosen.
pub(super) fn chosen(t: Text, is_chosen: &dyn Fn(&str) -> bool) -> Markup {
    let rows: Vec<&'static Permission> = PERMISSIONS.iter().filter(|permission| is_chosen(permission.name)).collect();
    table(t, &rows, &|permission| html! { code translate="no" { (breakable(permission.name)) } })
}

/// All of them, to be chosen from; `error` is the id of what is wrong.
pub(super) fn choose(t: Text, is_chosen: &dyn Fn(&str) -> bool, error: Option<&str>) -> Markup {
    let rows: Vec<&'static Permission> = PERMISSIONS.iter().collect();
    table(t, &rows, &|permission| {
        html! {
            label class="check" {
                input type="checkbox" id={ "p-" (permission.name.replace('.', "-")) } name=(permission.name) value="yes" checked[is_chosen(permission.name)] aria-describedby=[error];
                code translate="no" { (breakable(permission.name)) }
            }
        }
    })
}
