import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "vite";
import { createConsoleConfig } from "../packages/console/vite/config.ts";

/**
 * `npm run build:console`: builds the web console into `packages/console/built`, which is committed. The same sources and packages give the same
 * bytes (test/console/built.test.ts). `--out=FOLDER` builds elsewhere. `--kit` adds the page of components, with the checks of React's development
 * build.
 */
const { values } = parseArgs({ options: { out: { type: "string" }, kit: { type: "boolean", default: false } } });

// Vite takes the environment of the caller otherwise, such as that of a test.
process.env.NODE_ENV = values.kit ? "development" : "production";

const outDir = values.out ?? join(import.meta.dirname, "..", "packages", "console", "built");
await build(createConsoleConfig({ hasKitPage: values.kit, outDir }));
