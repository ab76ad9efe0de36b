import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The packages of the stacks (SST, CDK) have as many megabytes as all others together, so `npm ci` leaves them out. They have a manifest and a lock
 * of their own in `stacks`. `npm run stacks:install` installs them there and links them into `node_modules`, where tests and `sst.config.ts` find them.
 */
const ROOT = join(import.meta.dirname, "..");
export const STACKS_FOLDER = join(ROOT, "stacks");
export const MODULES_FOLDER = join(ROOT, "node_modules");

export const listStackPackages = (): string[] => {
  const manifest = JSON.parse(readFileSync(join(STACKS_FOLDER, "package.json"), "utf8")) as { dependencies: object };
  return Object.keys(manifest.dependencies);
};

/** Returns whether the stacks can be tested and deployed. */
export const hasStackPackages = (): boolean => listStackPackages().every((name) => existsSync(join(MODULES_FOLDER, name)));
