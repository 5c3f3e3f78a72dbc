//! Weights, by name, as bytes of the safetensors format and back.

use std::collections::HashMap;

use files::Running;
use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, TensorView};
use tch::{Device, Tensor};

use crate::numbers::to_f32;
use crate::parameters::Parameters;

/// A tensor as it is stored: f32, row-major, little-endian.
pub struct StoredTensor {
    name: String,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl StoredTensor {
    /// The numbers of `tensor`, of any shape, under `name`.
    pub fn new(name: &str, tensor: &Tensor) -> Self {
        let shape = tensor.size().iter().map(|&size| usize::try_from(size).unwrap_or(0)).collect();
        let bytes = to_f32(tensor).iter().flat_map(|number| number.to_le_bytes()).collect();
        Self { name: name.to_owned(), shape, bytes }
    }

    /// Its name, shape and bytes.
    pub fn parts(&self) -> Part<'_> {
        (&self.name, self.shape.clone(), &self.bytes)
    }
}

/// Name, shape and bytes of a tensor.
type Part<'a> = (&'a str, Vec<usize>, &'a [u8]);

/// Those of every tensor of a file.
pub fn parts<'a>(stored: &'a SafeTensors<'a>) -> impl Iterator<Item = Part<'a>> {
    stored.iter().map(|(name, view)| (name, view.shape().to_vec(), view.data()))
}

/// The SHA-256 of a text and of tensors, in 64 hexadecimal digits, whatever the order of the tensors.
pub fn digest<'a>(text: &str, tensors: impl Iterator<Item = Part<'a>>) -> String {
    let mut tensors: Vec<_> = tensors.collect();
    tensors.sort_unstable_by_key(|(name, ..)| *name);
    let mut running = Running::default();
    running.add(text.as_bytes());
    for (name, shape, bytes) in tensors {
        running.add(format!("\n{name} {shape:?} {}\n", bytes.len()).as_bytes());
        running.add(bytes);
    }
    running.digest().sha256
}

/// All weights, `[members, shape...]` each, in the order of their declaration.
pub fn stored(parameters: &Parameters) -> Vec<StoredTensor> {
    parameters.named().iter().map(|(name, tensor)| StoredTensor::new(name, tensor)).collect()
}

/// The bytes of a file that holds `tensors` and `metadata`.
///
/// # Errors
/// What the format refuses, in words.
pub fn file(tensors: &[StoredTensor], metadata: Option<HashMap<String, String>>) -> Result<Vec<u8>, String> {
    let views = tensors
        .iter()
        .map(|StoredTensor { name, shape, bytes }| Ok((name, TensorView::new(Dtype::F32, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>, SafeTensorError>>()
        .map_err(|error| error.to_string())?;
    safetensors::serialize(views, metadata).map_err(|error| error.to_string())
}

/// Replaces all weights by the stored ones.
///
/// # Errors
/// Which one is missing or of another shape or type, in words; the weights are then as before.
pub fn set(stored: &SafeTensors<'_>, parameters: &mut Parameters) -> Result<(), String> {
    let weights = parameters.declared().iter().map(|parameter| {
        let found = tensor(stored, &parameter.name)?.ok_or_else(|| format!("`{}` is missing", parameter.name))?;
        let shape = [&[parameters.members()], parameter.shape.as_slice()].concat();
        if found.size() == shape {
            Ok(found)
        } else {
            Err(format!("`{}` has shape {:?}, not {shape:?}", parameter.name, found.size()))
        }
    });
    let weights = weights.collect::<Result<Vec<_>, String>>()?;
    parameters.set_named(&weights);
    Ok(())
}

/// The tensor `name` on the CPU, if it is stored.
///
/// # Errors
/// If it does not hold f32, in words.
pub fn tensor(stored: &SafeTensors<'_>, name: &str) -> Result<Option<Tensor>, String> {
    let Ok(view) = stored.tensor(name) else { return Ok(None) };
    if view.dtype() != Dtype::F32 {
        return Err(format!("`{name}` holds {:?}, not F32", view.dtype()));
    }
    let numbers: Vec<f32> = view.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    let shape: Vec<i64> = view.shape().iter().map(|&size| i64::try_from(size).unwrap_or(0)).collect();
    Ok(Some(Tensor::from_slice(&numbers).view(shape.as_slice()).to_device(Device::Cpu)))
}
