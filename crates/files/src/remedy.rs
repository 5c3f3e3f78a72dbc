//! What to do about a file that the system does not let a program read or write.

use std::io::{Error, ErrorKind};

/// What to do about the system's answer, so far as the answer says it.
pub fn remedy(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::NotFound => "check the path, and that its folder is there",
        ErrorKind::PermissionDenied => "check who may read and write it and its folder",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "free some space on that disk, or give another folder with `--results`"
        }
        ErrorKind::FileTooLarge => {
            "raise the limit on the size of files (`ulimit -f`), or give another folder with `--results`"
        }
        ErrorKind::ReadOnlyFilesystem => "its file system can only be read: give another folder with `--results`",
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => "a file stands where a folder is needed: move it away",
        ErrorKind::InvalidInput | ErrorKind::InvalidFilename => "give another path",
        ErrorKind::IsADirectory => "a folder stands where a file is needed: move it away",
        ErrorKind::InvalidData => "it is damaged or of another kind: delete it or get it anew",
        _ => "look at the system's message, and at the disk",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_of_the_system_has_the_remedy_that_fits_it() {
        // ENOENT, EACCES, ENOSPC, EDQUOT, EROFS as Linux numbers them.
        let cases =
            [(2, "path"), (13, "who may"), (28, "free some space"), (122, "free some space"), (30, "only be read")];
        for (number, words) in cases {
            let remedy = remedy(&Error::from_raw_os_error(number));
            assert!(remedy.contains(words), "{number}: {remedy}");
        }
    }
}
