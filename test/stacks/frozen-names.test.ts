import { describe, expect, it } from "vitest";
import { type FrozenNames, listLostNames, readFrozenNames } from "../invariants/registry/frozen-names.ts";
import { type SynthesizedSystem, type SystemName, synthesize, systemNames } from "./synthesis.ts";

/** Logical ids and names of what is deployed: another logical id or name replaces the resource, with what it stores. */

const NAME_PROPERTY = /(?:Name|^Id)$/;

/** Each resource of the templates, with the names that its properties give it. Versions of functions are made anew by each deployment. */
const listDeployedNames = ({ resources }: SynthesizedSystem): string[] =>
  [...resources]
    .filter(([, { Type }]) => Type !== "AWS::Lambda::Version")
    .map(([id, { Type, Properties = {} }]) => {
      const names = Object.entries(Properties as Record<string, unknown>).filter(([property]) => NAME_PROPERTY.test(property));
      return `${id} ${Type}${names.map(([property, name]) => ` ${property}=${JSON.stringify(name)}`).join("")}`;
    })
    .sort();

/** The resources of production, and of the other systems what production does not have. */
async function readDeployedNames(): Promise<FrozenNames> {
  const production = listDeployedNames(await synthesize("production"));
  const others = systemNames.filter((name) => name !== "production");
  const further = async (name: SystemName) => {
    const names = listDeployedNames(await synthesize(name));
    return [name, names.filter((each) => !production.includes(each))] as const;
  };
  return { production, ...Object.fromEntries(await Promise.all(others.map(further))) };
}

describe("no deployed resource has another logical id or name", async () => {
  const present = await readDeployedNames();
  const frozen = readFrozenNames(new URL("frozen-names.json.gz", import.meta.url), present);

  it.each(systemNames)("of the system %s", (name) => {
    expect(frozen.production?.length).toBeGreaterThan(1_000);
    expect(listLostNames(frozen[name], [...(present.production ?? []), ...(present[name] ?? [])])).toEqual([]);
  });
});
