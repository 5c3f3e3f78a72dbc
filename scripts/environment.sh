# Sourced by the scripts that build. Variables that would change in silence, or break, what the build scripts of torch-sys
# and hdf5-sys make: the first and HDF5_DIR by being set at all, the next ones by a second libtorch beside LIBTORCH, DESTDIR
# by installing HDF5 elsewhere.
# shellcheck shell=bash disable=SC2034 # used where this file is sourced
foreign_variables=(
    LIBTORCH_USE_PYTORCH LIBTORCH_INCLUDE LIBTORCH_LIB LIBTORCH_BYPASS_VERSION_CHECK LIBTORCH_STATIC LIBTORCH_CXX11_ABI
    HDF5_DIR DESTDIR
)
