# Installs what is missing, and nothing that is there. Sourced by tests/run and deploy/quickstart.

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# need_packages NAME…: Debian packages.
need_packages() {
  local missing=() name
  for name in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null || true)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "    installing ${missing[*]}"
  local apt=(as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends)
  "${apt[@]}" install "${missing[@]}" >/dev/null 2>&1 || { "${apt[@]}" update >/dev/null && "${apt[@]}" install "${missing[@]}" >/dev/null; } || {
    echo "    could not install ${missing[*]}; run: apt-get install ${missing[*]}" >&2
    return 1
  }
}

# unpacked_package NAME FOLDER: the files of a Debian package in a folder of ours; nothing it depends on comes along, and nothing is started.
unpacked_package() {
  [ -d "$2/usr" ] && return 0
  local fetched; fetched=$(mktemp -d) || return 1
  chmod 755 "$fetched"
  echo "    unpacking $1"
  (cd "$fetched" && { apt-get -q download "$1" || { as_root apt-get -q update && apt-get -q download "$1"; }; }) >/dev/null 2>&1 && mkdir -p "$2" && dpkg-deb -x "$fetched"/*.deb "$2"
  local code=$?
  rm -rf "$fetched"
  [ $code -eq 0 ] || { rm -rf "$2"; echo "    could not unpack $1; run: apt-get download $1" >&2; return 1; }
}

need_rust() {
  command -v cargo >/dev/null || { echo "cargo is missing: install the Rust toolchain (rustc 1.95 or later) from https://rustup.rs" >&2; exit 1; }
}

# Whether this node is new enough for what the tests use.
node_will_do() { command -v npm >/dev/null && command -v node >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]; }

# need_node FOLDER: node and npm. Debian 12 has node 18: where no newer one is, one comes into this folder from npm's registry, as a package of its own.
need_node() {
  local place="$1/node" fetched machine
  node_will_do && return 0
  PATH="$place/bin:$PATH"; hash -r
  node_will_do && return 0
  need_packages nodejs npm || return 1
  node_will_do && return 0
  case "$(uname -m)" in x86_64) machine=x64 ;; aarch64) machine=arm64 ;; *) echo "node is older than 20: install a newer one" >&2; return 1 ;; esac
  echo "    fetching node 22"
  fetched=$(mktemp -d) || return 1
  (cd "$fetched" && npm pack --silent "node-linux-$machine@22" && mkdir -p "$place" && tar -xzf ./*.tgz -C "$place" --strip-components=1) >/dev/null 2>&1
  rm -rf "$fetched"; hash -r
  node_will_do || { echo "    could not fetch node 22; install node 20 or newer" >&2; return 1; }
}
