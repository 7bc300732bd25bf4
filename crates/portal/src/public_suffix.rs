//! Names under which anybody registers names: `co.uk`, `github.io`. Nobody's people are there, and whoever could show a record there would lead
//! them all to one organisation's sign-in (LH-08).

use homeward_model::DomainName;

/// Whether the whole name is on the Public Suffix List, in either section. The list has names of each script as A-labels or as they are
/// written, so both forms are asked for.
pub fn is_public_suffix(domain: &DomainName) -> bool {
    let is = |name: &str| psl::suffix_str(name).is_some_and(|suffix| suffix.len() == name.len());
    is(domain.as_str()) || is(&domain.to_unicode())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LH-08: suffixes of registries and of hosts are nobody's, and what is registered under them is somebody's.
    #[test]
    fn lh_08_public_suffixes_are_nobodys() {
        let is = |typed: &str| is_public_suffix(&DomainName::parse(typed).unwrap());
        for typed in ["co.uk", "CO.UK.", "com.au", "github.io", "blogspot.com", "公司.cn", "xn--55qx5d.cn", "s3.amazonaws.com"] {
            assert!(is(typed), "{typed}");
        }
        for typed in ["northwind.co.uk", "northwind.example", "northwind.com", "northwind.github.io", "www.github.io.example", "食狮.公司.cn", "amazonaws.com", "co.uk.example"] {
            assert!(!is(typed), "{typed}");
        }
    }
}
