. /usr/local/lib/zonelab/lib.sh
lab_begin
lab_point gen_node_list.begin || { printf '%s\n' "$LAB_FAULT"; exit 1; }
shopt -s nullglob
declare -A group=()
for name in all hyper ks vg webservice proxy dns dnsmaster boss seed vbr vgateway bm vdi snapshot pgserver zoocassa; do group[$name]=; done
count=0
for file in /pitrix/conf/settings/*; do
  role='' dns_master='' zone_id=''
  # shellcheck disable=SC1090
  . "$file"
  node=${file##*/}
  group[all]+=" $node"
  count=$((count + 1))
  for name in $role; do
    group[$name]+=" $node"
    if [ "$name" = dns ] && [ "$dns_master" = 1 ]; then group[dnsmaster]+=" $node"; fi
    if [ "$name" = webservice ] && [ "$(cat /pitrix/conf/variables/is_region 2>/dev/null)" = 1 ]; then group[$zone_id-webservice]+=" $node"; fi
  done
done
rm -f /pitrix/conf/nodes/*-webservice
for name in "${!group[@]}"; do
  list=
  for node in ${group[$name]}; do list+=" \"$node\""; done
  echo "nodes=(${list# })" >"/pitrix/conf/nodes/$name"
done
lab_journal nodes "$count:${group[all]}"
echo "Generated the list of [$count] nodes."
