# Sourced by upgrade_pkgs.sh and update_nodes.sh.
NODE_LOGS=/pitrix/log/update_nodes

# «<name> nodes with <package set>»: fills FAILED.
update_component() { # group package-set
  local group=$1 set=$2 node
  FAILED=()
  lab_group "$group" || { echo "Error: The nodes [$group] are unknown!"; return 1; }
  echo "Updating packages [$set] on nodes [$group] ..."
  for node in "${NODES[@]}"; do
    printf '  Updating [%s] with [%s ~ ] ... ' "$node" "$set"
    printf '\n%(%F %T)T Info: Updating [%s] with [%s ~ ] ...\n' -1 "$node" "$set" >>"$NODE_LOGS/update_$node.log"
    if update_node "$node" "$set" >>"$NODE_LOGS/update_$node.log" 2>&1; then
      echo 'OK.'
      lab_line "[$node] [$set] OK" >>"$NODE_LOGS/update_nodes.log"
    else
      echo 'Error!'
      lab_line "[$node] [$set] Error" >>"$NODE_LOGS/update_nodes.log"
      FAILED+=("$node")
    fi
  done
  if [ ${#FAILED[@]} -gt 0 ]; then
    lab_journal component "$group/$set failed: ${FAILED[*]}"
    echo "Error: Failed to update the nodes [${FAILED[*]}]. Logs: [$NODE_LOGS]."
    return 1
  fi
  lab_journal component "$group/$set ok"
  echo "The packages [$set] on nodes [$group] are updated successfully."
}

update_node() { # node package-set
  if ! lab_reachable "$1"; then
    echo "ssh: connect to host $1 port 22: No route to host"
    lab_journal node-effect "update $2 failed: unreachable" "$1"
    return 1
  fi
  local broken
  if ! lab_point "update.$1.$2" || ! lab_point "update.$2"; then
    printf '%s\n' "${LAB_FAULT:-E: Sub-process /usr/bin/dpkg returned an error code (1)}"
    lab_journal node-effect "update $2 failed" "$1"
    return 1
  fi
  if [ -e "$LAB/nodes/$1/apt" ]; then
    read -r broken <"$LAB/nodes/$1/apt"
    echo "E: Unable to correct problems, you have held broken packages. ($broken)"
    lab_journal node-effect "update $2 failed: apt" "$1"
    return 1
  fi
  echo "Setting up $2 ..."
  lab_journal node-effect "update $2" "$1"
}
