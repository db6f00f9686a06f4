. /usr/local/lib/zonelab/lib.sh
lab_begin
force=()
if [ "${1:-}" = -f ]; then force=(-f); shift; fi
if [ $# != 2 ]; then
  echo 'Usage: update.sh [-f] <nodes> <packages>'
  exit 1
fi
/pitrix/upgrade/update_nodes.sh "${force[@]}" "$1" "$2"
