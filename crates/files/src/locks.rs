//! File systems without locks.

/// ENOLCK, ENOSYS, EOPNOTSUPP, and ENOTSUPP of the kernel itself: the answers of NFS, Lustre and others to a lock.
const NO_LOCKS: [i32; 4] = [37, 38, 95, 524];

/// Whether the system's answer to a lock, by its number, says that the file system has none.
pub fn knows_no_locks(errno: i32) -> bool {
    NO_LOCKS.contains(&errno)
}
