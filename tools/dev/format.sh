# ./dev format, and the check of it. Sourced by ./dev.
# shellcheck shell=bash

cxx_sources() {
  find src tests bench fuzz tools \( -name node_modules -o -name fixture \) -prune -o \
    -type f \( -name '*.cpp' -o -name '*.hpp' -o -name '*.h' \) -print0 | sort -z
}

dev_format() {
  install_packages tools/install/debian-packages-test.txt
  cxx_sources | xargs -0 -r -P "$(jobs_wanted)" -n 16 clang-format-14 -i
  step "formatted $(cxx_sources | tr -cd '\0' | wc -c) files"
}

# Names the files that clang-format would change.
check_format() {
  local faults
  faults=$(cxx_sources | xargs -0 -r -P "$(jobs_wanted)" -n 16 bash -c \
    'for file; do clang-format-14 "$file" | cmp -s - "$file" || echo "$file"; done' _)
  [ -z "$faults" ] || {
    printf '%s\n' "$faults" "These files are not in the house's format: ./dev format mends it."
    return 1
  }
}
