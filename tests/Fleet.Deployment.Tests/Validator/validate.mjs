// Reads manifests from standard input and prints a line for each thing that is wrong with one: KIND/NAME PATH what.
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";

const packages = { "keda.sh": "@kubernetes-models/keda", "monitoring.coreos.com": "@kubernetes-models/prometheus-operator" };
let checked = 0;
for (const document of parseAllDocuments(readFileSync(0, "utf8"))) {
  const manifest = document.toJS();
  if (!manifest) continue;
  const title = `${manifest.kind}/${manifest.metadata?.name}`;
  const Model = await modelOf(manifest);
  if (!Model) {
    console.log(`passed over: ${title} ${manifest.apiVersion}`);
    continue;
  }
  try {
    new Model(manifest).validate();
    checked++;
  } catch (error) {
    for (const one of error.errors ?? [error]) console.log(`${title} ${one.instancePath ?? ""} ${one.message} ${JSON.stringify(one.params ?? {})}`);
  }
}
console.log(`checked: ${checked}`);

async function modelOf({ apiVersion, kind }) {
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const from = group === "" ? `kubernetes-models/${version}/${kind}` : packages[group] ? `${packages[group]}/${group}/${version}/${kind}` : `kubernetes-models/${group}/${version}/${kind}`;
  try {
    return (await import(from))[kind];
  } catch (error) {
    if (error.code === "ERR_MODULE_NOT_FOUND" || error.code === "ERR_PACKAGE_PATH_NOT_EXPORTED") return null;
    throw error;
  }
}
