import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import optimizeLocales from "@react-aria/optimize-locales-plugin";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { InlineConfig, Plugin } from "vite";
import { listChunkGroups } from "./chunk-groups.ts";
import { includeGuide } from "./guide-plugin.ts";
import { writeHeaders } from "./header-plugin.ts";
import { compileMessages } from "./message-plugin.ts";

const root = join(import.meta.dirname, "..");

/** The path below which the pages and files of the console are served. */
const CONSOLE_PATH = "/crm/";

/** Browsers since the spring of 2024, the first that all know `light-dark()`. */
const TARGETS = ["chrome123", "firefox120", "safari17.5"];

interface ConsoleBuild {
  /** Whether the build has the page of components. */
  readonly hasKitPage: boolean;
  readonly outDir: string;
}

/** The font comes with its license. The licenses of the packages are in `licenses.md`. */
const copyFontLicense = (): Plugin => ({
  name: "crm:font-license",
  apply: "build",
  generateBundle() {
    const file = createRequire(import.meta.url).resolve("@fontsource-variable/inter/LICENSE");
    this.emitFile({ type: "asset", fileName: "inter-license.txt", source: readFileSync(file, "utf8") });
  },
});

export function createConsoleConfig({ hasKitPage, outDir }: ConsoleBuild): InlineConfig {
  return {
    root,
    configFile: false,
    mode: hasKitPage ? "development" : "production",
    base: CONSOLE_PATH,
    publicDir: false,
    cacheDir: join(root, "..", "..", "node_modules", ".vite"),
    logLevel: "warn",
    define: { HAS_KIT_PAGE: JSON.stringify(hasKitPage) },
    plugins: [
      compileMessages(join(root, "src", "ui", "i18n")),
      includeGuide(join(root, "..", "..", "docs", "guide")),
      // The texts of React Aria in other languages are loaded with ours (src/ui/i18n/console-messages.ts).
      optimizeLocales.vite({ locales: ["en-US"] }),
      react(),
      tailwindcss(),
      writeHeaders(),
      copyFontLicense(),
    ],
    build: {
      outDir,
      emptyOutDir: true,
      target: TARGETS,
      modulePreload: { polyfill: false },
      rolldownOptions: { output: { codeSplitting: { groups: listChunkGroups() } } },
      assetsInlineLimit: 0,
      // React Aria, the router and what stands around the pages are one chunk. test/console/built.test.ts limits it.
      chunkSizeWarningLimit: 1000,
      minify: !hasKitPage,
      reportCompressedSize: false,
      license: { fileName: "licenses.md" },
    },
  };
}
