import module from "node:module";

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 24) {
  console.error(`This is Node ${process.versions.node}: start with "npm start" after "npm ci", which brings its own Node 24.`);
  process.exit(1);
}
module.enableCompileCache();
const { main } = await import("@crm/local/main.ts");
await main();
