# Shared by the scripts; sourced, not run.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# One clear sentence where the SDK is missing or too old.
need_sdk() {
  if ! command -v dotnet >/dev/null 2>&1; then
    echo "The .NET 10 SDK is needed and 'dotnet' was not found on the PATH: install it from https://dot.net/download." >&2
    exit 1
  fi
  if ! (cd "$root" && dotnet --version >/dev/null 2>&1); then
    echo "The .NET 10 SDK is needed; this machine has: $(cd / && dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | tr '\n' ' ')." >&2
    exit 1
  fi
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
}

# newer_sources ASSEMBLY FOLDER...: true if there is no assembly, or a source is newer.
newer_sources() {
  local assembly=$1
  shift
  [ -f "$assembly" ] || return 0
  [ -n "$(cd "$root" && find "$@" Directory.Build.props Directory.Packages.props global.json -newer "$assembly" \
    -not -path '*/obj/*' -not -path '*/bin/*' -type f -print -quit)" ]
}

# platform: the runtime identifier that the command-line tool is built for.
platform() {
  local system machine
  case "$(uname -s)" in Linux) system=linux ;; Darwin) system=osx ;; *) system=win ;; esac
  case "$(uname -m)" in x86_64 | amd64) machine=x64 ;; *) machine=arm64 ;; esac
  echo "$system-$machine"
}

# absolute PATH: the same from every folder.
absolute() {
  case $1 in /*) echo "$1" ;; *) echo "$PWD/$1" ;; esac
}

# service ARGUMENT...: runs a command of the service's program with the settings it would serve with; builds it if its sources are newer.
# A published program is named by PLACEMENT_PROGRAM.
service() {
  local program=${PLACEMENT_PROGRAM:-}
  if [ -z "$program" ]; then
    need_sdk
    program=$root/src/WutAmu.Placement.Web/bin/Release/net10.0/WutAmu.Placement.Web.dll
    if newer_sources "$program" src; then
      dotnet build "$root/src/WutAmu.Placement.Web" -c Release -v quiet -nologo --tl:off -clp:ErrorsOnly >&2
    fi
    cd "$root/src/WutAmu.Placement.Web"
  else
    cd "$(dirname "$program")"
  fi
  exec dotnet "$program" "$@"
}
