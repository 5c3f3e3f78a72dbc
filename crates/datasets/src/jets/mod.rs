//! Jets as lists of constituents, and the files they come from.
//!
//! [`open`] recognises three layouts of HDF5 file and reads any of them chunk by chunk:
//!
//! - [`Layout::PandasTable`]: the top tagging reference data (Kasieczka, Plehn, Thompson, Russell, Zenodo record
//!   2603256, arXiv 1902.09914), a table of 806 columns written by pandas;
//! - [`Layout::Padded`]: `constituents` of shape (jets, constituents, 4), padded with zeros, and `label`;
//! - [`Layout::Compact`]: one long list of constituents in (pT, η, φ) with `offsets`, and `label`.
//!
//! [`observables`](observables()) gives the mass, the transverse momentum and the multiplicity of every jet of a file.

mod attribute;
mod chunk_places;
mod class;
mod column_names;
mod columns;
mod compact;
mod constituents;
mod contents;
mod deflated_chunks;
mod limits;
mod observables;
mod opening;
mod outside;
mod packing;
mod padded;
mod pandas_table;
mod reader;
mod table_columns;

pub use class::Class;
pub use constituents::Jets;
pub use observables::{Observables, jet_mass, jet_pt, observables};
pub(crate) use reader::JETS_AT_A_TIME;
pub use reader::{JetReader, Layout, open};
