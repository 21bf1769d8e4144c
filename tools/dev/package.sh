# ./dev package. Sourced by ./dev.
# shellcheck shell=bash
: "${root:?}"

# make_package PRESET: build/package/habitue_VERSION_ARCH.deb from what PRESET built.
make_package() {
  rm -rf build/package
  mkdir -p build/package
  (cd "build/$1" && cpack -G DEB -B "$root/build/package") || return 1
  rm -rf build/package/_CPack_Packages
}

dev_package() {
  install_packages tools/install/debian-packages.txt
  install_packages tools/install/debian-packages-test.txt
  install_node
  install_duckdb
  build_preset release
  step "packing"
  make_package release
  step "checking that the package runs"
  packaging/check-package build/package/*.deb
  step "ready: $(echo build/package/*.deb)"
}
