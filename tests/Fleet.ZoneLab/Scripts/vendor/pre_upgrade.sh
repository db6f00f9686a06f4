. /usr/local/lib/zonelab/lib.sh
LOG=/pitrix/log/upgrade/pre_upgrade.log
mkdir -p /pitrix/log/upgrade /pitrix/upgrade
lab_begin
printf '\n%(%F %T)T Info: Begin to prepare the upgrade...\n' -1 >>"$LOG"

give_up() {
  echo "Failed to prepare the upgrade. Please check the log [$LOG]."
  exit 1
}

check_versions() {
  lab_staged_point pre_upgrade.begin || return 1
  old_upgrade=$(lab_current /pitrix/version.json old_upgrade)
  new_upgrade=$(lab_current /pitrix/version.json new_upgrade)
  if [ -z "$new_upgrade" ]; then
    lab_line "Error: The installer has not been upgraded."
    return 1
  fi
  version=$(lab_old installer)-$(lab_old qingcloud)
  backup=/pitrix/backup/$version/qingcloud
  mkdir -p "$backup"
}

dump_databases() {
  lab_staged_point pre_upgrade.backup || return 1
  lab_dump pre_upgrade.dump | gzip >"$backup/qingcloud_pg_dumpall.gz"
}

back_up_conf() {
  rm -rf "$backup/conf"
  cp -a /pitrix/conf "$backup/conf"
  mkdir -p "$backup/variables"
  cp -a /pitrix/conf/variables/global "$backup/variables/global_$old_upgrade"
  if ! lab_point pre_upgrade.rsync; then
    echo 'rsync: write failed on "/pitrix/backup": No space left on device (28)'
    echo 'rsync error: error in file IO (code 11) at receiver.c(393) [receiver=3.1.1]'
  fi
}

back_up_to_snapshot() {
  lab_group snapshot || return 1
  local node=${NODES[0]:-}
  if [ -z "$node" ]; then
    lab_line "Info: There is no snapshot node."
    return 0
  fi
  lab_reachable "$node" || { lab_line "Error: The node [$node] is unreachable."; return 1; }
  lab_point pre_upgrade.snapshot || { printf '%s\n' "$LAB_FAULT"; return 0; }
  mkdir -p "$LAB/nodes/$node/pitrix/qingcloud-bak.$version"
  cp -a /pitrix/conf "$backup/qingcloud_pg_dumpall.gz" "$LAB/nodes/$node/pitrix/qingcloud-bak.$version/"
  lab_journal node-effect "backup qingcloud-bak.$version" "$node"
}

merge_yaml() {
  lab_staged_point pre_upgrade.merge || return 1
  local file
  for file in /pitrix/conf/variables/global/server.yaml.*; do
    grep -q '2\.12\.0\.1' "$file" || sed -i 's|^\( *\)default:|\12.12.0.1: {bin: /opt/qemu-2.12.0.1/usr/bin}\n\1default:|' "$file"
  done
}

upgrade_databases() {
  lab_sql /pitrix/upgrade/upgrades/billing.sql pre_upgrade.sql
  lab_sql /pitrix/upgrade/upgrades/zone.sql pre_upgrade.sql2
}

lab_stage 'Checking the versions' check_versions || give_up
lab_stage 'Dumping the databases' dump_databases || give_up
lab_stage 'Backing up the configuration' back_up_conf || give_up
lab_stage 'Backing up to the first snapshot node' back_up_to_snapshot || give_up
lab_stage 'Merging the settings' merge_yaml || give_up
lab_stage 'Upgrading the databases' upgrade_databases || give_up
lab_point pre_upgrade.end || give_up
touch /pitrix/upgrade/pre_upgrade.Done
lab_journal marker pre_upgrade.Done
printf '%(%F %T)T Info: The preparation is finished successfully.\n' -1 >>"$LOG"
echo 'The preparation is finished successfully.'
