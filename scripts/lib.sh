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
  # Tests start Orthanc themselves, out of anybody's reach; Debian's service would listen on all addresses.
  if [ -d /run/systemd/system ] && [[ " ${missing[*]} " == *" orthanc "* ]]; then
    say "Orthanc's service is masked before it is installed ('systemctl unmask orthanc' undoes that)"
    "${as_root[@]}" systemctl mask orthanc.service >&2
  fi
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

digest() { sha256sum | cut -c1-12; }

# accuracy_pictures SET OUT PROGRAMS JOBS: makes the pictures of a set, or what is missing of them, and prints their
# folder. Pictures belong to the simulator and the definition that made them; others get a folder of their own.
accuracy_pictures() {
  local here="$root/tests/accuracy" source data
  source="$(cat "$root"/lib/phantom/src/* "$root"/lib/phantom/include/hipcuff/phantom/* "$here"/tools/* \
    "$here/splits.json" | digest)"
  data="$2/data-$source"
  mkdir -p "$data"
  # A kept copy: the program may be rebuilt while this runs.
  [ -x "$2/make_accuracy_set-$source" ] || cp "$3/make_accuracy_set" "$2/make_accuracy_set-$source"
  "$2/make_accuracy_set-$source" "$here/splits.json" "$1" "$data" --jobs "$4" >&2
  printf '%s\n' "$data"
}

# build_plugins FOLDER: installs that build into FOLDER/sdk, builds the plugins against it, and prints where they lie.
build_plugins() {
  cmake --install "$1" --prefix "$1/sdk" >&2
  cmake -S "$root/plugins" -B "$1/plugins" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$1/sdk" \
    -DCMAKE_INSTALL_PREFIX="$1/sdk" >&2
  cmake --build "$1/plugins" >&2
  cmake --install "$1/plugins" >&2
  printf '%s\n' "$1/sdk/lib/hipcuff/plugins"
}
