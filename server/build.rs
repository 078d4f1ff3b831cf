//! Tells cargo that new migrations change the program.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
