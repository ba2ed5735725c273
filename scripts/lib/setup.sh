# setup.sh: what scripts/run and scripts/test share: installing packages and building. Sourced, by
# any POSIX shell, with the project's folder as the current one.

# What a program run with ARGS needs on Debian and Ubuntu.
run_packages='gcc libc6-dev meson ninja-build pkg-config libncurses-dev libedit-dev libjansson-dev libelf-dev
  libdw-dev uthash-dev libcairo2-dev fonts-dejavu-core'

fail() {
  echo "heapglass: $*" >&2
  exit 3
}

# Print those of the packages that are not installed.
missing_packages() {
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
    sed -n 's/ installed$//p')
  for package in "$@"; do
    printf '%s\n' "$installed" | grep -qx -e "$package" || printf '%s ' "$package"
  done
}

# Install what is missing of the packages; say so where that cannot be done.
install_packages() {
  if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
    for tool in cc meson ninja pkg-config; do
      command -v "$tool" >/dev/null 2>&1 || fail "this is no Debian or Ubuntu, and '$tool' is missing.
Please install the equivalents of these packages, then try again:
  $*"
    done
    return 0
  fi
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || fail "these packages are missing, and there is no sudo to install them with:
  $missing
Please run as root: apt-get install $missing"
    as_root=sudo
  fi
  echo "heapglass: installing $missing" >&2
  # shellcheck disable=SC2086 # the words of $missing are packages
  {
    $as_root apt-get update -qq &&
      $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
  } >&2 </dev/null || fail "apt-get could not install: $missing"
}

# Configure a build folder if it is new, and build it, or $build_targets in it. Prints nothing unless
# something goes wrong.
#   build FOLDER [MESON-OPTION...]
build_targets=
build() {
  folder=$1
  shift
  log=$(mktemp)
  if { [ -f "$folder/build.ninja" ] || meson setup "$folder" "$@"; } >"$log" 2>&1 &&
    ninja -C "$folder" $build_targets >"$log" 2>&1; then
    rm -f "$log"
  else
    cat "$log" >&2
    rm -f "$log"
    fail "building $folder failed"
  fi
}
