//! Entry of the binary: reads the command line, runs one command, ends with its code.

/// Pages are many small pieces of memory, made and given back on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    homeward_server::commands::main()
}
