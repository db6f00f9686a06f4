#!/bin/sh
# Fleet's remote runner: runs a command on a firstbox at most once per execution id, detached, under a terminal of its own, and lets it be found again.
# Needs sh, coreutils 8.13, util-linux 2.20 (flock, setsid, script), awk and /proc. docs/remote-runner.md tells the files, the verbs and the states.
#
#   sh runner-<digest>.sh ROOT VERB ...
#     attach EPOCH INSTALLATION OVERRIDE KNOWN      resolve ID EPOCH INSTALLATION LENGTH        (verdict on stdin)
#     status ID                                     clean   ID EPOCH INSTALLATION
#     follow ID OFFSET                              cancel  ID EPOCH INSTALLATION GRACE-TENTHS
#     start  ID EPOCH INSTALLATION BOOT SHA LENGTH LIMIT OFFSET                                 (script on stdin)
#     answer ID EPOCH INSTALLATION OFFSET SHA LENGTH                                            (line on stdin)
#     arm    ID EPOCH INSTALLATION SECONDS SHA LENGTH                                           (plan on stdin)
#     renew  ID EPOCH INSTALLATION                  disarm  ID EPOCH INSTALLATION               watch ID
#   set -- ROOT enter EPOCH INSTALLATION; . runner-<digest>.sh      what follows runs under the zone's lock and fence
#
# Marks are symbolic links: made in one step, they carry a value, and they need no block of a full disk.
set -u
umask 077
LC_ALL=C; export LC_ALL
PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin; export PATH
SELF=$0 ROOT=${1-} VERB=${2-} ID=${3-} RUN= WATCH=
NL='
'
CHUNK=65536 RING=131072 FRAME=65536 BURST=262144

# ---------------------------------------------------------------- saying things

# The first word of each reply stands at the start of a line whatever a login shell printed before it.
say() { printf 'fleet1 %s\n' "$*"; }

# refuse WHY DETAIL: nothing was changed. With an execution, its state is told too.
refuse() {
  exec 9>&-
  if [ -n "$RUN" ]; then report "refused why=$1 detail=${2:--}"; else say "refused why=$1 detail=${2:--}"; fi
  exit 75
}

number() { case $1 in '' | *[!0-9]* | ????????????????*) refuse bad-input "number:$2" ;; esac; }
word() { case $1 in '' | *[!A-Za-z0-9._-]* | .* | -*) refuse bad-input "word:$2" ;; esac; [ ${#1} -le 100 ] || refuse bad-input "word:$2"; }

# Most marks are not there: no process is started for those.
mark_of() { if [ -h "$1" ]; then readlink "$1" 2>/dev/null || echo "${2-}"; else echo "${2-}"; fi; }
replace_mark() { rm -f "$2.$$"; ln -s "$1" "$2.$$" && mv -fT "$2.$$" "$2"; }

# A mark that must not fail: on a full disk what was set aside is given up for it.
must_mark() { ln -s "$1" "$2" 2>/dev/null || { rm -f "$RUN/reserve"; ln -s "$1" "$2" 2>/dev/null; }; }

# Names of directories are made durable; an old sync knows no operands and syncs everything.
durable() { sync "$@" 2>/dev/null; }

# ---------------------------------------------------------------- processes

boot_id() { BOOT=; { read -r BOOT </proc/sys/kernel/random/boot_id; } 2>/dev/null; }

# started_at PID → AT, empty when it is dead; a zombie is dead.
started_at() {
  AT=
  { read -r stat_line <"/proc/$1/stat"; } 2>/dev/null || return 1
  set -- ${stat_line##*) }
  case ${1-Z} in Z | X) return 1 ;; esac
  AT=${20}
}

# A pid counts only with the time at which it started.
alive() { started_at "$1" && [ "$AT" = "$2" ]; }

# Where there are cgroups: a group that nothing escapes by starting a session or by dropping its environment.
group_folder() {
  if [ -d /sys/fs/cgroup/freezer ]; then echo "/sys/fs/cgroup/freezer/fleet-$ID"
  elif [ -f /sys/fs/cgroup/cgroup.controllers ]; then echo "/sys/fs/cgroup/fleet-$ID"
  fi
}

# Every live process of the run: by cookie, by cgroup, by the terminal's session, and all that descends from these.
# The one that records the exit code is among them only when asked for with "all".
tree() {
  keeper=$(mark_of "$RUN/keeper") group=$(mark_of "$RUN/group") session=0 keeper_pid=0
  boot_id
  if [ -n "$keeper" ] && [ "${keeper%%,*}" = "$BOOT" ]; then
    keeper=${keeper#*,}
    # The session's number is the keeper's pid: it says nothing once another process has that pid.
    if alive "${keeper%,*}" "${keeper#*,}"; then keeper_pid=${keeper%,*} session=$keeper_pid
    elif [ ! -d "/proc/${keeper%,*}" ]; then session=${keeper%,*}; fi
  fi
  {
    [ -z "$group" ] || cat "$group/cgroup.procs" 2>/dev/null
    grep -slzxF "FLEET_EXECUTION=$ID" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3
    cat /proc/[0-9]*/stat 2>/dev/null | sed -n 's/^\([0-9][0-9]*\) (.*) \(.\) \([0-9]*\) [0-9-]* \([0-9-]*\) .*/\1 \2 \3 \4/p'
  } | awk -v session="$session" -v keeper="$keeper_pid" -v all="${1-}" '
    NF == 1 { ours[$1] = 1; next }
    NF == 4 { state[$1] = $2; parent[$1] = $3; if (session && $4 == session) ours[$1] = 1 }
    END {
      if (keeper) ours[keeper] = 1
      do { grew = 0; for (p in parent) if (!(p in ours) && (parent[p] in ours)) { ours[p] = 1; grew = 1 } } while (grew)
      for (p in ours) if ((p in state) && state[p] != "Z" && state[p] != "X" && (all == "all" || p != keeper)) print p
    }'
}

# waiting: is a process of the command reading its terminal right now? 0 yes, 1 no, 2 cannot be told, 3 it polls with its terminal open.
# Read with builtins only, where the kernel lists children: this is asked often.
waiting() {
  keeper=$(mark_of "$RUN/keeper"); keeper=${keeper#*,} keeper=${keeper%,*} waits=2
  [ -n "$keeper" ] && [ -d "/proc/$keeper" ] || return 1
  terminal=/proc/$keeper/fd/0 generation=$keeper
  case ${MACHINE:=$(uname -m)} in
  x86_64) reads=' 0 ' polls=' 7 23 232 270 271 281 ' ;;
  aarch64) reads=' 63 ' polls=' 22 72 73 ' ;;
  i?86) reads=' 3 ' polls=' 82 142 168 256 308 309 319 ' ;;
  *) reads= polls= ;;
  esac
  [ -r "/proc/$keeper/task/$keeper/children" ] || generation=$(tree all)
  while [ -n "$generation" ]; do
    next=
    for p in $generation; do
      children=
      { read -r children <"/proc/$p/task/$p/children"; } 2>/dev/null
      next=$next${children:+ $children}
      call= first=
      { read -r call first rest <"/proc/$p/syscall"; } 2>/dev/null
      case ${call:--} in
      -)
        at=
        { read -r at <"/proc/$p/wchan"; } 2>/dev/null
        case $at in n_tty_read | tty_read | read_chan) return 0 ;; esac
        ;;
      [0-9]*)
        [ $waits = 3 ] || waits=1
        case $reads in *" $call "*)
          reads_from=/proc/$p/fd/$(($first))
          if [ "$reads_from" -ef "$terminal" ] || [ "$reads_from" -ef /dev/tty ]; then return 0; fi
          ;;
        esac
        case $polls in *" $call "*) if [ "/proc/$p/fd/0" -ef "$terminal" ]; then waits=3; fi ;; esac
        [ -n "$reads" ] || waits=2
        ;;
      running) [ $waits = 3 ] || waits=1 ;;
      esac
    done
    [ -r "/proc/$keeper/task/$keeper/children" ] || next=
    generation=$next
  done
  return $waits
}

# ---------------------------------------------------------------- states

# look: → STATE, CODE (- for none recorded). What was recorded last is asked first, and once more after the supervisor was seen dead.
look() {
  STATE=absent CODE=-
  [ -d "$RUN" ] || return 0
  STATE=staged
  claim=$(mark_of "$RUN/claim")
  [ -n "$claim" ] || return 0
  recorded "$RUN/exit" && return 0
  boot_id
  rest=${claim#*,}
  if [ "${claim%%,*}" = "$BOOT" ]; then
    pid=${rest%%,*} rest=${rest#*,}
    if alive "$pid" "${rest%%,*}"; then
      STATE=running
      recorded "$RUN/exit"
      return 0
    fi
    recorded "$RUN/exit" && return 0
  fi
  recorded "$RUN/code" && return 0
  STATE=lost
  if [ "${claim%%,*}" = "$BOOT" ] && [ -n "$(tree all)" ]; then STATE=orphan; fi
  return 0
}

recorded() {
  [ -h "$1" ] || return 1
  STATE=exited CODE=$(mark_of "$1" -)
  return 0
}

# Does the run keep others from starting? Unknown ends do, until a person has decided.
blocks() {
  look
  case $STATE,$CODE in
  running,*) return 0 ;;
  orphan,* | lost,* | exited,-) [ ! -h "$RUN/verdict" ] ;;
  *) return 1 ;;
  esac
}

# judged ID: blocks, as judged by the runner that started the run.
judged() {
  judge=$ROOT/runner-$(mark_of "$ROOT/runs/$1/runner").sh
  if [ -f "$judge" ] && [ ! "$judge" -ef "$SELF" ]; then sh "$judge" "$ROOT" blocks "$1" >/dev/null
  else (ID=$1 RUN=$ROOT/runs/$1; blocks); fi
}

# busy: → BUSY, the execution that the zone is busy with.
busy() {
  BUSY=$(mark_of "$ROOT/active")
  [ -z "$BUSY" ] || ! judged "$BUSY" || return 0
  BUSY=
  return 1
}

# → PRINTED, KEPT. The count is written after the bytes; of a dead sink the log may know more.
sizes() {
  PRINTED=0 KEPT=0
  [ ! -f "$RUN/count" ] || { read -r PRINTED rest <"$RUN/count"; } 2>/dev/null
  [ ! -f "$RUN/log" ] || KEPT=$(wc -c <"$RUN/log")
  KEPT=$((KEPT))
  [ "$PRINTED" -ge "$KEPT" ] || [ "${1-}" = running ] || PRINTED=$KEPT
}

# report WORD: everything about the run and the zone in one line; state before sizes. The verdict comes last: it is free text.
report() {
  look
  state=$STATE code=$CODE
  blocked=0 live=0
  case $state,$code in
  running,*) live=$(tree all | wc -l); if waiting; then blocked=1; fi ;;
  orphan,* | lost,* | exited,-) live=$(tree all | wc -l) ;;
  *) [ ! -h "$RUN/cancel" ] || live=$(tree all | wc -l) ;;
  esac
  sizes "$state"
  busy
  boot_id
  installed=-
  [ ! -f "$ROOT/installation" ] || read -r installed <"$ROOT/installation"
  cancelled=0
  [ ! -h "$RUN/cancel" ] || cancelled=1
  cleaned=0
  [ ! -h "$RUN/cleaned" ] || cleaned=1
  say "$1 state=$state exit=$code cancelled=$cancelled printed=$PRINTED kept=$KEPT blocked=$blocked live=$((live)) boot=$BOOT fence=$(mark_of "$ROOT/fence" 0)" \
    "installation=$installed active=${BUSY:--} truncated=$(mark_of "$RUN/truncated" -) cleaned=$cleaned verdict=$(mark_of "$RUN/verdict" -)"
}

# ---------------------------------------------------------------- lock and fence

lock() { exec 9>>"$ROOT/lock"; flock -w 20 9 || refuse lock-timeout; }
unlock() { exec 9>&-; }

# entitled EPOCH INSTALLATION [override]: the caller holds the lock. A lower epoch than the zone has seen changes nothing, nor does another installation.
entitled() {
  number "$1" epoch
  installed=
  [ ! -f "$ROOT/installation" ] || read -r installed <"$ROOT/installation"
  fence=$(mark_of "$ROOT/fence" 0)
  [ "${3-0}" = 1 ] || [ "$2" = - ] || [ -z "$installed" ] || [ "$installed" = "$2" ] || refuse foreign-installation "$installed"
  [ "$1" -ge "$fence" ] || refuse fenced "$fence"
}

# admit EPOCH INSTALLATION [override [known]]: raises the fence to a higher epoch, unless its sender knows of none as high as the zone has seen.
# KNOWN -: it does not say.
admit() {
  known=${4--}
  [ "$known" = - ] || number "$known" known
  entitled "$1" "$2" "${3-0}"
  if [ "$1" -ne "$fence" ]; then
    [ "$known" = - ] || [ "$fence" -le "$known" ] || refuse ahead "$fence"
    replace_mark "$1" "$ROOT/fence" || refuse disk-full fence
    durable "$ROOT"
  fi
}

# ---------------------------------------------------------------- output: kept by the sink, read by offset

# sink: bytes of the terminal → log, up to the limit or a full disk; then they are counted, and the last are kept in a ring that was allocated before.
# Each piece lands in a file that was allocated before, so its length is known whatever the disk does. It never stops reading.
sink() {
  limit=$1 printed=0 kept=0 full=
  while :; do
    said=$(dd bs=$CHUNK count=1 of="$RUN/chunk" conv=notrunc 2>&1)
    case $said in "0+0 records in"*) break ;; esac
    n=${said##*records out"$NL"} n=${n%% *}
    case $n in '' | *[!0-9]*) sleep 0.1; continue ;; esac
    before=$printed
    if [ -z "$full" ]; then
      take=$n
      [ $((kept + take)) -le "$limit" ] || { take=$((limit - kept)) full=limit; }
      if [ "$take" -gt 0 ] && ! head -c "$take" "$RUN/chunk" 2>/dev/null >>"$RUN/log"; then full=disk; fi
      if [ "$full" = disk ]; then kept=$(wc -c <"$RUN/log"); else kept=$((kept + take)); fi
      [ -z "$full" ] || must_mark "$full" "$RUN/truncated"
    fi
    if [ -n "$full" ]; then
      skip=$((kept - before))
      [ $skip -gt 0 ] || skip=0
      [ $skip -ge "$n" ] || ring_put $skip $((before + skip)) $((n - skip))
    fi
    printed=$((before + n))
    printf '%-20s\n' $printed 1<>"$RUN/count"
    tell
  done
}

# ring_put SKIP OFFSET LENGTH: bytes of the chunk after the first SKIP, to the place in the ring that their offset names.
ring_put() {
  place=$(($2 % RING)) part=$3
  [ $((place + part)) -le $RING ] || part=$((RING - place))
  {
    [ $place -eq 0 ] || dd bs=1 count=0 seek=$place </dev/null
    if [ "$1" -eq 0 ]; then head -c $part "$RUN/chunk"; else tail -c +$(($1 + 1)) "$RUN/chunk" | head -c $part; fi
  } 2>/dev/null 1<>"$RUN/ring"
  [ $part -eq "$3" ] || ring_put $(($1 + part)) $(($2 + part)) $(($3 - part))
}

# tell: wakes every follower. Opening and writing never wait: a follower that is gone or stuck does not hold up the command.
tell() {
  for ear in "$RUN"/ears/*; do
    [ -p "$ear" ] || continue
    dd if="$RUN/ears.line" of="$ear" oflag=nonblock conv=notrunc,nocreat 2>/dev/null || [ -d "/proc/${ear##*/}" ] || rm -f "$ear"
  done
}

slice() { # log|ring OFFSET LENGTH
  if [ "$1" = log ]; then tail -c +$(($2 + 1)) "$RUN/log" 2>/dev/null | head -c "$3"; return; fi
  place=$(($2 % RING)) part=$3
  [ $((place + part)) -le $RING ] || part=$((RING - place))
  tail -c +$((place + 1)) "$RUN/ring" 2>/dev/null | head -c $part
  [ $part -eq "$3" ] || head -c $(($3 - part)) "$RUN/ring"
}

# ship [all]: frames from OFFSET on. While it is printing past its limit only the log is sent, the ring once it is quiet.
ship() {
  # Asked after each wake-up, which may be many: without forking while there is nothing new.
  [ "$STATE" != running ] || { { read -r PRINTED rest <"$RUN/count"; } 2>/dev/null && [ "$PRINTED" = "$OFFSET" ] && return 0; }
  sizes "$STATE"
  truncated=; [ ! -h "$RUN/truncated" ] || truncated=1
  while [ "$OFFSET" -lt "$PRINTED" ]; do
    cut=0 from=log end=$PRINTED
    if [ "$OFFSET" -ge "$KEPT" ]; then
      [ "${1-}" = all ] && [ -n "$truncated" ] && [ -f "$RUN/ring" ] || return 0
      from=ring
      [ $((PRINTED - OFFSET)) -le $CHUNK ] || { cut=$((PRINTED - CHUNK - OFFSET)); OFFSET=$((OFFSET + cut)); }
    elif [ "$end" -gt "$KEPT" ]; then end=$KEPT
    fi
    n=$((end - OFFSET))
    [ $n -le $FRAME ] || n=$FRAME
    sha=$(slice $from "$OFFSET" $n | sha256sum)
    say "bytes offset=$OFFSET cut=$cut length=$n sha=${sha%% *}" || exit 1
    slice $from "$OFFSET" $n 2>/dev/null || exit 1
    OFFSET=$((OFFSET + n)) SENT=$((SENT + n)) BLOCKED=0
    [ $SENT -lt $BURST ] || leave
  done
}

# leave: so much is on its way that nobody has asked for yet. Whoever follows asks again from where it is, once it has taken this in:
# else what it cannot store as fast as this sends would pile up in its memory.
leave() {
  kill $ticker 2>/dev/null
  [ -z "$EAR" ] || rm -f "$EAR"
  exit 0
}

# follow: sends frames as they come until the command ends. It sleeps on a pipe that the sink writes to, and wakes for a heartbeat,
# which also ends it when nobody listens any more.
follow() {
  trap '' PIPE
  EAR= SENT=0 BLOCKED=0 armed= delay=2 seen=-1 turn=0 ticker=
  look
  if [ "$STATE" = running ]; then
    EAR=$RUN/ears/$$
    if mkfifo "$EAR" 2>/dev/null; then exec 8<>"$EAR"; else EAR=; fi
    claim=${claim#*,} pid=${claim%%,*} claim=${claim#*,}
    supervisor=$pid since=${claim%%,*}
    (while sleep 5 && [ -d "/proc/$$" ]; do [ -z "$EAR" ] || echo beat >&8; done) >/dev/null 2>&1 </dev/null &
    ticker=$!
    while [ ! -h "$RUN/exit" ] && alive "$supervisor" "$since"; do
      ship
      if [ "$PRINTED" -ne "$seen" ]; then seen=$PRINTED delay=2; fi
      if [ -n "$EAR" ] && [ -z "$armed" ] && [ $delay -le 32 ]; then
        (sleep $((delay / 10)).$((delay % 10)); echo quiet >&8) >/dev/null 2>&1 </dev/null &
        armed=$PRINTED
      fi
      event=quiet
      if [ -n "$EAR" ]; then read -r event <&8; else
        # No pipe could be made (a full disk): looks now and then instead.
        sleep 0.3
        armed=$PRINTED turn=$(((turn + 1) % 16))
        [ $turn -ne 0 ] || event=beat
      fi
      case $event in
      quiet) still "$armed"; armed= delay=$((delay * 2)) ;;
      beat)
        still "$seen"
        say "beat printed=$OFFSET blocked=$BLOCKED" || exit 1
        # An old script can miss its child's end and wait for input for ever: a line wakes it.
        [ ! -h "$RUN/code" ] || [ -h "$RUN/exit" ] || echo 1<>"$RUN/in"
        ;;
      esac
    done
    kill $ticker 2>/dev/null
    [ -z "$EAR" ] || rm -f "$EAR"
    look
  fi
  ship all
  report end
}

# still PRINTED: nothing was printed since then: the ring may be read, and whether the command waits for its terminal is worth a look.
still() {
  sizes running
  [ "$PRINTED" = "$1" ] || return 0
  ship all
  was=$BLOCKED BLOCKED=0
  if waiting; then
    { read -r PRINTED rest <"$RUN/count"; } 2>/dev/null
    [ "$PRINTED" != "$OFFSET" ] || BLOCKED=1
  fi
  [ $BLOCKED = $was ] || say "beat printed=$OFFSET blocked=$BLOCKED" || exit 1
}

# ---------------------------------------------------------------- verbs that change

attach() { # EPOCH INSTALLATION OVERRIDE KNOWN
  word "$2" installation
  for tool in flock setsid script awk sha256sum mkfifo dd stty cut grep sed; do
    command -v $tool >/dev/null 2>&1 || refuse unsupported $tool
  done
  [ -r /proc/self/stat ] && [ -r /proc/sys/kernel/random/boot_id ] || refuse unsupported /proc
  ID=- RUN=$ROOT/runs/-
  lock
  admit "$1" "$2" "$3" "$4"
  if [ "$installed" != "$2" ]; then
    printf '%s\n' "$2" >"$ROOT/installation.$$" && mv -f "$ROOT/installation.$$" "$ROOT/installation" || refuse disk-full installation
    durable "$ROOT"
  fi
  unlock
  report ok
}

# receive SHA LENGTH: standard input → $upload, once its digest is right.
receive() {
  number "$2" length
  upload=$ROOT/upload.$$
  trap 'rm -f "$upload"' EXIT
  head -c "$2" >"$upload" || refuse disk-full upload
  sha=$(sha256sum <"$upload")
  [ "${sha%% *}" = "$1" ] || refuse bad-input sha
}

start() { # ID EPOCH INSTALLATION BOOT SHA LENGTH LIMIT OFFSET
  number "$7" limit; number "$8" offset
  receive "$5" "$6"
  lock
  admit "$2" "$3"
  if [ ! -h "$RUN/claim" ]; then
    boot_id
    [ "$BOOT" = "$4" ] || refuse rebooted "$BOOT"
    busy && refuse busy "$BUSY"
    stage "$5" "$7" || refuse disk-full "$ROOT"
    # The supervisor inherits the lock: from the checks above to the claim nobody else gets in, whether this process lives or not.
    setsid sh "$SELF" "$ROOT" supervise "$ID" "$2" "${SHELL:-/bin/sh}" "$7" </dev/null >/dev/null 2>&1 &
    unlock
    lock
    [ -h "$RUN/claim" ] || refuse not-started
  fi
  unlock
  [ "$(mark_of "$RUN/digest")" = "$5" ] || refuse id-conflict "$(mark_of "$RUN/digest" -)"
  OFFSET=$8
  follow
}

# All that the run will need on a full disk is allocated before it starts. What was staged before and never claimed is replaced.
stage() { # SHA LIMIT
  mkdir -p "$RUN/answers" "$RUN/ears" && mv -f "$upload" "$RUN/command" &&
    rm -f "$RUN/in" && mkfifo "$RUN/in" && : >"$RUN/log" && echo printed >"$RUN/ears.line" && printf '%-20s\n' 0 >"$RUN/count" &&
    head -c $RING /dev/zero >"$RUN/ring" && head -c $CHUNK /dev/zero >"$RUN/chunk" && head -c $CHUNK /dev/zero >"$RUN/reserve" &&
    replace_mark "$1" "$RUN/digest" && runner=${SELF##*/runner-} && replace_mark "${runner%.sh}" "$RUN/runner"
} 2>/dev/null

# Out of the login session's group, where one is kept: it may be ended with the session.
leave_session() {
  for group in /sys/fs/cgroup/systemd /sys/fs/cgroup; do
    [ ! -f $group/cgroup.procs ] || echo $$ >$group/cgroup.procs
  done 2>/dev/null
}

supervise() { # ID EPOCH SHELL LIMIT: holds the zone's lock (9), inherited
  cd / || exit 1
  started_at $$
  boot_id
  replace_mark "$ID" "$ROOT/active" && ln -s "$BOOT,$$,$AT,$2" "$RUN/claim" || exit 1
  durable "$RUN" "$ROOT/runs" "$ROOT"
  exec 9>&-
  leave_session
  # Caught, not ignored: what is ignored here the command could never listen to.
  trap : HUP INT TERM
  # The terminal's input is a pipe that its own reader holds open for writing: it has no end, whoever dies.
  SHELL=/bin/sh script -q -f -c "exec sh '$SELF' '$ROOT' keep '$ID' '$3'" /dev/null <>"$RUN/in" 2>"$RUN/errors" | sink "$4"
  # Without a code the terminal died before its command did.
  while [ ! -h "$RUN/code" ] && [ -n "$(tree all)" ]; do sleep 1; done
  must_mark "$(mark_of "$RUN/code" -)" "$RUN/exit"
  rm -f "$RUN/reserve" "$RUN/chunk"
  tell
  group=$(mark_of "$RUN/group"); [ -z "$group" ] || rmdir "$group" 2>/dev/null
  durable "$RUN"
}

keep() { # ID SHELL: inside the terminal; runs the command and records its code
  started_at $$
  boot_id
  must_mark "$BOOT,$$,$AT" "$RUN/keeper"
  stty sane 2>/dev/null
  stty -echo -onlcr rows 50 cols 200
  group=$(group_folder)
  if [ -n "$group" ] && { mkdir "$group" && echo $$ >"$group/cgroup.procs"; } 2>/dev/null; then must_mark "$group" "$RUN/group"; fi
  SHELL=$2 TERM=dumb FLEET_EXECUTION=$ID
  if [ -d /usr/lib/locale/C.UTF-8 ] || [ -d /usr/lib/locale/C.utf8 ]; then LC_ALL=C.UTF-8; fi
  export SHELL TERM FLEET_EXECUTION LC_ALL
  unset SSH_AUTH_SOCK SSH_CLIENT SSH_CONNECTION SSH_TTY SSH_ORIGINAL_COMMAND
  trap : HUP INT TERM
  umask 022
  cd "${HOME:-/root}" 2>/dev/null || cd /
  # What this shell says about a killed command is no output of the command; it says it with the redirections of the command's line in force.
  exec 3>&2 2>/dev/null
  sh -c 'exec sh "$1" 2>&3 3>&-' sh "$RUN/command"
  must_mark $? "$RUN/code"
}

answer() { # ID EPOCH INSTALLATION OFFSET SHA LENGTH
  number "$4" offset; number "$6" length
  [ "$6" -le 1001 ] || refuse bad-input length
  # The dot keeps the line feed; a NUL would be dropped and fail the digest.
  line=$(head -c "$6" && echo .) 2>/dev/null
  line=${line%.}
  sha=$(printf %s "$line" | sha256sum)
  [ "${sha%% *}" = "$5" ] || refuse bad-input sha
  case ${line%"$NL"} in "$line" | *[[:cntrl:]]*) refuse bad-input characters ;; esac
  # Half of the digest: a longer link would need a block of a disk that may be full.
  mine=$RUN/answers/$4 text=${5%????????????????????????????????} looks=0 quiet=0
  while :; do
    lock
    admit "$2" "$3"
    if [ -h "$mine" ]; then
      told=unknown
      [ ! -h "$mine.sent" ] || told=applied
      [ "$(mark_of "$mine")" = "$text" ] || { told_answer conflict $told; return; }
      told_answer $told duplicate
      return
    fi
    look
    [ "$STATE" = running ] || { told_answer stale "$STATE"; return; }
    sizes running
    [ "$PRINTED" = "$4" ] || { told_answer stale "printed:$PRINTED"; return; }
    # Looked at twice, a moment apart: what a timed-out prompt printed may still be on its way to the log.
    waiting
    case $? in 1) quiet=0 ;; *) quiet=$((quiet + 1)) ;; esac
    if [ $quiet -ge 2 ]; then
      must_mark "$text" "$mine" || refuse disk-full answers
      # Once more, with nothing left to do but to write: a prompt that gives up by itself may have done so meanwhile.
      waiting; still=$?
      sizes running
      if [ $still -ne 1 ] && [ "$PRINTED" = "$4" ]; then
        printf %s "$line" 1<>"$RUN/in" && must_mark 1 "$mine.sent"
        told_answer applied new
        return
      fi
      rm -f "$mine"
      quiet=0
    fi
    unlock
    looks=$((looks + 1))
    [ $looks -lt 100 ] || { told_answer stale not-waiting; return; }
    sleep 0.1
  done
}

told_answer() { unlock; say "answer state=$1 detail=$2"; }

cancel() { # ID EPOCH INSTALLATION GRACE
  number "$4" grace
  lock
  admit "$2" "$3"
  [ -h "$RUN/claim" ] || refuse not-running
  [ -h "$RUN/cancel" ] || must_mark "$2" "$RUN/cancel"
  unlock
  # TERM once to each process that shows up, then KILL to whatever is left, for five seconds at most.
  warned=' ' i=0 last=$((($4 + 1) / 2))
  while pids=$(tree) && [ -n "$pids" ] && [ $i -lt $((last + 25)) ]; do
    for p in $pids; do
      if [ $i -ge $last ]; then kill -KILL "$p" 2>/dev/null
      else case $warned in *" $p "*) ;; *) kill -TERM "$p" 2>/dev/null; kill -CONT "$p" 2>/dev/null; warned="$warned$p " ;; esac; fi
    done
    i=$((i + 1))
    sleep 0.2
  done
  i=0
  while look; [ "$STATE" = running ] && [ -z "$pids" ] && [ $i -lt 15 ]; do i=$((i + 1)); sleep 0.2; done
  left=$(tree | wc -l)
  report "cancelled left=$((left))"
}

resolve() { # ID EPOCH INSTALLATION LENGTH
  number "$4" length
  [ "$4" -le 400 ] || refuse bad-input length
  verdict=$(head -c "$4")
  case $verdict in '' | *[[:cntrl:]]*) refuse bad-input verdict ;; esac
  lock
  admit "$2" "$3"
  if [ -h "$RUN/verdict" ]; then
    [ "$(mark_of "$RUN/verdict")" = "$verdict" ] || refuse id-conflict resolved
  else
    blocks
    case $STATE,$CODE in orphan,* | lost,* | exited,-) ;; *) refuse bad-input "state:$STATE" ;; esac
    ln -s -- "$verdict" "$RUN/verdict" || refuse disk-full verdict
    durable "$RUN"
  fi
  unlock
  report ok
}

# The claim, the exit, the count and the command's digest stay: the id never starts again.
clean() { # ID EPOCH INSTALLATION
  lock
  admit "$2" "$3"
  [ -h "$RUN/claim" ] || refuse bad-input unclaimed
  blocks && refuse busy "$ID"
  case $STATE in exited | lost) ;; *) refuse busy "$ID" ;; esac
  sizes
  printf '%-20s\n' "$PRINTED" >"$RUN/count"
  [ -h "$RUN/cleaned" ] || ln -s "$2" "$RUN/cleaned"
  group=$(mark_of "$RUN/group"); [ -z "$group" ] || rmdir "$group" 2>/dev/null
  rm -rf "$RUN/answers" "$RUN/ears"
  rm -f "$RUN/log" "$RUN/command" "$RUN/ring" "$RUN/chunk" "$RUN/reserve" "$RUN/in" "$RUN/ears.line" "$RUN/errors"
  # Runners of other versions go once no run needs them; the newest comes back with the next attach.
  for old in "$ROOT"/runner-*.sh; do
    [ "$old" -ef "$SELF" ] && continue
    digest=${old##*/runner-} needed=
    for run in "$ROOT"/runs/* "$ROOT"/watch/*; do
      [ "$(mark_of "$run/runner")" = "${digest%.sh}" ] && [ ! -h "$run/cleaned" ] && [ ! -h "$run/disarmed" ] && needed=1 && break
    done
    [ -n "$needed" ] || rm -f "$old"
  done
  find "$ROOT" -maxdepth 1 -name 'upload.*' -mtime +1 -exec rm -f {} +
  unlock
  report ok
}

# ---------------------------------------------------------------- what has run

# runs: the runs whose id begins with ID and a dot, as far as they were ever claimed: the rest of their ids.
runs() {
  list=
  for run in "$ROOT/runs/$ID".*; do
    [ -h "$run/claim" ] || continue
    run=${run##*/}
    list=$list${list:+,}${run#"$ID".}
  done
  say runs "ids=${list:--}"
}

# ---------------------------------------------------------------- watches: what is undone once nobody has been there for too long

# A watch's folder: plan (a script: look, release), digest, limit, renewed (boot,uptime), loop (boot,pid,start), outcome, why, disarmed, log.
# Ages are counted by /proc/uptime: a clock that is set moves no limit.
uptime_now() { UP=; { read -r UP rest </proc/uptime; } 2>/dev/null; UP=${UP%%.*}; }
renewal() { boot_id; uptime_now; [ -n "$UP" ] && replace_mark "$BOOT,$UP" "$WATCH/renewed"; } 2>/dev/null

# → WATCHED. Stopped: its loop was killed, or the machine was rebooted.
watched() {
  boot_id
  WATCHED=absent
  [ -h "$WATCH/digest" ] || return 0
  WATCHED=disarmed
  [ ! -h "$WATCH/disarmed" ] || return 0
  WATCHED=released
  case $(mark_of "$WATCH/outcome") in released,*) return 0 ;; esac
  WATCHED=stopped
  loop=$(mark_of "$WATCH/loop")
  case $loop in "$BOOT",*) loop=${loop#*,}; ! alive "${loop%,*}" "${loop#*,}" || WATCHED=armed ;; esac
}

tell_watch() { # WORD [FIELD]
  watched
  uptime_now
  renewed=$(mark_of "$WATCH/renewed" -) age=- outcome=$(mark_of "$WATCH/outcome" -)
  case $renewed in "$BOOT",*) age=$((UP - ${renewed#*,})) ;; esac
  say "$1 watch=$WATCHED${2:+ $2} limit=$(mark_of "$WATCH/limit" -) age=$age outcome=${outcome%,*} at=${outcome#*,} fence=$(mark_of "$ROOT/fence" 0)" \
    "verdict=$(mark_of "$WATCH/why" -)"
}

# The same once more is a renewal; another plan or limit replaces what was armed.
arm() { # ID EPOCH INSTALLATION SECONDS SHA LENGTH
  number "$4" seconds
  [ "$4" -gt 0 ] || refuse bad-input seconds
  receive "$5" "$6"
  lock
  admit "$2" "$3"
  watched
  if [ "$WATCHED" = armed ] && [ "$(mark_of "$WATCH/digest")" = "$5" ] && [ "$(mark_of "$WATCH/limit")" = "$4" ]; then
    renewal || refuse disk-full renewed
  else
    end_loop
    stage_watch "$4" "$5" "$3" || refuse disk-full "$WATCH"
    durable "$WATCH" "$ROOT/watch" "$ROOT"
    begin_loop
  fi
  unlock
  tell_watch ok
}

stage_watch() { # SECONDS SHA INSTALLATION
  runner=${SELF##*/runner-}
  mkdir -p "$WATCH" && rm -f "$WATCH/outcome" "$WATCH/why" && mv -f "$upload" "$WATCH/plan" && renewal && replace_mark "$3" "$WATCH/installation" &&
    replace_mark "$1" "$WATCH/limit" && replace_mark "${runner%.sh}" "$WATCH/runner" && replace_mark "$2" "$WATCH/digest" && rm -f "$WATCH/disarmed"
} 2>/dev/null

# Somebody of Fleet was here. Nothing is armed by it; the loop of what is armed begins again where it is gone. The fence stays where it is.
renew() { # ID EPOCH INSTALLATION
  lock
  entitled "$2" "$3"
  watched
  again=
  case $WATCHED in armed | stopped)
    renewal || refuse disk-full renewed
    [ "$WATCHED" = armed ] || { begin_loop; again=revived=1; }
    ;;
  esac
  unlock
  tell_watch ok $again
}

disarm() { # ID EPOCH INSTALLATION
  lock
  admit "$2" "$3"
  watched
  if [ "$WATCHED" != absent ]; then
    end_loop
    [ -h "$WATCH/disarmed" ] || ln -s "$2" "$WATCH/disarmed" || refuse disk-full disarmed
    durable "$WATCH"
  fi
  unlock
  tell_watch ok
}

# Whoever holds the lock keeps the loop from releasing anything: it may be ended.
end_loop() {
  loop=$(mark_of "$WATCH/loop")
  rm -f "$WATCH/loop"
  case $loop in "$BOOT",*) loop=${loop#*,}; ! alive "${loop%,*}" "${loop#*,}" || kill "${loop%,*}" 2>/dev/null ;; esac
}

# The loop inherits the lock and lets go of it once it has its mark: there is one at most.
begin_loop() {
  setsid sh "$SELF" "$ROOT" vigil "$ID" </dev/null >/dev/null 2>&1 &
  unlock
  lock
  watched
  [ "$WATCHED" = armed ] || refuse not-started
}

vigil() { # ID: holds the zone's lock (9), inherited
  cd / || exit 1
  started_at $$
  boot_id
  me=$BOOT,$$,$AT
  replace_mark "$me" "$WATCH/loop" || exit 1
  exec 9>&-
  leave_session
  unset SSH_AUTH_SOCK SSH_CLIENT SSH_CONNECTION SSH_TTY SSH_ORIGINAL_COMMAND
  limit=$(mark_of "$WATCH/limit") next=0
  pause=$((limit / 60)) later=$((limit / 8))
  [ $pause -ge 1 ] || pause=1
  [ $pause -le 30 ] || pause=30
  [ $later -le 900 ] || later=900
  while sleep $pause && mine; do
    if over && [ "$UP" -ge $next ]; then
      undo
      uptime_now
      next=$((UP + later))
    fi
  done
}

# Disarmed, replaced or its folder gone: it ends without a word.
mine() { [ "$(mark_of "$WATCH/loop")" = "$me" ] && [ ! -h "$WATCH/disarmed" ]; }

# Has nobody been here for longer than the limit? What cannot be read is no reason.
over() {
  uptime_now
  renewed=$(mark_of "$WATCH/renewed")
  case $renewed in "$BOOT",*) renewed=${renewed#*,} ;; *) return 1 ;; esac
  case $UP,$renewed in ,* | *, | *[!0-9,]*) return 1 ;; esac
  [ $((UP - renewed)) -gt "$limit" ]
}

# Looked at twice: without the lock, for nodes that do not answer take their time, and under it, where nobody comes in between.
undo() {
  why=$(in_the_way) || { became kept "$why"; return; }
  exec 9>>"$ROOT/lock"
  if flock -w 20 9 && mine && over; then
    if why=$(in_the_way); then
      became partly "the release was begun, and its end is not known"
      if why=$(sh "$WATCH/plan" release 2>&1 9>&-); then became released "${why:-all of it}"; exit 0; fi
      became partly "$why"
    else
      became kept "$why"
    fi
  fi
  exec 9>&-
}

# in_the_way: says why nothing may be released; 0: nothing stands in the way. Runs in a shell of its own.
in_the_way() {
  installed=
  { read -r installed <"$ROOT/installation"; } 2>/dev/null
  [ "$installed" = "$(mark_of "$WATCH/installation" -)" ] || { echo "the firstbox belongs to another Fleet now"; return 1; }
  for run in "$ROOT"/runs/*; do
    [ -h "$run/claim" ] || continue
    ID=${run##*/} RUN=$run
    if judged "$ID" || { [ -h "$RUN/cancel" ] && [ -n "$(tree)" ]; }; then echo "the execution $ID runs, or what became of it is not known"; return 1; fi
  done
  said=$(sh "$WATCH/plan" look 2>&1 9>&-) && [ -z "$said" ] && return 0
  echo "${said:-the zone could not be looked at}"
  return 1
}

# became WORD WHY: told in marks for Fleet, and once in a log for people. What was begun stays so until it is done.
became() {
  word=$1
  [ "$word" != kept ] || case $(mark_of "$WATCH/outcome") in partly,*) word=partly ;; esac
  told=$(printf %s "$2" | tr -s '[:cntrl:] ' ' ' | head -c 1000)
  old=$(mark_of "$WATCH/outcome")
  [ "${old%,*}" != "$word" ] || [ "$(mark_of "$WATCH/why")" != "$told" ] || return 0
  replace_mark "${told:--}" "$WATCH/why" 2>/dev/null
  replace_mark "$word,$(date +%s)" "$WATCH/outcome"
  printf '%s %s: %s\n' "$(date -u '+%Y-%m-%d %H:%M:%SZ')" "$word" "$told" >>"$WATCH/log"
  durable "$WATCH"
}

# ---------------------------------------------------------------- which verb

[ "$VERB" = supervise ] || [ "$VERB" = keep ] || [ "$VERB" = vigil ] || echo
case $ROOT in /*) ;; *) refuse bad-input root ;; esac
case $VERB in
attach) shift 2; [ $# -eq 4 ] || refuse bad-input arguments; attach "$@"; exit ;;
enter) lock; admit "${3-}" "${4-}"; say entered; return 0 2>/dev/null || exit ;;
status | blocks | runs | follow | start | supervise | keep | answer | cancel | resolve | clean | arm | renew | disarm | watch | vigil) ;;
*) refuse bad-input verb ;;
esac
word "$ID" id
case $VERB in
arm | renew | disarm | watch | vigil) WATCH=$ROOT/watch/$ID ;;
*) RUN=$ROOT/runs/$ID ;;
esac
shift 2
case $VERB,$# in
status,1) report status ;;
blocks,1) blocks ;;
runs,1) runs ;;
follow,2) number "$2" offset; OFFSET=$2; follow ;;
start,8 | supervise,4 | keep,2 | answer,6 | cancel,4 | resolve,4 | clean,3 | arm,6 | renew,3 | disarm,3 | vigil,1) "$VERB" "$@" ;;
watch,1) tell_watch watch ;;
*) refuse bad-input arguments ;;
esac
