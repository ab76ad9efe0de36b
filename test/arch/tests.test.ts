import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const own = relative(root, import.meta.filename);

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => file !== own);

const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

/** The mutants hold texts of the product. */
const tests = filesBelow("test").filter((file) => file !== "test/mutants.ts");

/** Files with the pattern, but for those that have a reason. */
const withPattern = (pattern: RegExp, but: Readonly<Record<string, string>> = {}): string[] =>
  tests.filter((file) => pattern.test(textOf(file)) && !Object.keys(but).some((each) => file.startsWith(each)));

const killing = "kills servers that run on their own, at any time";
const alone = "runs in a process of its own, and measures that";

describe("a test", () => {
  it("waits for what it means, never for a while", () => {
    expect(withPattern(/\bsetTimeout\(|\bsleep\(|timers\/promises/, { "test/kill/": killing })).toEqual([]);
  });

  it("has no time limit of its own that is shorter than that of all", () => {
    const limit = /^\s*(?:\}, ([0-9_]{5,})\);|([0-9_]{5,}),\n\s*\);)$|\{ timeout: ([0-9_]{5,}) \}, (?:async )?\(/gm;
    const short = tests.flatMap((file) =>
      [...textOf(file).matchAll(limit)].flatMap(([, ...ms]) =>
        ms.some((each) => each !== undefined && Number(each.replaceAll("_", "")) <= 600_000) ? [file] : [],
      ),
    );
    expect(short).toEqual([]);
  });

  it("looks at no stopwatch", () => {
    const but = {
      "test/sheet/large.ts": alone,
      "test/sheet/bomb.ts": alone,
      "test/stack/bundle.test.ts": "prints how long bundles take to load, and asks nothing of it",
      "test/inbound-webhook/many.test.ts": "prints how long its long form takes, and asks nothing of it",
      "test/kill/messages.test.ts": "prints how long its long form takes, and asks nothing of it",
      "test/reengagement/many.test.ts": "prints how long its long form takes, and asks nothing of it",
      "test/vault/vault.test.ts": "puts another clock in its place",
    };
    expect(withPattern(/performance\.now\(/, but)).toEqual([]);
  });

  it("bounds the memory of no process that others share", () => {
    const but = { "test/sheet/large.ts": alone, "test/sheet/bomb.ts": alone, "test/reengagement/filled.ts": alone };
    expect(withPattern(/memoryUsage/, but)).toEqual([]);
  });

  it("looks into no folder that others write to, only into one that it has made", () => {
    const shared = tests.filter((file) =>
      [...textOf(file).matchAll(/^(?!import\b).*\btmpdir\(\).*$/gm)].some(
        ([line]) => !/mkdtempSync\(join\(tmpdir\(\), "/.test(line),
      ),
    );
    expect(shared).toEqual([]);
    expect(withPattern(/["'`]\/tmp\b/)).toEqual([]);
  });

  it("draws its chance from a seed that is printed and can be given", () => {
    expect(withPattern(/Math\.random\(|randomInt\(/, { "test/kill/": killing })).toEqual([]);
  });
});

describe("the product", () => {
  it("has no way to make passwords cheap", () => {
    const product = ["packages", "scripts", "bench", "stacks"].flatMap(filesBelow);
    const naming = product.filter((file) => textOf(file).includes("replaceDerivation"));
    expect(naming).toEqual(["packages/core/src/auth/derivation.ts"]);
    const all = [...textOf("packages/core/src/auth/derivation.ts").matchAll(/\breplaceDerivation\b/g)];
    expect(all).toHaveLength(1);
    // Nothing takes the module as a whole, under another name.
    expect(product.filter((file) => /\* as \w+ from "[^"]*derivation\.ts"/.test(textOf(file)))).toEqual([]);
  });

  it("goes on by itself, and by the machine's clock, wherever it is started", () => {
    const standing = ["packages", "scripts", "bench"]
      .flatMap(filesBelow)
      .filter((file) => /\bloops: false|\bstartApp\([^)]*\btime\b/.test(textOf(file)));
    expect(standing).toEqual([]);
  });
});
