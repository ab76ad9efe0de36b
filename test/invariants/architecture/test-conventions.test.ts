import { existsSync, globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const ownPath = relative(root, import.meta.filename);

const listFiles = (folder: string): string[] =>
  globSync(`${folder}/**/*.ts`, { cwd: root, exclude: (path) => path.endsWith("node_modules") }).filter(
    (file) => file !== ownPath,
  );

const readText = (file: string): string => readFileSync(join(root, file), "utf8");

/** Mutants are excluded, because they quote product code. */
const testFiles = listFiles("test").filter((file) => !file.startsWith("test/mutants/"));

/** Test files that match the pattern, except those listed with a reason. */
const findFilesWith = (pattern: RegExp, but: Readonly<Record<string, string>> = {}): string[] =>
  testFiles.filter((file) => pattern.test(readText(file)) && !Object.keys(but).some((prefix) => file.startsWith(prefix)));

const KILLS_SERVERS = "kills servers that run on their own, at any time";
const OWN_PROCESS = "runs in a process of its own, and measures that";

describe("a test", () => {
  it("waits for a condition, never for a duration", () => {
    expect(findFilesWith(/\bsetTimeout\(|\bsleep\(|timers\/promises/, { "test/invariants/crash/": KILLS_SERVERS })).toEqual([]);
  });

  it("has no time limit shorter than the global one", () => {
    const limit = /^\s*(?:\}, ([0-9_]{5,})\);|([0-9_]{5,}),\n\s*\);)$|\{ timeout: ([0-9_]{5,}) \}, (?:async )?\(/gm;
    const short = testFiles.flatMap((file) =>
      [...readText(file).matchAll(limit)].flatMap(([, ...ms]) =>
        ms.some((milliseconds) => milliseconds !== undefined && Number(milliseconds.replaceAll("_", "")) <= 600_000)
          ? [file]
          : [],
      ),
    );
    expect(short).toEqual([]);
  });

  it("does not measure time", () => {
    const but = {
      "test/lib/spreadsheet/large-table.ts": OWN_PROCESS,
      "test/lib/spreadsheet/zip-bombs.ts": OWN_PROCESS,
      "test/stacks/bundle.test.ts": "prints how long bundles take to load, and asks nothing of it",
      "test/messaging/inbound-webhook/bulk-delivery.test.ts": "prints how long its long form takes, and asks nothing of it",
      "test/invariants/crash/messages.test.ts": "prints how long its long form takes, and asks nothing of it",
      "test/engagement/reengagement/fill-memory.test.ts": "prints how long its long form takes, and asks nothing of it",
      "test/storage/columns/large-equality.test.ts": "prints how long its long form takes, and asks nothing of it",
      "test/console/journey.ts": "reports how long a user waits, and asks nothing of it",
      "test/storage/vault/vault.test.ts": "puts another clock in its place",
    };
    expect(findFilesWith(/performance\.now\(/, but)).toEqual([]);
  });

  it("does not limit the memory of a shared process", () => {
    const but = {
      "test/lib/spreadsheet/large-table.ts": OWN_PROCESS,
      "test/lib/spreadsheet/zip-bombs.ts": OWN_PROCESS,
      "test/engagement/reengagement/fill-memory.run.ts": OWN_PROCESS,
      "test/engagement/campaign/fill-memory.run.ts": OWN_PROCESS,
    };
    expect(findFilesWith(/memoryUsage/, but)).toEqual([]);
  });

  it("uses only temporary folders that it has created itself", () => {
    const shared = testFiles.filter((file) =>
      [...readText(file).matchAll(/^(?!import\b).*\btmpdir\(\).*$/gm)].some(
        ([line]) => !/mkdtempSync\(join\(tmpdir\(\), "/.test(line),
      ),
    );
    expect(shared).toEqual([]);
    expect(findFilesWith(/["'`]\/tmp\b/)).toEqual([]);
  });

  it("takes its random numbers from a printed seed that can be set", () => {
    expect(findFilesWith(/Math\.random\(|randomInt\(/, { "test/invariants/crash/": KILLS_SERVERS })).toEqual([]);
  });
});

describe("the scripts of package.json", () => {
  it("refer to existing files", () => {
    const { scripts } = JSON.parse(readText("package.json")) as { scripts: Record<string, string> };
    const paths = Object.values(scripts).flatMap((script) => script.match(/\b(?:test|scripts|bench)\/[\w./-]+/g) ?? []);
    expect(paths.length).toBeGreaterThan(30);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe("the product", () => {
  it("cannot weaken the derivation of passwords", () => {
    const product = ["packages", "scripts", "bench", "stacks"].flatMap(listFiles);
    const naming = product.filter((file) => readText(file).includes("replaceDerivation"));
    expect(naming).toEqual(["packages/core/src/platform/auth/password-derivation.ts"]);
    const all = [...readText("packages/core/src/platform/auth/password-derivation.ts").matchAll(/\breplaceDerivation\b/g)];
    expect(all).toHaveLength(1);
    // No file imports the module as a namespace under another name.
    expect(product.filter((file) => /\* as \w+ from "[^"]*derivation\.ts"/.test(readText(file)))).toEqual([]);
  });

  it("runs its loops and uses the system clock wherever it starts", () => {
    const standing = ["packages", "scripts", "bench"]
      .flatMap(listFiles)
      .filter((file) => /\bloops: false|\bstartApp\([^)]*\btime\b/.test(readText(file)));
    expect(standing).toEqual([]);
  });
});
