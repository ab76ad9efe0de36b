import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { OPTIONAL_FONTS_FOLDER } from "@crm/local/ports/fonts.ts";

/**
 * `npm run fonts:install [-- sc tc jp kr]`: installs the fonts of Chinese (simplified, traditional), Japanese and Korean, which npm ci leaves out.
 * They have 259 MB together, and are outside of node_modules, so that `npm ci` keeps them. `packages/local` names their versions.
 */
const VARIANTS = ["sc", "tc", "jp", "kr"];
const USAGE = "npm run fonts:install [-- sc tc jp kr]";

const requestedVariants = process.argv.slice(2);
const unknownVariants = requestedVariants.filter((variant) => !VARIANTS.includes(variant));
if (unknownVariants.length > 0) {
  console.error(`Unknown font variant ${unknownVariants.join(", ")}: ${USAGE}`);
  process.exit(1);
}
const { peerDependencies } = JSON.parse(readFileSync(new URL("../packages/local/package.json", import.meta.url), "utf8")) as {
  peerDependencies: Record<string, string>;
};
const packages = (requestedVariants.length > 0 ? requestedVariants : VARIANTS).map((variant) => {
  const name = `@expo-google-fonts/noto-sans-${variant}`;
  return `${name}@${peerDependencies[name]}`;
});
mkdirSync(OPTIONAL_FONTS_FOLDER, { recursive: true });
console.log(`Installing ${packages.join(", ")} …`);
const installArguments = [
  "install",
  "--prefix",
  OPTIONAL_FONTS_FOLDER,
  "--no-audit",
  "--no-fund",
  "--ignore-scripts",
  ...packages,
];
const { status } = spawnSync("npm", installArguments, { stdio: "inherit" });
if (status === 0) console.log("Installed. New documents use the fonts; a running server does not need a restart.");
process.exit(status ?? 1);
