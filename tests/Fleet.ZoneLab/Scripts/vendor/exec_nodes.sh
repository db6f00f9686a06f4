. /usr/local/lib/zonelab/lib.sh
lab_begin
force=
if [ "$1" = -f ]; then force=1; shift; fi
if [ $# != 2 ]; then
  echo 'Usage: exec_nodes.sh [-f] <nodes> <cmd>'
  exit 1
fi
if ! lab_group "$1"; then
  echo "Error: The nodes [$UNKNOWN] are unknown!"
  exit 1
fi
mkdir -p /pitrix/log/exec_nodes
echo "Nodes: [${NODES[*]}]"
[ -n "$force" ] || lab_confirm 'Are you sure to exec the command on the above nodes' || exit 1
lab_point exec_nodes.begin || { printf '%s\n' "$LAB_FAULT"; exit 1; }

work=$(mktemp -d)
# One line a node, «node#command»: so a # in the command cuts it off, runs of spaces collapse and a bare * means the firstbox's files.
for node in "${NODES[@]}"; do
  # shellcheck disable=SC2086,SC2116
  echo $(echo "$node#")$2
done | shuf >"$work/list"

on_node() { # node command
  local node=$1 cmd=$2 code
  if ! lab_reachable "$node"; then
    echo "Error: The node [$node] is unreachable!"
    touch "$work/unreachable"
    lab_journal node-effect "unreachable $cmd" "$node"
    return
  fi
  lab_wait "exec_nodes.node.$node"
  lab_gate "exec_nodes.node.$node"
  {
    echo "Execing [$node] with [$cmd] ..."
    lab_in_node "$node" "$cmd" 2>&1
    code=$?
    lab_journal node-effect "exit=$code $cmd" "$node"
  } | tee -a "/pitrix/log/exec_nodes/exec_$node.log"
}

running=0
while IFS='#' read -r node cmd _; do
  if [ $running -ge 10 ]; then wait -n; running=$((running - 1)); fi
  { on_node "$node" "$cmd" >"$work/out.$node" 2>&1; flock "$work/list" cat "$work/out.$node"; } &
  running=$((running + 1))
done <"$work/list"
wait
code=0
[ ! -e "$work/unreachable" ] || code=1
rm -rf "$work"
exit $code
