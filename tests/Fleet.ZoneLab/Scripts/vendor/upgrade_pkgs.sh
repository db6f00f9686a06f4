. /usr/local/lib/zonelab/lib.sh
. /usr/local/lib/zonelab/components.sh
mkdir -p "$NODE_LOGS"
ALL=$NODE_LOGS/update_nodes_allinone.log
lab_begin
interactive=
if [ "${1:-}" = -i ]; then interactive=1; fi
if [ ! -e /pitrix/upgrade/pre_upgrade.Done ]; then
  echo 'The [pre_upgrade.sh] has not been executed successfully. Please check!'
  exit 1
fi
lab_point upgrade_pkgs.begin || { printf '%s\n' "$LAB_FAULT"; exit 1; }
printf '\n%(%F %T)T Info: Begin to update all nodes...\n' -1 >>"$ALL"

failed() { # what
  lab_line "Error: $1" >>"$ALL"
  if [ -z "$interactive" ]; then
    echo 'Failed to update the nodes. Fix them, or run it with [-i] please.'
    exit 1
  fi
  if lab_confirm 'Do you want to ignore the failed nodes and fix them manually later'; then
    lab_journal ignored "$1"
    return 0
  fi
  exit 1
}

test_nodes() {
  local node bad=()
  lab_group all
  for node in "${NODES[@]}"; do
    printf '  Testing [%s] ... ' "$node"
    if lab_reachable "$node" && lab_point "upgrade_pkgs.test.$node"; then
      echo 'OK.'
    else
      echo 'Error!'
      bad+=("$node")
      printf '\n%(%F %T)T Error: [%s] is not ready.\n' -1 "$node" >>"$NODE_LOGS/update_$node.log"
    fi
  done
  [ ${#bad[@]} -eq 0 ] || { FAILED=("${bad[@]}"); return 1; }
}

component() { # group package-set
  local group=$1 set=$2
  lab_group "$group" || return 0
  # An empty group is passed over in silence.
  [ ${#NODES[@]} -gt 0 ] || { lab_journal component "$group/$set empty"; return 0; }
  if [ -n "$interactive" ] && ! lab_confirm "Are you sure to update [$group] nodes with [$set] packages"; then
    lab_journal component "$group/$set skipped"
    return 0
  fi
  lab_unguarded
  lab_group "$group"
  lab_journal component "$group/$set begin"
  lab_point "upgrade_pkgs.component.$group.$set" || printf '%s\n' "$LAB_FAULT"
  if update_component "$group" "$set"; then
    lab_line "[$group] [$set] OK" >>"$ALL"
  else
    failed "[$group] [$set]: ${FAILED[*]}"
  fi
}

value() { # variable zone-id
  local file=/pitrix/conf/variables/variables.yaml text
  if [ ! -e "$file" ]; then
    text=$(<"/pitrix/conf/variables/$1.$2")
  elif grep -q "^$2:" "$file"; then
    text=$(sed -n "/^$2:/,/^[^ #]/p" "$file" | sed -n "s/^ *$1://p")
  else
    text=$(sed -n "s/^ *$1 *://p" "$file")
  fi
  text=${text%%#*}
  printf '%s' "${text//[\"\' ]/}"
}

webservice() { # group zone-id
  local kind=zone
  [ "$(value is_global_zone "$2")" != 1 ] || kind=global
  component "$1" "$kind-website"
  component "$1" "$kind-webservice"
}

if [ -z "$interactive" ] || lab_confirm 'Are you sure to test [all] nodes whether are ready for updating packages'; then
  test_nodes || failed "the nodes are not ready: ${FAILED[*]}"
fi
component all common
if [ "$(</pitrix/conf/variables/is_region)" = 1 ]; then
  for id in $(</pitrix/conf/variables/zone_ids); do webservice "$id-webservice" "$id"; done
else
  webservice webservice "$(head -n 1 /pitrix/conf/variables/zone_ids)"
fi
component proxy proxy
lab_group dnsmaster && masters=("${NODES[@]}")
for master in "${masters[@]}"; do component "$master" dns; done
for name in bm vdi boss seed vbr vgateway hyper; do component "$name" "$name"; done
component hyper pitrix-boss-daemon
lab_point upgrade_pkgs.end || { printf '%s\n' "$LAB_FAULT"; exit 1; }
touch /pitrix/upgrade/upgrade_pkgs.Done "$LAB/packages-upgraded"
lab_journal marker upgrade_pkgs.Done
lab_line "Info: All nodes and packages are updated successfully." >>"$ALL"
echo 'All nodes and packages are updated successfully.'
