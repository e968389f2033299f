#!/usr/bin/env bash
# paths_test.sh PREFIX PATH...: no installed file holds one of the paths of the machine that built it.
set -euo pipefail
prefix="$1"
shift
status=0
for path in "$@"; do
  # The copy lies inside the build folder; its own place may not show in it either.
  if grep -rlF -- "$path" "$prefix"; then
    echo "^ these hold $path"
    status=1
  fi
done
exit "$status"
