//! How the C library gives freed memory back.

/// Lets the allocator keep freed memory for the next step instead of giving it back to the system.
///
/// The activations of a network are freed and taken again every step, and so are the chunks of a file; by default the
/// system takes each back and hands it out zeroed, page by page, which costs a convolutional step a tenth of its time and
/// the reading of a table more than half. Does nothing where the C library is not
/// glibc. Call it once, at the start of a program.
pub fn keep_freed_memory() {
    #[cfg(target_env = "gnu")]
    for setting in [libc::M_MMAP_THRESHOLD, libc::M_TRIM_THRESHOLD] {
        // SAFETY: `mallopt` takes two integers and only changes settings of the allocator.
        unsafe { libc::mallopt(setting, KEPT_BYTES) };
    }
}

/// Blocks up to this size come from, and freed memory up to this size stays in, the program's heap.
#[cfg(target_env = "gnu")]
const KEPT_BYTES: libc::c_int = 1 << 30;
