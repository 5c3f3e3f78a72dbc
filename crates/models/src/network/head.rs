//! Latent heads: the encoder's last numbers moved onto a sphere or the projective plane (arXiv 2502.10163).
//!
//! A latent space R^d_l cannot hold a sphere of its own dimension without a tear. A head gives it the sphere's
//! topology: the decoder sees a point of an embedding of the manifold. A product of manifolds is a list of heads.

use std::fmt;

use tch::{Kind, Tensor};

use crate::{Error, Result};

/// Added to the squared length before its root, so that the zero vector has a gradient.
const EPSILON: f64 = 1e-12;

/// One factor of the latent space; written `"S1"`, `"S2"`, ... or `"RP2"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Head {
    /// The sphere Sⁿ, n of at least 1: n + 1 numbers normalised to unit length.
    Sphere(i64),
    /// The projective plane: three numbers normalised to unit length (x, y, z), then (x² - y², xy, yz, zx), in which a
    /// point and its antipode are the same.
    ProjectivePlane,
}

impl Head {
    /// Dimension of the manifold, the head's part of the latent dimension d_l.
    pub fn dimension(self) -> i64 {
        match self {
            Self::Sphere(n) => n,
            Self::ProjectivePlane => 2,
        }
    }

    /// Numbers that the head takes from the encoder.
    pub fn input_width(self) -> i64 {
        self.dimension() + 1
    }

    /// Numbers that the head gives to the decoder.
    pub fn output_width(self) -> i64 {
        match self {
            Self::Sphere(n) => n + 1,
            Self::ProjectivePlane => 4,
        }
    }

    /// `x: [..., input width]` to a point of the embedded manifold `[..., output width]`.
    fn apply(self, x: &Tensor) -> Tensor {
        let unit = x / length(x);
        match self {
            Self::Sphere(_) => unit,
            Self::ProjectivePlane => without_sign(&unit),
        }
    }

    /// The gradient at `x`, `[..., input width]`, from the one at the head's output, `[..., output width]`.
    ///
    /// For the unit vector u = x/r, ∂u/∂x is (1 - u uᵀ)/r.
    fn backward(self, gradient: &Tensor, x: &Tensor) -> Tensor {
        let length = length(x);
        let unit = x / &length;
        let gradient = match self {
            Self::Sphere(_) => gradient.shallow_clone(),
            Self::ProjectivePlane => without_sign_backward(gradient, &unit),
        };
        let along = (&gradient * &unit).sum_dim_intlist(-1, true, Kind::Float);
        (gradient - unit * along) / length
    }
}

/// Length of each vector, `[..., 1]`.
fn length(x: &Tensor) -> Tensor {
    (x.square().sum_dim_intlist(-1, true, Kind::Float) + EPSILON).sqrt()
}

/// (x² - y², xy, yz, zx) of each unit vector (x, y, z).
fn without_sign(unit: &Tensor) -> Tensor {
    let [x, y, z] = [0, 1, 2].map(|axis| unit.select(-1, axis));
    Tensor::stack(&[x.square() - y.square(), &x * &y, &y * &z, &z * &x], -1)
}

/// The gradient at the unit vector, `[..., 3]`, from the one at (x² - y², xy, yz, zx).
fn without_sign_backward(gradient: &Tensor, unit: &Tensor) -> Tensor {
    let [x, y, z] = [0, 1, 2].map(|axis| unit.select(-1, axis));
    let [difference, xy, yz, zx] = [0, 1, 2, 3].map(|entry| gradient.select(-1, entry));
    let difference = difference * 2.0;
    let at_x = &x * &difference + &y * &xy + &z * &zx;
    let at_y = &x * &xy - &y * &difference + &z * &yz;
    let at_z = &y * &yz + &x * &zx;
    Tensor::stack(&[at_x, at_y, at_z], -1)
}

/// All `heads` side by side: `x: [..., sum of input widths]` to `[..., sum of output widths]`; `x` itself without
/// heads.
pub(super) fn apply(heads: &[Head], x: &Tensor) -> Tensor {
    if heads.is_empty() {
        return x.shallow_clone();
    }
    let inputs = split(x, heads, Head::input_width);
    let outputs: Vec<Tensor> = heads.iter().zip(&inputs).map(|(head, x)| head.apply(x)).collect();
    Tensor::cat(&outputs, -1)
}

/// The gradient at `x` from the one at the output of [`apply`], each of its shape.
pub(super) fn backward(heads: &[Head], gradient: &Tensor, x: &Tensor) -> Tensor {
    if heads.is_empty() {
        return gradient.shallow_clone();
    }
    let (inputs, gradients) = (split(x, heads, Head::input_width), split(gradient, heads, Head::output_width));
    let parts = heads.iter().zip(inputs.iter().zip(&gradients));
    Tensor::cat(&parts.map(|(head, (x, gradient))| head.backward(gradient, x)).collect::<Vec<_>>(), -1)
}

/// The part of each head along the last dimension.
fn split(x: &Tensor, heads: &[Head], width: fn(Head) -> i64) -> Vec<Tensor> {
    let widths: Vec<i64> = heads.iter().map(|&head| width(head)).collect();
    x.split_with_sizes(widths, -1)
}

impl fmt::Display for Head {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sphere(n) => write!(formatter, "S{n}"),
            Self::ProjectivePlane => formatter.write_str("RP2"),
        }
    }
}

impl From<Head> for String {
    fn from(head: Head) -> Self {
        head.to_string()
    }
}

impl TryFrom<String> for Head {
    type Error = Error;

    fn try_from(name: String) -> Result<Self> {
        if name == "RP2" {
            return Ok(Self::ProjectivePlane);
        }
        let dimension = name.strip_prefix('S').and_then(|digits| digits.parse().ok()).filter(|&n: &u32| n >= 1);
        let sphere = dimension.map(|n| Self::Sphere(i64::from(n)));
        // One way to write each head: no "S02".
        sphere.filter(|head| head.to_string() == name).ok_or(Error::Head { name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::{to_f32, to_f64};
    use proptest::prelude::*;

    #[test]
    fn a_head_is_read_and_written_by_its_name_and_another_name_is_refused_with_those_allowed() {
        for (name, head) in [("S1", Head::Sphere(1)), ("S5", Head::Sphere(5)), ("RP2", Head::ProjectivePlane)] {
            let quoted = format!("\"{name}\"");
            assert_eq!(serde_json::from_str::<Head>(&quoted).unwrap(), head);
            assert_eq!(serde_json::to_string(&head).unwrap(), quoted);
        }
        for name in ["S0", "S-1", "S", "S02", "S+2", "RP3", "s1", "T2", ""] {
            let refused = serde_json::from_str::<Head>(&format!("\"{name}\"")).unwrap_err().to_string();
            assert!(refused.contains("\"S<n>\"") && refused.contains("\"RP2\""), "{name}: {refused}");
        }
    }

    #[test]
    fn the_values_are_those_by_hand() {
        let x = Tensor::from_slice(&[3.0f32, 4.0, 2.0, -4.0, 4.0]).view([1, 1, 5]);
        let outputs = to_f32(&apply(&[Head::Sphere(1), Head::ProjectivePlane], &x));
        // (2, -4, 4)/6 is (1, -2, 2)/3.
        let expected = [0.6, 0.8, -3.0 / 9.0, -2.0 / 9.0, -4.0 / 9.0, 2.0 / 9.0];
        assert!(outputs.iter().zip(expected).all(|(found, expected): (&f32, f32)| (found - expected).abs() < 1e-6));
    }

    #[test]
    fn the_zero_vector_has_a_finite_value_and_gradient() {
        for head in [Head::Sphere(2), Head::ProjectivePlane] {
            let x = Tensor::zeros([1, 1, 3], tch::kind::FLOAT_CPU);
            let gradient = backward(&[head], &Tensor::ones([1, 1, head.output_width()], tch::kind::FLOAT_CPU), &x);
            assert!(to_f32(&apply(&[head], &x)).iter().chain(&to_f32(&gradient)).all(|number| number.is_finite()));
        }
    }

    proptest! {
        #[test]
        fn spheres_give_unit_vectors(numbers in prop::collection::vec(-10.0f32..10.0, 7)) {
            let x = Tensor::from_slice(&numbers).view([1, 1, 7]);
            let heads = [Head::Sphere(1), Head::Sphere(4)];
            let outputs = apply(&heads, &x);
            let parts = split(&outputs, &heads, Head::output_width);
            for (input, part) in split(&x, &heads, Head::input_width).iter().zip(parts) {
                // Closer to zero the constant inside the root shows.
                prop_assume!(to_f64(&input.square().sum(Kind::Double))[0] > 1e-4);
                prop_assert!((to_f64(&part.square().sum(Kind::Double))[0] - 1.0).abs() < 1e-6);
            }
        }

        #[test]
        fn antipodes_of_the_projective_plane_are_the_same_point(numbers in prop::collection::vec(-10.0f32..10.0, 3)) {
            let x = Tensor::from_slice(&numbers).view([1, 1, 3]);
            let head = [Head::ProjectivePlane];
            prop_assert_eq!(to_f32(&apply(&head, &x)), to_f32(&apply(&head, &(-x))));
        }
    }
}
