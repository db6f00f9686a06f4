. /usr/local/lib/zonelab/lib.sh
lab_begin
lab_point scan_all.begin || { printf '%s\n' "$LAB_FAULT"; exit 1; }
for folder in /pitrix/repo/*/; do
  printf 'Scanning [%s] ... %d packages.\n' "$folder" "$(find "$folder" -name '*.deb' | wc -l)"
done | tee -a /pitrix/log/scan_all.log
