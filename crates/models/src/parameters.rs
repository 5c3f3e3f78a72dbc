//! The weights of a network, or of many members of one ensemble, in a single block of memory.

use rand::Rng as _;
use tch::{Device, Tensor};

use crate::initialisation::orthonormal;

/// How a parameter starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Start {
    /// Uniform in ±bound.
    Uniform {
        /// The largest absolute value.
        bound: f64,
    },
    /// Normal with mean 0.
    Normal {
        /// Standard deviation.
        deviation: f64,
    },
    /// As a matrix of one row for each entry of the shape's first dimension: orthonormal rows, or columns where these are
    /// fewer, times a gain.
    Orthogonal {
        /// Length of each row, or column.
        gain: f64,
    },
    /// The same number everywhere.
    Constant(f64),
}

/// In which order a parameter's numbers lie in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Row-major, as the shape is written.
    Plain,
    /// A convolution's weight `[out, in, height, width]` with `in` fastest, which libtorch's CPU kernels run fastest on.
    ChannelsLast,
}

/// One named parameter of a network, without the member dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// `part.layer.weight` or `part.layer.bias`.
    pub name: String,
    /// Shape of one member's parameter.
    pub shape: Vec<i64>,
    /// How it starts.
    pub start: Start,
    /// Its order in memory.
    pub order: Order,
}

/// All parameters of all members: one tensor `[members, weights]`, and a differentiable view of it for each name.
#[derive(Debug)]
pub struct Parameters {
    flat: Tensor,
    declared: Vec<Parameter>,
    views: Vec<Tensor>,
}

impl Parameters {
    /// Draws the start of every member from its own seed; a member's numbers do not depend on the other members.
    pub fn new(declared: Vec<Parameter>, seeds: &[u64], device: Device) -> Self {
        let mut numbers: Vec<f32> = Vec::new();
        for &seed in seeds {
            for (index, parameter) in declared.iter().enumerate() {
                draw(parameter, seed, index, &mut numbers);
            }
        }
        let flat = Tensor::from_slice(&numbers).view([i64::try_from(seeds.len()).unwrap_or(0), -1]).to_device(device);
        let views = views_of(&flat, &declared);
        Self { flat, declared, views }
    }

    /// Number of members.
    pub fn members(&self) -> i64 {
        self.flat.size()[0]
    }

    /// Number of weights of one member.
    pub fn weights(&self) -> i64 {
        self.flat.size()[1]
    }

    /// The device that the weights live on.
    pub fn device(&self) -> Device {
        self.flat.device()
    }

    /// The view of parameter number `index`: `[members, shape...]`, differentiable.
    pub fn view(&self, index: usize) -> &Tensor {
        &self.views[index]
    }

    /// The declared parameters, in order.
    pub fn declared(&self) -> &[Parameter] {
        &self.declared
    }

    /// The block of all weights, `[members, weights]`; a change of it is seen by every view.
    pub fn flat(&self) -> &Tensor {
        &self.flat
    }

    /// Replaces all weights by those of `flat`, `[members, weights]`.
    pub fn set_flat(&mut self, flat: &Tensor) {
        tch::no_grad(|| self.flat.copy_(flat));
    }

    /// Replaces all weights by `values`, `[members, shape...]` each, in the order of [`Self::declared`].
    pub fn set_named(&mut self, values: &[Tensor]) {
        tch::no_grad(|| {
            for (view, value) in self.views.iter().zip(values) {
                view.detach().copy_(value);
            }
        });
    }

    /// The gradient of the sum of `loss` with respect to all weights, `[members, weights]`.
    pub fn gradient(&self, loss: &Tensor) -> Tensor {
        let gradients = Tensor::run_backward(&[loss], &self.views, false, false);
        let rows: Vec<Tensor> = gradients
            .iter()
            .zip(&self.declared)
            .map(|(gradient, parameter)| match parameter.order {
                Order::Plain => gradient.reshape([self.members(), -1]),
                Order::ChannelsLast => gradient.permute([0, 1, 3, 4, 2]).reshape([self.members(), -1]),
            })
            .collect();
        Tensor::cat(&rows, 1)
    }

    /// Names and copies of the values `[members, shape...]`, contiguous in the order of the shape, on the CPU.
    pub fn named(&self) -> Vec<(String, Tensor)> {
        let view = |(parameter, view): (&Parameter, &Tensor)| {
            (parameter.name.clone(), view.detach().to_device(Device::Cpu).contiguous().copy())
        };
        self.declared.iter().zip(&self.views).map(view).collect()
    }
}

/// Appends one member's start of one parameter to `numbers`.
fn draw(parameter: &Parameter, seed: u64, index: usize, numbers: &mut Vec<f32>) {
    let count = parameter.shape.iter().product::<i64>();
    let mut generator = random::stream(seed, "initial weights", index as u64);
    match parameter.start {
        Start::Constant(value) => numbers.extend((0..count).map(|_| value as f32)),
        Start::Uniform { bound } => {
            numbers.extend((0..count).map(|_| (bound * (2.0 * generator.random::<f64>() - 1.0)) as f32));
        }
        Start::Normal { deviation } => {
            numbers.extend((0..count).map(|_| (deviation * random::normal(&mut generator)) as f32));
        }
        Start::Orthogonal { gain } => {
            let rows = parameter.shape.first().copied().unwrap_or(1);
            let matrix = orthonormal(rows, count / rows.max(1), &mut generator);
            numbers.extend(matrix.iter().map(|entry| (gain * entry) as f32));
        }
    }
}

/// Differentiable leaves that share the memory of `flat`.
fn views_of(flat: &Tensor, declared: &[Parameter]) -> Vec<Tensor> {
    let members = flat.size()[0];
    let mut start = 0;
    let mut views = Vec::with_capacity(declared.len());
    for parameter in declared {
        let length: i64 = parameter.shape.iter().product();
        let block = flat.narrow(1, start, length);
        let view = match (parameter.order, parameter.shape.as_slice()) {
            (Order::ChannelsLast, &[output, input, height, width]) => {
                block.view([members, output, height, width, input]).permute([0, 1, 4, 2, 3])
            }
            (_, shape) => block.view([&[members], shape].concat().as_slice()),
        };
        views.push(view.detach().set_requires_grad(true));
        start += length;
    }
    views
}

/// Numbers in -1 to 1 for tests, the same each time: the sines of 0, 1, 2, ... in the given shape.
#[cfg(test)]
pub fn test_numbers(shape: &[i64]) -> Tensor {
    Tensor::arange(shape.iter().product::<i64>(), tch::kind::FLOAT_CPU).sin().view(shape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Kind;

    use crate::numbers::to_f32;

    fn declared() -> Vec<Parameter> {
        vec![
            Parameter {
                name: "a.weight".into(),
                shape: vec![2, 3],
                start: Start::Uniform { bound: 0.5 },
                order: Order::Plain,
            },
            Parameter {
                name: "b.weight".into(),
                shape: vec![2, 3, 1, 2],
                start: Start::Uniform { bound: 1.0 },
                order: Order::ChannelsLast,
            },
            Parameter { name: "c.slope".into(), shape: vec![1], start: Start::Constant(0.25), order: Order::Plain },
        ]
    }

    #[test]
    fn a_member_starts_the_same_whatever_its_company() {
        let alone = Parameters::new(declared(), &[5], Device::Cpu);
        let together = Parameters::new(declared(), &[4, 5, 6], Device::Cpu);
        assert_eq!(to_f32(&together.flat().get(1)), to_f32(&alone.flat().get(0)));
        assert_ne!(to_f32(&together.flat().get(0)), to_f32(&alone.flat().get(0)));
    }

    #[test]
    fn a_uniform_start_is_within_its_bound() {
        let parameters = Parameters::new(declared(), &[1, 2], Device::Cpu);
        let largest = f64::try_from(parameters.view(0).abs().max()).unwrap();
        assert!(largest <= 0.5 && largest > 0.25, "{largest}");
        assert_eq!(to_f32(parameters.view(2)), [0.25, 0.25]);
    }

    #[test]
    fn views_follow_the_block_and_a_gradient_lies_where_its_weight_lies() {
        let mut parameters = Parameters::new(declared(), &[1], Device::Cpu);
        let counted = Tensor::arange(parameters.weights(), (Kind::Float, Device::Cpu)).view([1, -1]);
        parameters.set_flat(&counted);
        let halves = parameters.view(0).square().sum(Kind::Float)
            + parameters.view(1).square().sum(Kind::Float)
            + parameters.view(2).square().sum(Kind::Float);
        let gradient = parameters.gradient(&(halves * 0.5));
        assert_eq!(to_f32(&gradient), to_f32(&counted));
    }
}
