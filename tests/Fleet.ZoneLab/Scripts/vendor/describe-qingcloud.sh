. /usr/local/lib/zonelab/lib.sh
state=running
[ ! -e "$LAB/qingcloud-status" ] || read -r state <"$LAB/qingcloud-status"
printf '{\n  "name": "qingcloud",\n  "status": "%s"\n}\n' "$state"
