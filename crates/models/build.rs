//! Lets this package's programs find libtorch at run time.

fn main() {
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    if let Ok(folder) = std::env::var("LIBTORCH") {
        // RPATH, which comes before `LD_LIBRARY_PATH`; each word an argument of its own, whatever the folder's name.
        for word in ["--disable-new-dtags", "-rpath", &format!("{folder}/lib")] {
            println!("cargo:rustc-link-arg=-Xlinker");
            println!("cargo:rustc-link-arg={word}");
        }
    }
}
