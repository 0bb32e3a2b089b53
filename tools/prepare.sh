# Sourced by ./run and ./test from the repository root: what this machine must have, and how each half is built.
# Every need_* function installs what it can, or ends the script with one sentence that names what to install.

say() { printf '%s\n' "$*" >&2; }
stop() { say "coterie: $*"; exit 1; }

# apt_install PACKAGE...: only as root, and only where apt exists; the caller says what follows from a failure.
apt_install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "Installing $*…"
  # Another program may be installing too: wait for it.
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 update -qq >&2 &&
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$@" >&2
}

need_dotnet() {
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
  command -v dotnet >/dev/null || stop "the .NET 10 SDK is missing; install dotnet-sdk-10.0 and run this again"
  dotnet --version >/dev/null 2>&1 || stop "a .NET SDK 10.0 is needed (global.json); found: $(dotnet --list-sdks | tr '\n' ' ')"
}

need_node() {
  command -v node >/dev/null && command -v npm >/dev/null || stop "Node.js 20.19 or later with npm is missing; install nodejs and npm and run this again"
  # "engines" of package.json
  node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)' ||
    stop "Node.js 20.19, 22.12, 24 or later is needed; this is $(node --version)"
  # npm writes this file last, so an interrupted install is repeated.
  if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    say "Fetching npm packages…"
    npm ci --no-fund --no-audit >&2 || stop "npm ci failed; is the package registry reachable?"
    touch node_modules/.package-lock.json
  fi
}

need_sqlite() {
  if PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -q 'libsqlite3\.so\.0'; then return; fi
  apt_install libsqlite3-0 || say "note: libsqlite3 is not installed; the older SQLite that comes with the server is used"
}

# The tests normalise Unicode as members do; the server itself runs without ICU.
need_icu() {
  if PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -q 'libicuuc\.so'; then return; fi
  apt_install libicu72 || stop "ICU is missing; install libicu (Debian 12: libicu72) and run this again"
}

need_chromium() {
  command -v chromium >/dev/null || apt_install chromium fonts-liberation || stop "chromium is missing; install the package chromium and run this again"
}

# What a room's ZIP holds is read by another tool than made it.
need_unzip() {
  command -v unzip >/dev/null || apt_install unzip || stop "unzip is missing; install the package unzip and run this again"
}

# Without it nobody's programs run.
need_sandbox() {
  command -v bwrap >/dev/null || apt_install bubblewrap || stop "bubblewrap is missing; install the package bubblewrap and run this again"
}

# For the tests of runs in containers. Without it they fail, and say what is missing.
need_engine() {
  command -v podman >/dev/null && command -v runc >/dev/null || apt_install podman runc ||
    say "note: podman or runc is missing; install the packages podman and runc, or the tests of container engines fail"
}

# Those that the tests run programs with; the server finds what else is there.
need_toolchains() {
  local program
  for program in python3 node gcc g++ javac go perl bash; do
    [ -x /usr/bin/$program ] || [ -x /usr/local/bin/$program ] && continue
    apt_install python3 nodejs gcc g++ libc6-dev openjdk-17-jdk-headless golang-go perl bash ||
      stop "$program is missing below /usr; install the packages python3, nodejs, gcc, g++, libc6-dev, openjdk-17-jdk-headless, golang-go and perl and run this again"
    return
  done
}

LANGUAGES=src/Coterie.Server/Runs/Languages/languages.json

# Every language's packages, or as many of them as there are.
need_languages() {
  local package packages known=
  packages=$(node -p "[...new Set(require('./$LANGUAGES').flatMap((one) => one.packages))].join(' ')")
  apt_install $packages && return
  for package in $packages; do apt-cache show "$package" >/dev/null 2>&1 && known+=" $package"; done
  apt_install $known || say "note: not every language could be installed"
}

# web_client: clients/web/dist, with .br and .gz beside each file that shrinks; rebuilt only when a source is newer.
web_client() {
  local index=clients/web/dist/index.html
  if [ -f $index ] && [ -z "$(find clients/web clients/core/src $LANGUAGES package-lock.json tools/compress.mjs \
    \( -name node_modules -o -name dist -o -name test \) -prune -o -type f -newer $index -print -quit)" ]; then return; fi
  say "Building the web client…"
  npm run build -w clients/web --silent >&2 || return 1
  say "Compressing the web client…"
  node tools/compress.mjs clients/web/dist && touch $index
}

# server_program: artifacts/coterie/coterie with the web client beside it; compiled ahead of time on Linux x64, where the
# compiler for that is to be had (it takes a sixth off the start). Rebuilt only when a source is newer.
server_program() {
  local program=artifacts/coterie/coterie.dll ahead=()
  if [ -f $program ] && [ -z "$(find src Directory.*.props clients/web/dist \
    \( -name bin -o -name obj \) -prune -o -type f -newer $program -print -quit)" ]; then return; fi
  # A runtime of its own changes what restore writes into the lock file: it gets another one, below obj, after the packages
  # were checked against the one that is committed.
  [ "$(uname -sm)" = "Linux x86_64" ] && ahead=(-r linux-x64 -p:PublishReadyToRun=true -p:NuGetLockFilePath=obj/ahead.lock.json)
  rm -rf artifacts/coterie
  say "Fetching NuGet packages…"
  dotnet restore src/Coterie.Cli --locked-mode -v q -nologo >&2 || return 1
  say "Building the server…"
  dotnet publish src/Coterie.Cli -c Release --no-self-contained "${ahead[@]}" -o artifacts/coterie -v q -nologo >&2 && touch $program
}
