. /usr/local/lib/zonelab/lib.sh
LOG=/pitrix/log/upgrade/post_upgrade.log
mkdir -p /pitrix/log/upgrade
lab_begin
if [ ! -e /pitrix/upgrade/upgrade_pkgs.Done ]; then
  echo 'The [upgrade_pkgs.sh] has not been executed successfully. Please check!'
  exit 1
fi
printf '\n%(%F %T)T Info: Begin to finish the upgrade...\n' -1 >>"$LOG"

give_up() {
  echo "Failed to finish the upgrade. Please check the log [$LOG]."
  exit 1
}

upgrade_databases() {
  lab_staged_point post_upgrade.begin || return 1
  lab_sql /pitrix/upgrade/upgrades/post.sql post_upgrade.sql
}

restart_daemons() { lab_staged_point post_upgrade.restart; }

write_versions() {
  local installer patch qingcloud upgrade
  installer=$(lab_current /pitrix/version.json installer)
  patch=$(lab_current /pitrix/version.json patch)
  qingcloud=$(lab_current /pitrix/version.json qingcloud)
  upgrade=$(lab_current /pitrix/version.json new_upgrade)
  [ -n "$upgrade" ] || { lab_line "Error: There is no new upgrade."; return 1; }
  OLD_ENTRIES=$(lab_old_entries) lab_write_versions "installer=$installer" "patch=$patch" "upgrade=$upgrade" "qingcloud=$qingcloud"
  lab_journal versions "upgrade=$upgrade"
  lab_staged_point post_upgrade.versions-written
}

remove_markers() { rm -f /pitrix/upgrade/pre_upgrade.Done /pitrix/upgrade/upgrade_pkgs.Done; }

lab_stage 'Upgrading the databases' upgrade_databases || give_up
lab_stage 'Restarting the daemons' restart_daemons || give_up
lab_stage 'Updating the version' write_versions || give_up
lab_stage 'Cleaning up' remove_markers || give_up
shopt -s nullglob
readmes=(/pitrix/upgrade/upgrades/*/README*)
if [ ${#readmes[@]} -gt 0 ] || [ -e /pitrix/upgrade/upgrades/manual-operations ]; then
  echo 'There are some manual steps to handle:'
  for file in "${readmes[@]}"; do echo "  $file"; done
fi
lab_point post_upgrade.end || give_up
printf '%(%F %T)T Info: The upgrade is finished successfully.\n' -1 >>"$LOG"
echo 'The upgrade is finished successfully.'
