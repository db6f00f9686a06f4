. /usr/local/lib/zonelab/lib.sh
LOG=/root/upgrade.log
package=$(cd "${0%/*}/.." && pwd)
lab_begin
printf '\n%(%F %T)T Info: Begin to upgrade platform...\n' -1 >>"$LOG"

give_up() {
  echo "Failed to upgrade the installer. Please check the log [$LOG]."
  exit 1
}

check_os() {
  lab_staged_point bootstrap.begin || return 1
  local release
  release=$(sed -n 's/^DISTRIB_RELEASE=//p' /etc/lsb-release)
  case $release in
    14.04 | 16.04) ;;
    *) lab_line "Error: The OS of the firstbox [$release] is not supported."; return 1 ;;
  esac
}

check_running() {
  /pitrix/cli/describe-qingcloud.py | grep -q '"status": "running"' || { lab_line "Error: QingCloud is not running."; return 1; }
}

check_versions() {
  new_installer=$(lab_current "$package/version.json" installer)
  new_qingcloud=$(lab_current "$package/version.json" qingcloud)
  new_upgrade=$(lab_current "$package/version.json" upgrade)
  new_patch=$(lab_current "$package/version.json" patch)
  if [ ! -e /pitrix/version.json ]; then
    lab_line "Error: /pitrix/version.json does not exist."
    return 1
  fi
  old_installer=$(lab_current /pitrix/version.json installer)
  old_qingcloud=$(lab_current /pitrix/version.json qingcloud)
  old_patch=$(lab_current /pitrix/version.json patch)
  old_upgrade=$(lab_current /pitrix/version.json upgrade)
  old_upgrade=${old_upgrade:-$(lab_current /pitrix/version.json old_upgrade)}
  if ! lab_newer "$new_installer" "$old_installer"; then
    lab_line "Error: The new installer version [$new_installer] is less than or equal to the current version [$old_installer]."
    return 1
  fi
  if ! lab_newer "$new_qingcloud" "$old_qingcloud"; then
    lab_line "Error: The new qingcloud version [$new_qingcloud] is less than or equal to the current version [$old_qingcloud]."
    return 1
  fi
}

back_up_installer() {
  lab_staged_point bootstrap.backup || return 1
  backup=/pitrix/backup/$old_installer-$old_qingcloud
  mkdir -p "$backup/installer" "$backup/qingcloud"
  local part
  for part in bin check cli conf upgrade; do cp -a "/pitrix/$part" "$backup/installer/"; done
  cp -a /pitrix/version.json "$backup/installer/"
  lab_dump bootstrap.dump | gzip >"$backup/installer/installer_pg_dumpall.gz"
}

back_up_repo() {
  cp -a /pitrix/repo/. "$backup/qingcloud/pitrix-repo" && cp -a /pitrix/os-repo/. "$backup/qingcloud/os-repo"
}

write_versions() {
  local entry entries
  entry="{\"installer\": \"$old_installer\", \"patch\": \"$old_patch\", \"upgrade\": \"$old_upgrade\", \"qingcloud\": \"$old_qingcloud\"}"
  entries=$(lab_old_entries)
  OLD_ENTRIES=$entry${entries:+, $entries} lab_write_versions "installer=$new_installer" "patch=$new_patch" \
    "old_upgrade=$old_upgrade" "new_upgrade=$new_upgrade" "qingcloud=$new_qingcloud"
  lab_journal versions "$new_installer-$new_qingcloud"
  lab_staged_point bootstrap.versions-written
}

scan_repo() {
  local folder file name
  for folder in "$package"/repo/*/; do
    folder=${folder%/}
    mkdir -p "/pitrix/repo/${folder##*/}"
    for file in "$folder"/*.deb; do
      [ -e "$file" ] || continue
      name=${file##*/}
      # A newer build takes the place of the older one.
      case $name in qemu* | libvirt*) ;; *) rm -f "/pitrix/repo/${folder##*/}/${name%%_*}"_*.deb ;; esac
      cp "$file" "/pitrix/repo/${folder##*/}/"
    done
  done
  lab_staged_point bootstrap.scan
}

install_packages() {
  local name
  for name in pitrix-installer-bootstrap pitrix-installer-cli pitrix-installer-upgrade; do
    if ! lab_point "bootstrap.install.$name"; then
      lab_installed "$new_installer" "$name" 'install ok half-configured'
      printf '%s\n' "dpkg: error processing package $name (--configure):" "${LAB_FAULT:- subprocess installed post-installation script returned error exit status 1}"
      return 1
    fi
    lab_installed "$new_installer" "$name"
  done
  lab_staged_point bootstrap.install || return 1
  # From 4.3.0 on: one file of variables, and the node list is made by a .py.
  if ! lab_newer 4.3.0 "$new_installer"; then
    printf '#!/bin/bash\n. /usr/local/lib/zonelab/gen_node_list.sh\n' >/pitrix/bin/gen_node_list.py
    chmod 755 /pitrix/bin/gen_node_list.py
    rm -f /pitrix/bin/gen_node_list.sh
    [ -e /pitrix/conf/variables/variables.yaml ] || merge_variables
  fi
  [ ! -d "$package/upgrades" ] || { mkdir -p /pitrix/upgrade/upgrades && cp -a "$package/upgrades/." /pitrix/upgrade/upgrades/; }
  [ ! -d "$LAB/upgrades" ] || { mkdir -p /pitrix/upgrade/upgrades && cp -a "$LAB/upgrades/." /pitrix/upgrade/upgrades/; }
}

merge_variables() {
  local file name ids id
  ids=$(ls /pitrix/conf/variables/ | sed -n 's/^cloud_type\.//p')
  {
    echo '# Variables of the platform; made by the installer.'
    if [ "$(wc -w <<<"$ids")" = 1 ]; then
      for name in cloud_type is_global_zone is_sub_zone; do
        printf '%s: "%s"\n' "$name" "$(value_of "/pitrix/conf/variables/$name.$ids")"
      done
    else
      for id in $ids; do
        echo "$id:"
        for name in cloud_type is_global_zone is_sub_zone; do
          printf '  %s: "%s"\n' "$name" "$(value_of "/pitrix/conf/variables/$name.$id")"
        done
      done
    fi
  } >/pitrix/conf/variables/variables.yaml
  rm -f /pitrix/conf/variables/{cloud_type,is_global_zone,is_sub_zone}.*
}

value_of() { sed -e 's/#.*//' -e "s/[\"' ]//g" "$1" | head -n 1; }

restart_services() {
  lab_staged_point bootstrap.restart || return 1
  supervisorctl restart all
}

lab_stage 'Checking the OS of the firstbox' check_os || give_up
lab_stage 'Checking the status of QingCloud' check_running || give_up
lab_stage 'Checking the version of the installer' check_versions || give_up
lab_stage 'Backing up the installer' back_up_installer || give_up
lab_stage 'Backing up the repo' back_up_repo || give_up
lab_stage 'Updating the version' write_versions || give_up
lab_stage 'Scanning the repo' scan_repo || give_up
lab_stage 'Installing the packages of the installer' install_packages || give_up
lab_stage 'Restarting the services' restart_services || give_up
lab_point bootstrap.end || give_up
printf '%(%F %T)T Info: The installer is upgraded successfully. Check it please!\n' -1 >>"$LOG"
echo 'The installer is upgraded successfully. Check it please!'
