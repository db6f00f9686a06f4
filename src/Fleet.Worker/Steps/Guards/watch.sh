# The dead-man's rule of a guard, run by the remote runner on the firstbox: sh plan look | sh plan release.
# What it says stands in the way, or is left; where it says nothing and ends in 0, nothing does, or all of it is released. What cannot be read stands in the way.
# Above stand: version_file, pre_upgrade_marker, packages_marker, nodes, group_file, group_text, and the calls ask_nodes and release_nodes.
set -u
umask 022
LC_ALL=C; export LC_ALL
PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin; export PATH
stands=

stand() { stands=$stands${stands:+; }$1; }

markers() {
  for marker in "$pre_upgrade_marker" "$packages_marker"; do
    [ ! -e "$marker" ] || stand "${marker##*/} is there"
  done
}

version() {
  text=$(tr -d '[:space:]' <"$version_file" 2>/dev/null)
  case $text in
  *'"installer":'*'}')
    case $(printf %s "$text" | sed 's/"new_upgrade":null//g') in *'"new_upgrade":'*) stand "new_upgrade stands in ${version_file##*/}" ;; esac
    ;;
  *) stand "${version_file##*/} cannot be read" ;;
  esac
}

# A vendor's script or a package tool as the thing that runs, whoever started it; an editor on one of these files is none.
work() {
  list=$(ps -eww -o pid= -o args= 2>/dev/null) && [ -n "$list" ] || { stand "the processes cannot be read"; return; }
  found=$(printf '%s\n' "$list" | awk '
    function base(word) { sub(/^.*\//, "", word); return word }
    function is_interpreter(word) { return base(word) ~ /^(sh|bash|dash|ksh|sudo|nohup|setsid|env|nice|ionice|time|timeout|script|python[0-9.]*)$/ || word ~ /^[A-Z_]+=/ }
    {
      at = 2
      while (at <= NF && (is_interpreter($at) || (at > 2 && $at ~ /^-/ && $at !~ /^-c/))) at++
      if (at > NF) next
      if ($at ~ /(^|\/)(pre_upgrade|post_upgrade|upgrade_pkgs|update_nodes|update|exec_nodes|_exec_node|_update_node|scan_all)\.sh$/ ||
        $at ~ /\/bootstrap\/(upgrade|bootstrap)\.sh$/ || $at ~ /(^|\.\/)upgrade\.sh$/ || $at ~ /\/pitrix\/bin\/gen_node_list\.(py|sh)$/ ||
        base($at) ~ /^(apt|apt-get|aptitude|dpkg|dpkg-deb|unattended-upgrades?|do-release-upgrade)$/) { print $at " (" $1 ")"; exit }
    }')
  [ -z "$found" ] || stand "$found is at work"
}

# each CALL KEY WANTED TROUBLE: stands for each node of which no whole answer came, or another value. A node may answer with its full host name.
each() {
  printf '%s\n' "$group_text" >"$group_file" || { stand "the list of nodes cannot be written"; return; }
  answers=$("$1" 2>&1)
  rm -f "$group_file"
  found=$(printf '%s\n' "$answers" | awk -v nodes="$nodes" -v key="$2=" -v wanted="$3" -v trouble="$4" '
    function short(name) { sub(/\..*$/, "", name); return name }
    BEGIN {
      count = split(nodes, node, " ")
      for (i = 1; i <= count; i++) { name = tolower(node[i]); full[name] = node[i]; alike[short(name)]++; only[short(name)] = node[i] }
    }
    match($0, /fleet-node:[A-Za-z0-9._-]+:(begin|end|out)/) {
      line = substr($0, RSTART + 11)
      at = index(line, ":")
      host = tolower(substr(line, 1, at - 1))
      line = substr(line, at + 1)
      gsub(/\r/, "", line)
      if (host in full) who = full[host]
      else if ((short(host) in alike) && alike[short(host)] == 1) who = only[short(host)]
      else next
      if (line == "end") ended[who] = 1
      else if (substr(line, 1, 4) == "out:" && index(substr(line, 5), key) == 1) { value[who] = substr(line, 5 + length(key)); gsub(/^ +| +$/, "", value[who]) }
    }
    END {
      for (i = 1; i <= count; i++) {
        if (!(node[i] in ended)) said = said (said ? "; " : "") node[i] " gives no whole answer"
        else if (!(node[i] in value) || value[node[i]] != wanted) said = said (said ? "; " : "") node[i] ": " trouble
      }
      if (count == 0) said = "no nodes"
      print said
    }') || found="the answers of the nodes cannot be read"
  [ -z "$found" ] || stand "$found"
}

case ${1-} in
look)
  markers
  version
  work
  [ -n "$stands" ] || each ask_nodes dpkg ok "its packages are not installed whole"
  ;;
release) each release_nodes flag absent "the flag is still there" ;;
*) stand "neither look nor release" ;;
esac
[ -z "$stands" ] || { printf '%s\n' "$stands"; exit 1; }
