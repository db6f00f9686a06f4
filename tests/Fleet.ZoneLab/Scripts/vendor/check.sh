. /usr/local/lib/zonelab/lib.sh
lab_begin
verbose=
for word in "$@"; do [ "$word" != -v ] || verbose=1; done
lab_point check.begin || { printf '%s\n' "$LAB_FAULT"; exit 1; }
mkdir -p /pitrix/check
lab_group all
result=/pitrix/check/formatted_result
upgraded=
[ ! -e "$LAB/packages-upgraded" ] || upgraded=1
normal=0 bad=0
{
  for node in "${NODES[@]}"; do
    if ! lab_reachable "$node"; then
      echo "[$node] connection: Unknown"
      continue
    fi
    echo "[$node] disk usage: Normal"
    echo "[$node] ntp: ok"
    echo "[$node] services: Normal"
    case $node in *hyper*) echo "[$node] kvm module: ok"; echo "[$node] huge pages: Ignored" ;; esac
  done
  # $LAB/check: when (always, before or after the packages were upgraded), then the item's line.
  while read -r when line; do
    case $when in
      always) echo "$line" ;;
      before) [ -n "$upgraded" ] || echo "$line" ;;
      after) [ -z "$upgraded" ] || echo "$line" ;;
    esac
  done <"$LAB/check"
} >"$result"
echo 'Checking the nodes [all] ...'
while IFS= read -r line; do
  case $line in
    *': Normal' | *': ok' | *': Ignored') normal=$((normal + 1)); [ -z "$verbose" ] || echo "$line" ;;
    *) bad=$((bad + 1)); echo "$line" ;;
  esac
done <"$result"
echo "Checked $((normal + bad)) items, $bad of them are abnormal. Details: [$result]."
exit 0
