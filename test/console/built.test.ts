import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsoleHeaders } from "../../packages/console/vite/header-plugin.ts";
import { BUILT_FOLDER, buildConsole, listShellFiles, readText } from "./build.ts";

/** The committed build of the console is what its sources give, small, and without what is for developers. */

/** What a browser loads before the first page, compressed. */
const MAX_SHELL_BYTES = 260_000;
const MAX_FONT_BYTES = 50_000;

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

  it("has a small shell", () => {
    const files = listShellFiles();
    const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(BUILT_FOLDER, file)), { level: 9 }).length, 0);
    expect(files.map((file) => file.split(".").at(-1)).sort()).toEqual(expect.arrayContaining(["css", "js"]));
    expect(bytes).toBeLessThanOrEqual(MAX_SHELL_BYTES);
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
