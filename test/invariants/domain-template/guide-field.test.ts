import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyProject, listProjectFiles } from "../../../scripts/project-copy.ts";
import { applyBlocks, parseBlocks } from "./guide-blocks.ts";

/** Adds the field of docs/adding-a-field.md in a copy of the project, and checks that the rest follows from it. */
const root = process.cwd();
const blocks = parseBlocks(readFileSync("docs/adding-a-field.md", "utf8"));
let copyFolder: string;

beforeAll(() => {
  copyFolder = copyProject(root, "crm-field-");
  applyBlocks(blocks, copyFolder);
});
afterAll(() => rmSync(copyFolder, { recursive: true, force: true }));

describe("the field of the guide", () => {
  it("is one line of the entity and one of the layout", () => {
    const changedFiles = listProjectFiles(root).filter(
      (file) => !readFileSync(join(root, file)).equals(readFileSync(join(copyFolder, file))),
    );
    expect(changedFiles.sort()).toEqual(blocks.map(({ file }) => file).sort());
    expect(blocks.map(({ lines }) => lines.length)).toEqual([1, 1]);
  });

  it("is written, read, checked and in the record of processing activities", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["test/invariants/domain-template/field.run.ts"], {
      cwd: copyFolder,
      env: { ...process.env, NODE_ENV: "test" },
    });
    const report: unknown = JSON.parse(stdout.trim().split("\n").at(-1) ?? "null");
    expect(report).toEqual({
      values: ["Amazing Grace", null, "Grace"],
      refused: "nickname",
      identity: expect.stringContaining("`nickname`"),
    });
  });
});
