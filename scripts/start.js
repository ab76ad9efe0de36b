import module from "node:module";

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 24) {
  console.error(
    `This is Node ${process.versions.node}: run "npm ci" without --ignore-scripts, which installs Node 24 for "npm start", or install Node 24.`,
  );
  process.exit(1);
}
const { CRM_DATA: data = ".data", DYNAMODB_ENDPOINT: endpoint } = process.env;
const state = data === "memory" ? "in memory, gone when it stops" : `in ${data}`;
console.log(`Starting the CRM: state ${state}${endpoint ? `, table at ${endpoint}` : ""} …`);
if (process.env.npm_lifecycle_event === "start") stopWithParent();
module.enableCompileCache();
const { main } = await import("@crm/local/main.ts");
await main();

/** Some shells in which npm runs this (dash) do not pass SIGTERM on, so the server stops once the shell has ended. */
function stopWithParent() {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.kill(process.pid, "SIGTERM"), 500).unref();
}
