//! What a file holds: its pandas tables, and nothing that lies outside of it.
//!
//! A file is known by its content, so that nothing else may be read through it: no external link, no virtual data set, no
//! data set whose numbers lie in another file. The file is walked once as it is opened, and no link is followed.

use super::limits::OBJECTS;
use super::outside::{link_target, virtual_source};
use crate::{Error, Result};
use hdf5::dataset::Layout;
use hdf5::{Dataset, File, Group, LinkType, LocationToken, LocationType};
use std::path::Path;

/// The pandas tables of the file by their keys (`table`, `toptag/train`), in alphabetical order.
///
/// # Errors
/// [`Error::OutsideFile`] if something in the file points at another file, [`Error::TooManyObjects`] if it holds too much
/// to be a file of jets, [`Error::Read`] if HDF5 fails.
pub(super) fn tables(file: &File, path: &Path) -> Result<Vec<(String, Dataset)>> {
    let mut walk = Walk { path, links: 0, seen: Vec::new(), pending: Vec::new(), keys: Vec::new() };
    walk.enter(String::new(), file.group("/").map_err(|cause| Error::read(path, "/", cause))?);
    while let Some((name, group)) = walk.pending.pop() {
        walk.visit(&name, &group)?;
    }
    // Only now is it known that none of the links to the tables leaves the file.
    let mut keys = walk.keys;
    keys.sort_unstable();
    let table = |key: String| file.dataset(&format!("{key}/table")).ok().map(|table| (key, table));
    Ok(keys.into_iter().filter_map(table).collect())
}

struct Walk<'a> {
    path: &'a Path,
    /// Links met so far.
    links: usize,
    /// Objects met so far: groups may hold each other.
    seen: Vec<LocationToken>,
    /// Groups to visit, with their names from the root.
    pending: Vec<(String, Group)>,
    /// Names of the groups that pandas made.
    keys: Vec<String>,
}

impl Walk<'_> {
    fn enter(&mut self, name: String, group: Group) {
        if group.attr("pandas_type").is_ok() {
            self.keys.push(name.clone());
        }
        self.pending.push((name, group));
    }

    fn visit(&mut self, name: &str, group: &Group) -> Result<()> {
        for (link, kind) in self.links_of(name, group)? {
            let full_name = if name.is_empty() { link.clone() } else { format!("{name}/{link}") };
            match kind {
                LinkType::Hard => self.object(group, &link, full_name)?,
                // It stays in the file, where what it points at has a hard link of its own.
                LinkType::Soft => {}
                LinkType::External => {
                    return Err(self.outside(format!("the link `{full_name}`"), link_target(group, &link)));
                }
            }
        }
        Ok(())
    }

    /// The names and kinds of a group's links.
    fn links_of(&mut self, name: &str, group: &Group) -> Result<Vec<(String, LinkType)>> {
        let mut links = Vec::new();
        let left = OBJECTS - self.links;
        let mut full = false;
        let visited = group.iter_visit_default(|link, info| {
            full = links.len() == left;
            if full {
                return Err("too many links".into());
            }
            links.push((link.to_owned(), info.link_type));
            Ok(())
        });
        if full {
            return Err(Error::TooManyObjects { path: self.path.to_owned(), most: OBJECTS });
        }
        visited.map_err(|cause| Error::read(self.path, if name.is_empty() { "/" } else { name }, cause))?;
        self.links += links.len();
        Ok(links)
    }

    /// Looks at what the hard link `link` of `group` points at.
    fn object(&mut self, group: &Group, link: &str, full_name: String) -> Result<()> {
        let failed = |cause: hdf5::Error| Error::read(self.path, &full_name, cause);
        let info = group.loc_info_by_name(link).map_err(failed)?;
        if self.seen.contains(&info.token) {
            return Ok(());
        }
        self.seen.push(info.token);
        match info.loc_type {
            LocationType::Group => {
                let group = group.group(link).map_err(failed)?;
                self.enter(full_name, group);
                Ok(())
            }
            LocationType::Dataset => {
                let dataset = group.dataset(link).map_err(failed)?;
                self.check_inside(&dataset, &full_name)
            }
            _ => Ok(()),
        }
    }

    /// Demands that the numbers of a data set lie in the file.
    fn check_inside(&self, dataset: &Dataset, name: &str) -> Result<()> {
        let failed = |cause: hdf5::Error| Error::read(self.path, name, cause);
        let properties = dataset.dcpl().map_err(failed)?;
        if properties.get_layout().map_err(failed)? == Layout::Virtual {
            return Err(self.outside(format!("the virtual data set `{name}`"), virtual_source(&properties)));
        }
        match properties.get_external().map_err(failed)?.first() {
            None => Ok(()),
            Some(file) => {
                let target = String::from_utf8_lossy(file.name.as_bytes()).into_owned();
                Err(self.outside(format!("the data set `{name}`"), Some(target)))
            }
        }
    }

    fn outside(&self, what: String, target: Option<String>) -> Error {
        let target = target.map_or_else(|| "another file".to_owned(), |target| format!("the file `{target}`"));
        Error::OutsideFile { path: self.path.to_owned(), what, target }
    }
}
