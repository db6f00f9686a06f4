# Makes the passwords and tokens of one installation, once: who finds them made takes them. A folder gets its name when it is whole.
set -eu
umask 022
cd /secrets
[ ! -d made ] || exit 0
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
new=new.$$.$(cat /proc/sys/kernel/random/uuid)
mkdir -p "$new/server" "$new/worker" "$new/postgresql" "$new/rabbitmq" "$new/operator"
bus=$(random) store=$(random) worker=$(random)
printf %s "amqp://fleet:$bus@rabbitmq:5672" >"$new/server/Fleet__Bus__Uri"
cp "$new/server/Fleet__Bus__Uri" "$new/worker/Fleet__Bus__Uri"
head -c 32 /dev/urandom | base64 >"$new/server/bus.key"
cp "$new/server/bus.key" "$new/worker/bus.key"
od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n' >"$new/server/transcript.key"
cp "$new/server/transcript.key" "$new/worker/transcript.key"
printf %s "Host=postgresql;Database=fleet;Username=fleet;Password=$store" >"$new/server/Fleet__Store__ConnectionString"
random >"$new/operator/token"
cp "$new/operator/token" "$new/server/Fleet__Access__Token"
printf %s "$worker" >"$new/server/Fleet__Access__WorkerToken"
printf %s "$worker" >"$new/worker/worker-token"
printf %s "$store" >"$new/postgresql/password"
printf 'default_user = fleet\ndefault_pass = %s\nvm_memory_high_watermark.absolute = 400MB\ndisk_free_limit.absolute = 500MB\n' "$bus" >"$new/rabbitmq/20-fleet.conf"
# Two at once: the second's rename is refused.
mv -T "$new" made || rm -rf "$new"
