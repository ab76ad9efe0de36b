import { createConsoleConfig } from "./vite/config.ts";

/** `npm run kit`: the console with the page of components, for development. `npm run build:console` builds the release. */
export default { ...createConsoleConfig({ hasKitPage: true, outDir: "../../.data/kit" }), base: "/", configFile: undefined };
