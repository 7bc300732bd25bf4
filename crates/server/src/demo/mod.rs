use std::path::Path; pub(crate) async fn run(_:u16,_:&Path)->Result<(),String>{Ok(())}
