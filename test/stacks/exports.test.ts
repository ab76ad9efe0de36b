import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { CloudFormationModel, connectModel, deploySystem, listImports, readKey } from "./cloudformation-model.ts";
import { type SynthesizedSystem, synthesize } from "./synthesis.ts";

/**
 * Settings that remove exports which deployed stacks import: a restored table, a domain. CloudFormation refuses that. SST keeps such exports
 * until no stack imports them. Its own code runs here, against a model of CloudFormation.
 */
let production: SynthesizedSystem;
/** Production with a restored table and a domain. */
let restored: SynthesizedSystem;
let model: CloudFormationModel;
/** AWS after the first deployment of production. */
let deployed: CloudFormationModel;

beforeAll(async () => {
  production = await synthesize();
  restored = await synthesize("restored");
  connectModel(() => model);
  model = deployed = new CloudFormationModel();
  expect(await deploySystem(production, "first")).toEqual({});
});
beforeEach(() => {
  model = deployed.copy();
});
afterAll(() => vi.restoreAllMocks());

const listExports = ({ templates }: SynthesizedSystem): string[] =>
  templates.flatMap(([, { Outputs = {} }]) => Object.values(Outputs).flatMap(({ Export }) => Export?.Name ?? [])).sort();

/** The exports that a change of settings removes, with the stacks that import them. */
function listLostExports(before: SynthesizedSystem, after: SynthesizedSystem): Map<string, string[]> {
  const kept = new Set(listExports(after));
  return new Map(
    listExports(before)
      .filter((name) => !kept.has(name))
      .map((name) => [
        name,
        before.templates.flatMap(([stack, template]) => (listImports(template).includes(name) ? [stack] : [])),
      ]),
  );
}

describe("a change of settings that removes exports", () => {
  it("removes those of the table and of the edge's address, which many stacks import", () => {
    const lost = listLostExports(production, restored);
    for (const [part, importers] of [
      [/storage:ExportsOutputReftable/, 15],
      [/storage:ExportsOutputFnGetAtttableArn/, 10],
      [/storage:ExportsOutputFnGetAtttableStreamArn/, 1],
      [/gateway:ExportsOutputFnGetAttedge\w+DomainName/, 15],
    ] as const) {
      const [, stacks = []] = [...lost].find(([name]) => part.test(name)) ?? [];
      expect(stacks.length, `${part} is imported by ${stacks}`).toBeGreaterThanOrEqual(importers);
    }
  });

  it("is refused by CloudFormation as it is", async () => {
    for (const name of ["storage", "gateway"] as const) {
      const template = restored.templates.find(([stack]) => stack === name)?.[1] ?? {};
      expect(() => model.applyTemplate(`production-crm-${name}`, template)).toThrow(
        /cannot be deleted as it is in use by production-crm-/,
      );
    }
  });

  it("succeeds with SST, which removes these exports with the deployment after it", async () => {
    expect(await deploySystem(restored, "second")).toEqual({});
    const lost = [...listLostExports(production, restored).keys()];
    expect(model.listExports()).toEqual([...listExports(restored), ...lost].sort());
    expect(await deploySystem(restored, "third")).toEqual({});
    expect(model.listExports()).toEqual(listExports(restored));
  });

  it("succeeds when it stopped halfway and is deployed again", async () => {
    model.failingStack = "production-crm-stream";
    expect(Object.keys(await deploySystem(restored, "second"))).toContain("production-crm-requests-1");
    expect(await deploySystem(restored, "third")).toEqual({});
  });

  it("cannot be taken back when it stopped halfway, because the table would be created anew", async () => {
    model.failingStack = "production-crm-stream";
    await deploySystem(restored, "second");
    const errors = await deploySystem(production, "third");
    expect(errors["production-crm-storage"]).toMatch(/table\w+ cannot be updated as it is in use by production-crm-/);
  });

  it("succeeds back and forth, because no two deployments upload the same template", async () => {
    for (const [index, system] of [restored, production, restored].entries())
      expect([index, await deploySystem(system, `deployment ${index}`)]).toEqual([index, {}]);
  });
});

describe("the templates of a deployment", () => {
  it("have a name from their content, which includes the deployment's id", async () => {
    for (const artifact of (await synthesize()).artifacts) {
      const text = JSON.stringify(artifact.template, undefined, 1);
      expect(readKey(artifact.stackTemplateAssetObjectUrl)).toBe(`${createHash("sha256").update(text).digest("hex")}.json`);
      expect(artifact.template.Metadata.Deployment).toBe("2026-01-01T00:00:00.000Z");
    }
    expect(readFileSync("sst.config.ts", "utf8")).toContain("id: new Date().toISOString()");
  });
});
