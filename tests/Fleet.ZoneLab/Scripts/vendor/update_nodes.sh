. /usr/local/lib/zonelab/lib.sh
. /usr/local/lib/zonelab/components.sh
mkdir -p "$NODE_LOGS"
lab_begin
force=
if [ "${1:-}" = -f ]; then force=1; shift; fi
if ! lab_group "${1:-}"; then
  echo "Error: The nodes [$UNKNOWN] are unknown!"
  exit 1
fi
echo "Nodes: [${NODES[*]}]"
[ -n "$force" ] || lab_confirm 'Are you sure to update the packages on the above nodes' || exit 1
lab_point "update_nodes.$2" || { printf '%s\n' "$LAB_FAULT"; exit 1; }
update_component "$1" "$2"
