# Shared by the scripts of this folder: packages, configure, build. Sourced, not run.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# What require_packages installs; a script that needs more adds its list.
package_lists=("$root/scripts/packages.debian")

say() { printf '%s\n' "$*" >&2; }

# Packages of the lists that are not installed, one a line.
missing_packages() {
  local wanted
  wanted="$(sed 's/#.*//' "${package_lists[@]}" | awk 'NF { print $1 }' | sort -u)"
  # A name that dpkg has never heard of makes dpkg-query fail; it is missing all the same.
  comm -23 <(printf '%s\n' "$wanted") \
    <(dpkg-query -W -f='${Package}\t${db:Status-Status}\n' 2>/dev/null | awk -F'\t' '$2 == "installed" { print $1 }' | sort -u)
}

# Installs what is missing, as root or with sudo; otherwise says what to run and stops.
require_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "This is not a Debian system; the packages needed are named in scripts/packages.debian. Going on with what is here."
    return 0
  fi
  local missing
  mapfile -t missing < <(missing_packages)
  if [ "${#missing[@]}" -eq 0 ]; then
    return 0
  fi
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
      as_root=(sudo)
    else
      say "Packages are missing, and installing them takes root. Run this, then start again:"
      say "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
      exit 1
    fi
  fi
  say "Installing ${#missing[@]} packages: ${missing[*]}"
  "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=600 update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# configure PRESET [-DX=Y ...]: once; later runs leave it to the build, which notices changed CMake files by itself.
# scripts/demo and scripts/test pass the same arguments for the preset release, so that neither rebuilds the other's.
configure() {
  local preset="$1"
  shift
  if [ ! -f "$root/build/$preset/build.ninja" ]; then
    say "Configuring build/$preset"
    (cd "$root" && cmake --preset "$preset" "$@") >&2
  fi
}

# build PRESET [TARGET ...]
build() {
  local preset="$1"
  shift
  say "Building build/$preset"
  if [ "$#" -gt 0 ]; then
    cmake --build "$root/build/$preset" --target "$@" >&2
  else
    cmake --build "$root/build/$preset" >&2
  fi
}
