#!/usr/bin/env bash
# A batch as a Slurm job array: parts of the exams on as many machines as there are, then one catalogue of all.
#
#   scripts/slurm/submit.sh --out DIR --shards N [options] INPUT... [-- OPTIONS OF 'hipcuff batch']
#
#   --out DIR        folder on a disk that all nodes see
#   --shards N       parts; some hours of work each (docs/batch-cluster.md has the arithmetic)
#   --scan           walk through the inputs once, in a job before, instead of once in each part
#   --cpus N         processors a part (4)
#   --memory M       memory a part, as Slurm takes it (8G)
#   --time T         time limit of a part (1-00:00:00)
#   --at-once N      parts that run at the same time (all)
#   --retries N      how often parts that were lost are begun again (3)
#   --sbatch WORD    handed to every sbatch, e.g. --sbatch --partition=long; may be repeated
#   --hipcuff PATH   the program on the nodes (the one found here)
#   --dry-run        say what would be done
#
# Prints the numbers of its jobs. Giving the same command again goes on with what is not done.
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "submit.sh: $*"
  exit 2
}
whole_number() { [[ "$2" =~ ^[1-9][0-9]*$ ]] || fail "$1 takes a whole number, not '$2'"; }

scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
out="" shards="" scan=no cpus=4 memory=8G time=1-00:00:00 at_once="" retries=3 hipcuff="" dry=no
inputs=() options=() sbatch_options=()
while [ "$#" -gt 0 ]; do
  case "$1" in
  --out | --shards | --cpus | --memory | --time | --at-once | --retries | --sbatch | --hipcuff)
    [ "$#" -ge 2 ] || fail "$1 needs a value"
    case "$1" in
    --out) out="$2" ;;
    --shards) shards="$2" ;;
    --cpus) cpus="$2" ;;
    --memory) memory="$2" ;;
    --time) time="$2" ;;
    --at-once) at_once="$2" ;;
    --retries) retries="$2" ;;
    --sbatch) sbatch_options+=("$2") ;;
    --hipcuff) hipcuff="$2" ;;
    esac
    shift
    ;;
  --scan) scan=yes ;;
  --dry-run) dry=yes ;;
  -h | --help)
    sed -n '2,21s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exit 0
    ;;
  --)
    shift
    options=("$@")
    break
    ;;
  -*) fail "unknown option '$1' (options of 'hipcuff batch' come behind --)" ;;
  *) inputs+=("$1") ;;
  esac
  shift
done

[ -n "$out" ] || fail "--out DIR is missing"
[ -n "$shards" ] || fail "--shards N is missing"
[ "${#inputs[@]}" -gt 0 ] || fail "INPUT is missing"
whole_number --shards "$shards"
whole_number --cpus "$cpus"
[[ "$retries" =~ ^[0-9]+$ ]] || fail "--retries takes a whole number, not '$retries'"
[ -z "$at_once" ] || whole_number --at-once "$at_once"
for word in "${options[@]}"; do
  case "$word" in
  --out | --out=* | -o | --shard | --shard=* | --resume | --scan-only | --use-scan | --jobs | --jobs=* | -j*)
    fail "$word is set by the job array itself"
    ;;
  esac
done
command -v sbatch >/dev/null || fail "there is no sbatch here; run it where Slurm's commands are"
if [ -z "$hipcuff" ]; then
  hipcuff="$(command -v hipcuff || true)"
  [ -n "$hipcuff" ] || fail "hipcuff is not on PATH (give --hipcuff PATH)"
fi
out="$(realpath -m "$out")"
absolute=()
for input in "${inputs[@]}"; do
  [ -e "$input" ] || fail "there is no $input"
  absolute+=("$(realpath -s "$input")")
done

# What all jobs go by: those that are begun again later are then the same.
settings="$out/slurm/settings.sh"
if [ "$dry" = no ]; then
  mkdir -p "$out/slurm/logs"
  {
    echo "# Written by scripts/slurm/submit.sh; the jobs read it."
    declare -p scripts hipcuff out shards scan cpus memory time at_once retries
    inputs=("${absolute[@]}")
    declare -p inputs options sbatch_options
  } >"$settings.new"
  mv "$settings.new" "$settings"
fi
# shellcheck source=scripts/slurm/jobs.sh
. "$scripts/jobs.sh"

after=""
if [ "$scan" = yes ]; then
  scan_job="$(submit_scan)"
  say "Scan:   job $scan_job"
  after="afterok:$scan_job"
fi
array_job="$(submit_shards "1-$shards" "$after")"
say "Shards: job $array_job, tasks 1 to $shards"
merge_job="$(submit_merge 0 "$array_job")"
say "Merge:  job $merge_job, when they have ended"
say "Logs:   $out/slurm/logs"
say "To stop it all: scancel ${scan_job:-} $array_job $merge_job"
echo "${scan_job:-} $array_job $merge_job"
