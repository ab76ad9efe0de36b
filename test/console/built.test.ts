import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { consoleLanguages } from "@crm/console/ui/i18n/languages.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsoleHeaders } from "../../packages/console/vite/header-plugin.ts";
import { BUILT_FOLDER, buildConsole, listEntryFiles, listFrameFiles, readText } from "./build.ts";

/** The committed build of the console is what its sources give, small, and without what is for developers. */

/** What a browser loads before it shows the sign-in page, as it is sent. */
const MAX_ENTRY_FILES = 12;
const MAX_ENTRY_BYTES = 120_000;
/** What every page of a signed-in user loads, compressed. */
const MAX_FRAME_BYTES = 333_000;
const MAX_FONT_BYTES = 50_000;

const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

const readBuild = (folder: string): Record<string, string> =>
  Object.fromEntries(
    globSync("**/*.*", { cwd: folder })
      .sort()
      .map((file) => [file, readFileSync(join(folder, file)).toString("base64")]),
  );

describe("the build of the console", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "crm-console-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is the committed one, byte by byte: if not, run npm run build:console", async () => {
    await buildConsole(folder);
    const [rebuilt, committed] = [readBuild(folder), readBuild(BUILT_FOLDER)];
    expect(Object.keys(rebuilt)).toEqual(Object.keys(committed));
    expect(Object.keys(rebuilt).filter((file) => rebuilt[file] !== committed[file])).toEqual([]);
  });

  it("shows the sign-in page in each language after few small files", () => {
    const sentBytes = new Map<string, number>();
    const measureFile = (file: string): number => {
      const bytes = sentBytes.get(file) ?? brotliCompressSync(readFileSync(join(BUILT_FOLDER, file)), BROTLI).length;
      sentBytes.set(file, bytes);
      return bytes;
    };
    for (const language of consoleLanguages) {
      const files = listEntryFiles(language);
      const bytes = files.reduce((sum, file) => sum + measureFile(file), 0);
      expect(files.some((file) => file.startsWith(`assets/${language}-`))).toBe(language !== "en");
      expect(files.length, files.join("\n")).toBeLessThanOrEqual(MAX_ENTRY_FILES);
      expect(bytes, language).toBeLessThanOrEqual(MAX_ENTRY_BYTES);
    }
  });

  it("has a small frame around its pages", () => {
    const bytes = listFrameFiles().map((file) => gzipSync(readFileSync(join(BUILT_FOLDER, file)), { level: 9 }).length);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MAX_FRAME_BYTES);
  });

  it("has one font of the Latin script, with its license", () => {
    const [font, ...more] = globSync("assets/*.woff2", { cwd: BUILT_FOLDER });
    expect(more).toEqual([]);
    expect(readFileSync(join(BUILT_FOLDER, font ?? "")).length).toBeLessThanOrEqual(MAX_FONT_BYTES);
    expect(readText("inter-license.txt")).toContain("SIL OPEN FONT LICENSE");
    expect(readText("licenses.md")).toContain("react-aria");
  });

  it("has neither the page of components nor paths of a machine", () => {
    for (const file of globSync("**/*.{js,css,html,md,json}", { cwd: BUILT_FOLDER })) {
      expect(readText(file), file).not.toContain("/_kit");
      expect(readText(file), file).not.toMatch(/\/(?:home|root|tmp|Users)\/|node_modules\//);
    }
  });

  it("has a page without scripts and styles of its own", () => {
    const page = readText("index.html");
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
    const { page: headers } = JSON.parse(readText("headers.json")) as ConsoleHeaders;
    expect(headers["content-security-policy"]).not.toMatch(/unsafe/);
  });
});
