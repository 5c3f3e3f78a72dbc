# Every way in. The first run of a recipe that builds fetches libtorch and compiles for some ten minutes.

set shell := ["bash", "-euo", "pipefail", "-c"]
set positional-arguments

[private]
default:
    @{{ quote(just_executable()) }} --justfile {{ quote(justfile()) }} --list --unsorted

# Make figures again: `just reproduce fig7`, `just reproduce jets/fig7 --tier smoke`, `just reproduce all`
reproduce *args:
    @scripts/lab reproduce "$@"

# List the figures
list *args:
    @scripts/lab list "$@"

# Say what a figure would train and what is there already: `just plan jets/fig7`
plan *args:
    @scripts/lab plan "$@"

# List the data files with `just data`; fetch the reference jets (1.7 GB) with `just data jets`
data *args:
    @if [ "${1:-}" = jets ]; then shift; python3 scripts/fetch_reference_jets.py "$@"; else scripts/lab data "$@"; fi

# Check libtorch, the devices, threads, data and disk
doctor *args:
    @scripts/lab doctor "$@"

# Fetch libtorch and CMake into .deps (done by the other recipes too); `--cuda` for runs on a GPU
bootstrap *args:
    @scripts/bootstrap "$@"

# Format, lints, every test, the scripts' tests
test: bootstrap test-scripts
    scripts/cargo fmt --all --check
    scripts/cargo clippy --release --workspace --all-targets -- -D warnings
    @if cargo nextest --version >/dev/null 2>&1; then \
        scripts/cargo nextest run --release --workspace --lib --tests; \
    else \
        echo "cargo-nextest is not installed: running cargo test instead"; \
        scripts/cargo test --release --workspace --lib --tests; \
    fi
    LD_LIBRARY_PATH="${LIBTORCH:-$PWD/.deps/libtorch}/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" scripts/cargo test --release --workspace --doc

# Tests of the scripts alone: seconds, no network
test-scripts:
    scripts/check_bootstrap
    python3 -m unittest discover --start-directory scripts --pattern 'test_*.py'

# Benchmarks
bench *args:
    @if [ -x scripts/bench ]; then scripts/bench "$@"; else scripts/cargo bench --workspace -- "$@"; fi
