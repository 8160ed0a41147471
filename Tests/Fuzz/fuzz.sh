#!/usr/bin/env bash
# Fuzzes one family of inputs for so many seconds, or merges what was found into its corpus. `make fuzz` calls this.
# `fixed` takes ten seconds, and makes up the same inputs every time, as many as there is time for.
set -euo pipefail
cd "$(dirname "$0")/../.."

family=$1
task=$2
corpus=Tests/Fuzz/Corpus/$family
output=test-output/fuzz/$family
log=$output/log.txt
case $family in
  message | conversation | http | sidecar | queries | items | filter | npy | recording | toml | tokens)
    product=fuzz-messages
    ;;
  *) product=fuzz-readers ;;
esac
program=.build-fuzz/debug/$product
if [ "$product" = fuzz-readers ] && [ "$task" != fixed ]; then program=.build-sanitized/release/fuzz-readers; fi
# An input of 16 KiB has no business with 64 MiB at once, or with 5 seconds.
options=(
  -dict="Tests/Fuzz/$family.dict" -artifact_prefix="$output/" -max_len=16384
  -timeout=5 -malloc_limit_mb=64 -rss_limit_mb=2048
)
mkdir -p "$output/found"
export ANNSCOPE_FUZZ_FAMILY=$family
# Swift's backtracer would stop the process that libFuzzer is about to report on, and may wait for it forever.
export SWIFT_BACKTRACE=enable=no
# Freed memory is remembered for long enough with less than the default 256 MiB.
export ASAN_OPTIONS=detect_leaks=1:quarantine_size_mb=32

launcher=()
fuzz() { "${launcher[@]}" "$program" "${options[@]}" "$@" </dev/null >"$log" 2>&1; }

fail() {
  echo "fuzz $family: failed; $log ends with" >&2
  grep -avE '^#[0-9]+[[:space:]]' "$log" | tail -n 60 >&2
  input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
  # A corpus that fails to load has no input of its own to show.
  echo "fuzz $family: the input is ${input:-not kept}; to see it again:" \
    "SWIFT_BACKTRACE=enable=no ANNSCOPE_FUZZ_FAMILY=$family $program ${input:-FILE}" >&2
  exit 1
}

if [ "$task" = merge ]; then
  fuzz -merge=1 "$corpus" "$output/found" || fail
  echo "fuzz $family: $(find "$corpus" -type f | wc -l) inputs in $corpus"
  exit
fi

if [ "$task" = fixed ]; then
  rm -rf "$output/fixed"
  mkdir "$output/fixed"
  # What a program compares decides what is made up next: nothing of that may come from chance, nor from addresses, where
  # the system lets go of that.
  export SWIFT_DETERMINISTIC_HASHING=1
  ! setarch -R true 2>/dev/null || launcher=(setarch -R)
  fuzz -seed=1 -max_total_time=10 -print_final_stats=1 "$output/fixed" "$corpus" || fail
else
  # The kept corpus first, so that what was found once is found again within a second.
  fuzz -runs=0 "$corpus" || fail
  fuzz -max_total_time="$task" -print_final_stats=1 "$output/found" "$corpus" || fail
fi
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
edges=$(sed -n 's/.*DONE *cov: \([0-9]*\).*/\1/p' "$log")
echo "fuzz $family: $runs inputs ($rate/s), $edges edges reached, no failure"
