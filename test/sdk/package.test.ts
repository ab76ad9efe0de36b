import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSdk } from "../../scripts/sdk-build.ts";
import { listReadmeSamples } from "../../scripts/sdk-samples.ts";

/** The package as users get it, in a folder of its own. */
const root = new URL("../..", import.meta.url).pathname;
let folder: string;
const installed = (path: string): string => join(folder, "node_modules/@crm/sdk", path);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "crm-sdk-"));
  mkdirSync(installed("."), { recursive: true });
  cpSync(join(root, "packages/sdk/package.json"), installed("package.json"));
  buildSdk(installed("dist"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(folder, "readme.ts"), listReadmeSamples());
  writeFileSync(join(folder, "mistakes.ts"), MISTAKES);
  symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the package of the SDK", () => {
  it("has at most 15 kB of code, compressed", () => {
    expect(gzipSync(readFileSync(installed("dist/index.js")), { level: 9 }).length).toBeLessThanOrEqual(15_000);
  });

  it("has no dependencies and uses nothing that browsers and workers lack", () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(installed("package.json"), "utf8"));
    expect([dependencies, peerDependencies]).toEqual([undefined, undefined]);
    const code = readFileSync(installed("dist/index.js"), "utf8");
    expect(
      code.match(/^import\b.*|\bimport\(|\brequire\(|node:|\b(?:process|Buffer|window|document|localStorage)\b/gm),
    ).toBeNull();
  });

  it("loads by its name", () => {
    const code = 'import * as sdk from "@crm/sdk"; console.log(typeof sdk.createClient, typeof sdk.verifyWebhook)';
    expect(execFileSync(process.execPath, ["--input-type=module", "-e", code], { cwd: folder }).toString()).toBe(
      "function function\n",
    );
  });

  it.each([
    { resolution: "nodenext", lib: "es2022,dom", types: "" },
    { resolution: "bundler", lib: "es2022", types: "node" },
  ])("has types with which the README compiles under every strict option, with $resolution and $lib", (settings) => {
    expect(compile("readme.ts", settings)).toEqual({ status: 0, output: "" });
  });

  it("has types that refuse mistakes", () => {
    expect(compile("mistakes.ts", { resolution: "nodenext", lib: "es2022,dom", types: "" })).toEqual({ status: 0, output: "" });
  });
});

const STRICT = [
  "strict",
  "exactOptionalPropertyTypes",
  "noUncheckedIndexedAccess",
  "noImplicitOverride",
  "verbatimModuleSyntax",
  "noEmit",
];

function compile(file: string, { resolution, lib, types }: { resolution: string; lib: string; types: string }) {
  const module = resolution === "bundler" ? "esnext" : resolution;
  const settings = { module, moduleResolution: resolution, lib, types, target: "es2022", skipLibCheck: "false" };
  const options = [
    ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    ...STRICT.map((name) => `--${name}`),
  ];
  const { status, stdout } = spawnSync(join(root, "node_modules/.bin/tsc"), [...options, file], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, output: stdout };
}

/** Each line below a comment must be an error of the compiler. */
const MISTAKES = `import { createClient } from "@crm/sdk";
const crm = createClient({ baseUrl: "https://crm.example.com" });
const lead = await crm.leads.get("led_1");
// @ts-expect-error: a field that no lead has
lead.compny;
// @ts-expect-error: a field that no input has
await crm.leads.update("led_1", { compny: "Navy" });
// @ts-expect-error: a value of another type
await crm.leads.update("led_1", { company: 1 });
// @ts-expect-error: a resource that does not exist
crm.lead;
// @ts-expect-error: an action that leads do not have
crm.leads("led_1").win;
// @ts-expect-error: a filter with an unknown operator
crm.leads.list({ created_at: { after: "2026-01-01" } });
// @ts-expect-error: a missing input
await crm.webhooks.endpoints.create({ url: "https://hooks.example/crm" });
// @ts-expect-error: a list is no promise of records
(await crm.leads.list()).map((row) => row);
// @ts-expect-error: an option that no client has
createClient({ token: "x" });
`;
