import { spawnSync } from "node:child_process";
import { rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { listStackPackages, MODULES_FOLDER, STACKS_FOLDER } from "./stack-packages.ts";

/** `npm run stacks:install`: installs the packages of the stacks, for their tests and for deployments. Run it again after each `npm ci`. */
const installArguments = ["ci", "--prefix", STACKS_FOLDER, "--ignore-scripts", "--no-audit", "--no-fund"];
const { status } = spawnSync("npm", installArguments, { stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);
for (const path of [...listStackPackages(), join(".bin", "sst")]) {
  const link = join(MODULES_FOLDER, path);
  rmSync(link, { recursive: true, force: true });
  symlinkSync(relative(dirname(link), join(STACKS_FOLDER, "node_modules", path)), link);
}
console.log("Installed. npm test includes the stacks, and npm run deploy deploys them.");
