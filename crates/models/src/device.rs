//! The device a network runs on, and CUDA loaded at run time.

use std::path::PathBuf;

use crate::{Error, Result};

/// Reads a device name: `cpu`, or `cuda:N` with N from 0.
///
/// CUDA's part of libtorch is opened here, before libtorch is first asked about CUDA, because a program linked
/// against the CPU libraries alone would otherwise never see a GPU.
///
/// # Errors
/// [`Error::Device`] if the name is unknown, if the libtorch in use has no CUDA part, or if the machine has no such
/// GPU. There is no fall-back to the CPU.
pub fn parse(name: &str) -> Result<tch::Device> {
    if name == "cpu" {
        return Ok(tch::Device::Cpu);
    }
    let fail = |reason: String| Error::Device { device: name.to_owned(), reason };
    let index: usize = name
        .strip_prefix("cuda:")
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| fail("write `cpu`, or `cuda:0` for the first GPU".to_owned()))?;
    let count = cuda_devices().map_err(fail)?;
    if index < count {
        Ok(tch::Device::Cuda(index))
    } else {
        Err(fail(format!("this machine has {count} GPU(s), numbered from cuda:0")))
    }
}

/// The number of GPUs that libtorch can use, at least 1, or the reason why there is none.
pub fn cuda_devices() -> std::result::Result<usize, String> {
    load_cuda()?;
    if !tch::Cuda::is_available() {
        return Err("libtorch has its CUDA part, but found no NVIDIA driver or no GPU: \
                    check `nvidia-smi`, or use `--device cpu`"
            .to_owned());
    }
    Ok(usize::try_from(tch::Cuda::device_count()).unwrap_or(0))
}

/// Opens `libtorch_cuda.so` beside the `libtorch_cpu.so` in use, once.
fn load_cuda() -> std::result::Result<(), String> {
    use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_NOW};
    static LOADED: std::sync::OnceLock<std::result::Result<Library, String>> = std::sync::OnceLock::new();
    let loaded = LOADED.get_or_init(|| {
        let folder = libtorch_folder().ok_or("libtorch_cpu.so is not loaded: run `just doctor`")?;
        // Beside the library in use, or in the full install that `just bootstrap --cuda` makes beside the CPU one.
        let places = [folder.join("libtorch_cuda.so"), folder.join("../../cuda/torch/lib/libtorch_cuda.so")];
        let file = places.into_iter().find(|file| file.exists()).ok_or_else(|| {
            let folder = folder.display();
            format!("the libtorch in {folder} has no CUDA part; run `just bootstrap --cuda` (with `LIBTORCH` unset), or use `--device cpu`")
        })?;
        // SAFETY: libtorch's own library, of the same build as the part already loaded; its initialisers only register kernels.
        unsafe { Library::open(Some(&file), RTLD_NOW | RTLD_GLOBAL) }
            .map_err(|error| format!("{} could not be loaded: {error}; run `just bootstrap --cuda` again", file.display()))
    });
    loaded.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// The folder that `libtorch_cpu.so` was loaded from.
pub fn libtorch_folder() -> Option<PathBuf> {
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    let line = maps.lines().find(|line| line.ends_with("/libtorch_cpu.so"))?;
    let path = &line[line.find('/')?..];
    PathBuf::from(path).parent().map(PathBuf::from)
}

/// The version of the libtorch in use, as its own files state it.
pub fn libtorch_version() -> Option<String> {
    let root = libtorch_folder()?.parent()?.to_path_buf();
    if let Ok(version) = std::fs::read_to_string(root.join("build-version")) {
        return Some(version.trim().to_owned());
    }
    let python = std::fs::read_to_string(root.join("version.py")).ok()?;
    let line = python.lines().find(|line| line.starts_with("__version__"))?;
    line.split('\'').nth(1).map(str::to_owned)
}

/// The libtorch that the bindings are made for.
pub const LIBTORCH: &str = "2.11";

/// Refuses a libtorch of another version than the bindings are made for, which a loader may have put in the place of the
/// build's own.
///
/// # Errors
/// [`Error::OtherLibtorch`] with both versions and the folder in use.
pub fn check_libtorch() -> Result<()> {
    // A first call makes sure that the library is loaded.
    let _ = tch::get_num_threads();
    refuse_other(libtorch_version().as_deref(), &libtorch_folder().unwrap_or_default())
}

fn refuse_other(version: Option<&str>, folder: &std::path::Path) -> Result<()> {
    let fits = |version: &str| version == LIBTORCH || version.starts_with(&format!("{LIBTORCH}."));
    match version {
        Some(version) if !fits(version) => {
            Err(Error::OtherLibtorch { version: version.to_owned(), folder: folder.to_path_buf() })
        }
        _ => Ok(()),
    }
}

/// The instructions that libtorch's own kernels use here, such as "AVX2" or "AVX512"; "unknown" if it does not say.
///
/// The last digits of a result depend on them.
pub fn libtorch_capability() -> String {
    /// `std::string` of the C++ library, as far as a short one goes: where its characters are, how many, and room for 15.
    #[repr(C)]
    struct CppString {
        characters: *const u8,
        length: usize,
        room: [u8; 16],
    }
    const NAME: &[u8] = b"_ZN2at18get_cpu_capabilityB5cxx11Ev";
    // A first call makes sure that the library is loaded.
    let _ = tch::get_num_threads();
    let mut text = CppString { characters: std::ptr::null(), length: 0, room: [0; 16] };
    // SAFETY: the symbol is `std::string at::get_cpu_capability()`, which by the platform's calling convention is given the
    // place of its result; what it returns (at most 10 characters) lies in `room` and owns nothing.
    let text = unsafe {
        let library = libloading::os::unix::Library::this();
        let Ok(call) = library.get::<unsafe extern "C" fn(*mut CppString)>(NAME) else { return "unknown".to_owned() };
        call(&raw mut text);
        if text.characters.is_null() || text.length > text.room.len() {
            return "unknown".to_owned();
        }
        std::slice::from_raw_parts(text.characters, text.length).to_vec()
    };
    String::from_utf8(text).unwrap_or_else(|_| "unknown".to_owned())
}

/// The model of the processor, as the system names it; "unknown" if it does not.
pub fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or_else(|| "unknown".to_owned(), |(_, name)| name.trim().to_owned())
}

/// Sets the number of threads inside one libtorch operation, for the calling thread and those started later.
pub fn set_threads(threads: usize) {
    tch::set_num_threads(i32::try_from(threads.max(1)).unwrap_or(i32::MAX));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_name_that_is_unknown_is_refused() {
        for name in ["gpu", "cuda", "cuda:-1", "CPU", ""] {
            assert!(matches!(parse(name), Err(Error::Device { .. })), "{name}");
        }
        assert_eq!(parse("cpu").unwrap(), tch::Device::Cpu);
    }

    #[test]
    fn cuda_without_its_libraries_is_an_error_with_a_remedy_and_never_the_cpu() {
        match parse("cuda:0") {
            Ok(device) => assert_eq!(device, tch::Device::Cuda(0)),
            Err(error) => assert!(error.to_string().contains("--device cpu"), "{error}"),
        }
    }

    #[test]
    fn a_libtorch_of_another_version_is_refused_by_name() {
        let refuse = |version| refuse_other(Some(version), std::path::Path::new("/opt/torch/lib"));
        for version in ["2.11.0", "2.11.1+cu130", "2.11"] {
            assert!(refuse(version).is_ok(), "{version}");
        }
        for version in ["2.5.1+cpu", "2.110.0", "2.1"] {
            let message = refuse(version).unwrap_err().to_string();
            assert!(message.contains(version) && message.contains("/opt/torch/lib"), "{message}");
        }
        assert!(check_libtorch().is_ok());
    }

    #[test]
    fn the_libtorch_in_use_is_named() {
        let _ = tch::Tensor::zeros([1], (tch::Kind::Float, tch::Device::Cpu));
        assert!(libtorch_folder().unwrap().join("libtorch_cpu.so").exists());
        assert!(libtorch_version().unwrap().starts_with("2."));
    }

    #[test]
    fn the_processor_and_what_libtorch_uses_of_it_are_named() {
        let capability = libtorch_capability();
        assert!(["DEFAULT", "NO AVX", "AVX2", "AVX512"].contains(&capability.as_str()), "{capability}");
        assert!(!processor().is_empty());
    }
}
