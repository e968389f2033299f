#!/usr/bin/env bash
# pkgconfig_test.sh PREFIX FOLDER COMPILER SOURCE: compiles and runs a program with the flags of pkg-config, nothing else.
set -euo pipefail
prefix="$1" folder="$2" compiler="$3" source="$4"
PKG_CONFIG_PATH="$(dirname "$(find "$prefix" -name hipcuff.pc)")"
export PKG_CONFIG_PATH
mkdir -p "$folder"
read -r -a flags <<<"$(pkg-config --cflags --libs hipcuff)"
"$compiler" -std=c++20 -O1 "$source" -o "$folder/program" "${flags[@]}"
"$folder/program" "$folder/round-trip"
# Every room must find all its libraries, also those that this program does not use.
"$compiler" -std=c++20 -O1 -shared -o "$folder/whole.so" -Wl,--no-undefined -Wl,--whole-archive \
  "$(pkg-config --variable=libdir hipcuff)"/libhipcuff_{core,statistics,ingest,phantom,validation,batch,plugin,review}.a \
  -Wl,--no-whole-archive "${flags[@]}"
if pkg-config --exists hipcuff-rendering; then
  read -r -a flags <<<"$(pkg-config --cflags --libs hipcuff-rendering)"
  "$compiler" -std=c++20 -shared -o "$folder/rendering.so" -Wl,--no-undefined -Wl,--whole-archive \
    "$(pkg-config --variable=libdir hipcuff-rendering)/libhipcuff_rendering.a" -Wl,--no-whole-archive "${flags[@]}"
fi
