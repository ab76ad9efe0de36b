import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyProject, listProjectFiles } from "../../../scripts/project-copy.ts";
import { hasStackPackages } from "../../../scripts/stack-packages.ts";
import { isExhaustive } from "../../support/sample.ts";
import type { BundleSizes } from "./bundle-sizes.run.ts";
import { applyBlocks, type Block, parseBlocks } from "./guide-blocks.ts";

/**
 * Creates the domain of docs/adding-a-domain.md in a copy of the project and checks that everything follows from its manifest, that other
 * domains pay nothing for it, and how much code it takes.
 */
const root = process.cwd();
const blocks: readonly Block[] = parseBlocks(readFileSync("docs/adding-a-domain.md", "utf8"));
let copyFolder: string;

const runNode = async (cwd: string, ...command: string[]): Promise<string> => {
  // With NODE_ENV=test, SST asks for no credentials.
  const env = { ...process.env, NODE_ENV: "test" };
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd, env, maxBuffer: 1 << 26 }).catch((error) => {
    throw new Error(`${command.join(" ")}: ${error.stdout}${error.stderr}`);
  });
  return stdout;
};

/** Parses the last line of a process's output. */
const parseLastLine = (stdout: string) => JSON.parse(stdout.trim().split("\n").at(-1) ?? "null");

/** The results of the processes that check the copy; two run at a time. */
let boatReport: Record<string, unknown> & { rights: Record<string, string[]> };
let typeErrors: string;
let sizesBefore: Record<string, BundleSizes>;
let sizesAfter: Record<string, BundleSizes>;

beforeAll(() => {
  copyFolder = copyProject(root, "crm-stub-");
  applyBlocks(blocks, copyFolder);
});
afterAll(() => rmSync(copyFolder, { recursive: true, force: true }));

async function runCopy(): Promise<void> {
  const sizes = (cwd: string) => runNode(cwd, "test/invariants/domain-template/bundle-sizes.run.ts", "boat");
  await Promise.all([
    (async () => {
      boatReport = parseLastLine(await runNode(copyFolder, "test/stacks/boat.run.ts"));
      sizesBefore = parseLastLine(await sizes(root));
    })(),
    (async () => {
      typeErrors = await runNode(copyFolder, "node_modules/typescript/bin/tsc", "--noEmit", "-p", "stacks");
      sizesAfter = parseLastLine(await sizes(copyFolder));
    })(),
  ]);
}

/** Maximum bytes of imports and exports between the parts of a bundle for the parts that the domain adds. */
const IMPORT_BYTES = 768;

/** The number of lines that each file gets. */
const countLines = (selectedBlocks: readonly Block[]) =>
  Object.entries(Object.groupBy(selectedBlocks, ({ file }) => file)).map(([file, fileBlocks = []]) => ({
    file,
    lines: fileBlocks.reduce((sum, { lines }) => sum + lines.length, 0),
  }));

describe("the domain of the guide", () => {
  it("changes its own files and six others, none of the cloud", () => {
    const present = listProjectFiles(root);
    const changedFiles = present.filter((file) => !readFileSync(join(root, file)).equals(readFileSync(join(copyFolder, file))));
    expect(changedFiles.sort()).toEqual([
      "CHANGELOG.md",
      "docs/access-patterns.md",
      "docs/platform/notifications.md",
      "docs/storage/clocks.md",
      "packages/core/src/domains.ts",
      "packages/functions/src/api/function-loaders.ts",
    ]);
    const createdFiles = [...new Set(blocks.map(({ file }) => file))].filter((file) => !existsSync(join(root, file)));
    expect(createdFiles.length).toBeGreaterThan(5);
    for (const file of createdFiles) expect(file).toMatch(/^(packages\/core\/src|packages\/functions\/src\/api|test)\/.*boat/);
    console.table(countLines(blocks));
    const elsewhere = countLines(blocks.filter(({ behind }) => behind !== undefined));
    expect(elsewhere.reduce((sum, { lines }) => sum + lines, 0)).toBeLessThanOrEqual(10);
  });
});

/** Compiles, starts and bundles the copy, which takes minutes, and synthesizes its stacks. */
describe.runIf(isExhaustive && hasStackPackages())("the running domain of the guide", () => {
  beforeAll(runCopy);

  it("passes the type check", () => {
    expect(typeErrors).toBe("");
  });

  it("can be created, listed, imported, due and notified over HTTP", () => {
    expect(boatReport).toMatchObject({
      links: {
        self: expect.stringMatching(/^\/api\/v1\/boats\/boa_/),
        skipper: expect.stringMatching(/^\/api\/v1\/users\/usr_/),
      },
      version: 2,
      imported: ["completed", 2, 0],
      licensed: [["Argo", "Beagle", "Cutty Sark"], 3],
      seen: ["Beagle", "Cutty Sark"],
      due: ["EXPIRED", 3, "system:boat-licences"],
      expired: ["Argo"],
      told: [["boat_expired", "Licence has run out: Argo", true]],
    });
  });

  it("has exactly the permissions that it needs", () => {
    const { refused: refusedActions, unused, looked: checkedRoles = [], files = [] } = boatReport.rights;
    expect([refusedActions, unused]).toEqual([[], []]);
    // Only role names are compared, because the stack that contains a role depends on them.
    expect(checkedRoles.map((role) => role.replace(/.*\//, "")).sort()).toEqual([
      "boatsrole",
      "databoats",
      "subscribeboatlicencesrole",
    ]);
    expect(files.map((leave) => leave.split(" ")[0])).toEqual(expect.arrayContaining(["s3:PutObject", "s3:GetObject"]));
    expect(files.filter((leave) => !/^s3:(PutObject|GetObject) \/?uploads\/\S*$|^s3:ListBucket/.test(leave))).toEqual([]);
  });

  it("adds nothing to the cold start of other functions", () => {
    const rows = Object.entries(sizesAfter).map(([name, { read, holdsDomains, own: ownBytes }]) => ({
      function: name,
      before: sizesBefore[name]?.read,
      after: read,
      more: sizesBefore[name] ? read - sizesBefore[name].read : undefined,
      "of it the domain's value": ownBytes,
      holdsDomains,
    }));
    console.table(rows);
    expect(rows.filter(({ before }) => before === undefined).map((row) => row.function)).toEqual([
      "api/boats",
      "subscribe/boat-licences",
    ]);
    const otherRows = rows.filter(({ before }) => before !== undefined);
    // Functions that do not work on every domain do not grow by a single byte.
    expect(otherRows.filter(({ more, holdsDomains }) => !holdsDomains && more !== 0)).toEqual([]);
    // The others grow only by the new domain's manifest and by the imports that connect its lazily loaded parts.
    const grown = otherRows.filter((row) => row.holdsDomains && (row.more ?? 0) > row["of it the domain's value"] + IMPORT_BYTES);
    expect(grown).toEqual([]);
  });
});
