//! The `tsubame` command.
fn main() {}
