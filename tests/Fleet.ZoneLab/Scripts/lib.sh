# Sourced by every script of a simulated zone. /run/lab is the lab's side of the zone: journal, gates, durations, faults, nodes.
LAB=/run/lab
LAB_SCRIPT=${LAB_SCRIPT:-${0##*/}}
LAB_ARGS=$*
PITRIX=/pitrix

# One line per effect: time, script, arguments, node, pid, what, detail, the remote runner's execution.
lab_journal() { # what detail [node]
  local args=${LAB_ARGS//[$'\t\n\r']/ } detail=${2//[$'\t\n\r']/ }
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "${EPOCHREALTIME/,/.}" "$LAB_SCRIPT" "$args" "${3:-${LAB_NODE:--}}" "$$" "$1" "$detail" "${FLEET_EXECUTION:--}" >>"$LAB/journal"
}

lab_begin() {
  if [ -n "${LAB_FOREIGN:-}" ]; then lab_gate foreign; fi
  lab_journal begin "$0"
  trap 'lab_journal end "$?"' EXIT
}

lab_line() { printf '%(%F %T)T %s\n' -1 "$1"; }

lab_gate() { # name
  [ -e "$LAB/gates/$1" ] || return 0
  lab_journal gate "$1"
  while [ -e "$LAB/gates/$1" ]; do sleep 0.05; done
}

lab_wait() { # name
  local pattern seconds
  [ -s "$LAB/durations" ] || return 0
  while read -r pattern seconds; do
    # shellcheck disable=SC2053 # the left side is a pattern on purpose
    if [[ $1 == $pattern ]]; then
      [ "$seconds" = 0 ] || sleep "$seconds"
      return 0
    fi
  done <"$LAB/durations"
}

# A named point of a script: waits at its gate, takes its time, and does what a fault says. 1: the fault is a failure; LAB_FAULT says why.
lab_point() { # name
  lab_gate "$1"
  lab_wait "$1"
  local file=$LAB/faults/$1 times action arg
  LAB_FAULT=
  [ -e "$file" ] || return 0
  read -r times action arg <"$file"
  LAB_FAULT=$(tail -n +2 "$file")
  [ "$action" != print ] || tail -n +2 "$file"
  case $times in
    always) ;;
    1) mv "$file" "$file.spent" ;;
    *) { echo "$((times - 1)) $action $arg"; tail -n +2 "$file"; } >"$file.new" && mv "$file.new" "$file" ;;
  esac
  lab_journal fault "$1 $action"
  case $action in
    fail) return 1 ;;
    die) kill -KILL $$ ;;
    hang) while :; do sleep 3600; done ;;
    spew) yes 'Reading database ... 0123456789abcdefghijklmnopqrstuvwxyz 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ' | head -c "$arg"; echo ;;
    line) head -c "$arg" /dev/zero | tr '\0' x; echo ;;
  esac
  return 0
}

# Asks as the vendor's scripts ask: the prompt shows on a terminal only, only y, yes, n and no are taken, and the end of the input is asked again for ever.
lab_confirm() { # question
  local answer looping=
  while :; do
    [ -n "$looping" ] || lab_journal prompt "$1"
    if read -r -p "$1 [y/N]?" answer; then
      lab_journal answer "${answer} <- $1"
    elif [ -z "$looping" ]; then
      looping=1
      lab_journal eof-loop "$1"
    fi
    case ${answer,,} in
      y | yes) return 0 ;;
      n | no) return 1 ;;
    esac
  done
}

# «<date> Checking … OK.» or «Error!»; the detail goes to $LOG.
lab_stage() { # text command…
  local text=$1
  shift
  printf '%(%F %T)T %s ... ' -1 "$text"
  printf '%(%F %T)T Info: %s\n' -1 "$text" >>"$LOG"
  if "$@" >>"$LOG" 2>&1; then
    echo 'OK.'
    return 0
  fi
  echo 'Error!'
  printf '%(%F %T)T Error: %s failed.\n' -1 "$text" >>"$LOG"
  return 1
}

# Detail of a fault into the log of a stage.
lab_staged_point() { # name
  lab_point "$1" && return 0
  [ -z "$LAB_FAULT" ] || printf '%s\n' "$LAB_FAULT"
  return 1
}

# ---- versions ----
lab_field() { # text key
  local pattern="\"$2\"[[:space:]]*:[[:space:]]*\"([^\"]*)\""
  [[ $1 =~ $pattern ]] && printf '%s' "${BASH_REMATCH[1]}"
}

lab_current() { # file key: out of `current`, or of a flat file
  local text
  text=$(<"$1") || return 1
  text=${text#*\"current\"}
  lab_field "${text%%\}*}" "$2"
}

lab_old() { # key: out of the newest entry of `old`
  local text
  text=$(<"$PITRIX/version.json")
  text=${text#*\"old\"}
  lab_field "${text%%\}*}" "$1"
}

lab_old_entries() {
  local text
  text=$(<"$PITRIX/version.json")
  text=${text#*\"old\"*[}
  text=${text%]*}
  [[ $text == *\{* ]] && printf '%s' "$text"
}

lab_write_versions() { # name=value … ; $OLD_ENTRIES: text of the old list
  local pair first=1
  {
    printf '{\n  "current": {'
    for pair in "$@"; do
      [ -n "$first" ] || printf ','
      first=
      printf '\n    "%s": "%s"' "${pair%%=*}" "${pair#*=}"
    done
    printf '\n  },\n  "old": [%s]\n}\n' "${OLD_ENTRIES:-}"
  } >"$PITRIX/version.json.new"
  mv "$PITRIX/version.json.new" "$PITRIX/version.json"
}

lab_newer() { # a b: is a newer than b, numerically by component
  local -a a b
  local i
  IFS=. read -r -a a <<<"$1"
  IFS=. read -r -a b <<<"$2"
  for ((i = 0; i < ${#a[@]} || i < ${#b[@]}; i++)); do
    ((10#${a[i]:-0} > 10#${b[i]:-0})) && return 0
    ((10#${a[i]:-0} < 10#${b[i]:-0})) && return 1
  done
  return 1
}

# ---- nodes ----
lab_group() { # group or node or a,b: fills NODES; 1: unknown
  local name
  NODES=()
  for name in ${1//,/ }; do
    if [ -f "$PITRIX/conf/nodes/$name" ]; then
      local nodes=()
      # shellcheck disable=SC1090
      . "$PITRIX/conf/nodes/$name"
      NODES+=("${nodes[@]}")
    elif [ -f "$PITRIX/conf/settings/$name" ]; then
      NODES+=("$name")
    else
      UNKNOWN=$name
      return 1
    fi
  done
}

# Hypers that would be taken for dead when their daemons restart.
lab_unguarded() {
  local node without=
  lab_group hyper || return 0
  for node in "${NODES[@]}"; do
    [ -e "$LAB/nodes/$node/pitrix/conf/disable_hyperpair_rescue" ] || without+=" $node"
  done
  [ -z "$without" ] || lab_journal unguarded "${without# }"
}

lab_reachable() { [ ! -e "$LAB/nodes/$1/unreachable" ]; }

lab_in_node() { # node command
  unshare -m -u /usr/local/lib/zonelab/in-node "$1" "$2" </dev/null
}

# ---- databases ----
lab_chinese() { [[ ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} == zh_* ]]; }

lab_sql() { # file: runs it as psql would, which does not stop at errors and ends in 0
  local word=ERROR
  if lab_chinese; then word=$'\xb4\xed\xce\xf3'; fi
  if ! lab_point "$2"; then
    printf 'psql:%s:12: %s:  %s\n' "$1" "$word" "${LAB_FAULT:-relation \"zone\" does not exist}"
  fi
  echo 'ALTER TABLE'
}

lab_dump() { # point: what pg_dumpall prints; a fault cuts it
  printf -- '--\n-- PostgreSQL database cluster dump\n--\n\nSET default_transaction_read_only = off;\n\n'
  if ! lab_point "$1"; then
    echo "pg_dumpall: query failed: ${LAB_FAULT:-server closed the connection unexpectedly}" >&2
    return 1
  fi
  local name
  for name in billing global zone; do
    printf 'CREATE DATABASE %s;\n\\connect %s\n\nCREATE TABLE job (id text, status text);\nCOPY job (id, status) FROM stdin;\nj-1\tdone\nj-2\tdone\n\\.\n\n' "$name" "$name"
  done
  printf -- '--\n-- PostgreSQL database cluster dump complete\n--\n\n'
}

# ---- installed packages ----
lab_installed() { # version package status… : sets one package's entry in dpkg's database
  local status=/var/lib/dpkg/status
  awk -v RS= -v ORS='\n\n' -v want="Package: $2" -v version="$1" -v state="${3:-install ok installed}" '
    { n = split($0, line, "\n") }
    line[1] == want { for (i = 2; i <= n; i++) { if (line[i] ~ /^Version: /) line[i] = "Version: " version; if (line[i] ~ /^Status: /) line[i] = "Status: " state } }
    { text = line[1]; for (i = 2; i <= n; i++) text = text "\n" line[i]; print text }' "$status" >"$status.new" && mv "$status.new" "$status"
}
