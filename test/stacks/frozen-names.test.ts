import { describe, expect, it } from "vitest";
import { type FrozenNames, listLostNames, readFrozenNames } from "../invariants/registry/frozen-names.ts";
import { type SynthesizedSystem, type SystemName, synthesize, systemNames } from "./synthesis.ts";

/** Logical ids and names of deployed resources. A change would replace the resource and lose what it stores. */

const NAME_PROPERTY = /(?:Name|^Id)$/;

/** Each resource of the templates with the names in its properties, except function versions, which each deployment creates. */
const listDeployedNames = ({ resources }: SynthesizedSystem): string[] =>
  [...resources]
    .filter(([, { Type }]) => Type !== "AWS::Lambda::Version")
    .map(([id, { Type, Properties = {} }]) => {
      const names = Object.entries(Properties as Record<string, unknown>).filter(([property]) => NAME_PROPERTY.test(property));
      return `${id} ${Type}${names.map(([property, name]) => ` ${property}=${JSON.stringify(name)}`).join("")}`;
    })
    .sort();

/** The resources of production, and those that only other systems have. */
async function readDeployedNames(): Promise<FrozenNames> {
  const production = listDeployedNames(await synthesize("production"));
  const otherNames = systemNames.filter((name) => name !== "production");
  const listAddedNames = async (name: SystemName) => {
    const names = listDeployedNames(await synthesize(name));
    return [name, names.filter((each) => !production.includes(each))] as const;
  };
  return { production, ...Object.fromEntries(await Promise.all(otherNames.map(listAddedNames))) };
}

describe("logical ids and names of deployed resources", async () => {
  const present = await readDeployedNames();
  const frozen = readFrozenNames(new URL("frozen-names.json.gz", import.meta.url), present);

  it.each(systemNames)("are unchanged in the system %s", (name) => {
    expect(frozen.production?.length).toBeGreaterThan(1_000);
    expect(listLostNames(frozen[name], [...(present.production ?? []), ...(present[name] ?? [])])).toEqual([]);
  });
});
