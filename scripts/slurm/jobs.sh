# shellcheck shell=bash disable=SC2154
# How the jobs are handed to Slurm: by submit.sh, and by merge.sbatch for shards that were lost. Sourced, not run; goes
# by the variables of DIR/slurm/settings.sh.

hand_in() {
  if [ "${dry:-no}" = yes ]; then
    printf 'sbatch' >&2
    printf ' %q' "$@" >&2
    printf '\n' >&2
    echo "JOB"
    return
  fi
  # "123" or, with several clusters, "123;cluster"
  sbatch --parsable "${sbatch_options[@]}" "$@" | cut -d';' -f1
}

submit_scan() {
  hand_in --job-name=hipcuff-scan --nodes=1 --ntasks=1 --cpus-per-task="$cpus" --mem="$memory" --time="$time" \
    --output="$out/slurm/logs/scan-%j.log" "$scripts/scan.sbatch" "$settings"
}

# submit_shards TASKS [DEPENDENCY]
submit_shards() {
  local dependency=()
  [ -z "${2:-}" ] || dependency=(--dependency="$2" --kill-on-invalid-dep=yes)
  # The signal comes two minutes before the time limit: hipcuff then finishes the exams in hand. --requeue: a node that
  # died, or a job that had to give way, begins again by itself.
  hand_in --job-name=hipcuff-shard --array="$1${at_once:+%$at_once}" "${dependency[@]}" --nodes=1 --ntasks=1 \
    --cpus-per-task="$cpus" --mem="$memory" --time="$time" --signal=B:INT@120 --requeue --open-mode=append \
    --output="$out/slurm/logs/shard-%a.log" "$scripts/shard.sbatch" "$settings"
}

# submit_merge ROUND ARRAY_JOB: looks after the shards when all of them have ended, in whatever way.
submit_merge() {
  hand_in --job-name=hipcuff-merge --dependency="afterany:$2" --nodes=1 --ntasks=1 --cpus-per-task=1 \
    --mem="$memory" --time="$time" --output="$out/slurm/logs/merge-%j.log" "$scripts/merge.sbatch" "$settings" "$1"
}
