-- Where a provider's word proved a mailbox: the domain. It counts as long as the account has proved that; without one, a mail came back.
ALTER TABLE mailbox_proof ADD COLUMN by_domain TEXT;
