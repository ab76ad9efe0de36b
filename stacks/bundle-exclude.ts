import { readFile } from "node:fs/promises";
import type { Plugin } from "rolldown";

/**
 * Replaces a module that libraries import and no function uses. Any use of the stub throws an error that names this file.
 *
 * ElectroDB only computes keys and items here and sends nothing, so it needs neither a client nor services and transactions. It also
 * validates each model against a JSON Schema when an entity is made. A test does that for every kind of record
 * (test/storage/table/models.test.ts), so a cold start does not repeat it.
 */
const stubModule = (moduleName: string): string => `
  const get = (_target, name) => { throw new Error(String(name) + " of ${moduleName} is not in the bundle (stacks/bundle-exclude.ts)"); };
  module.exports = new Proxy({}, { get });`;

const VALIDATOR_STUB = `
  class Validator { addSchema() {} validate() { return { errors: [] }; } }
  Validator.prototype.customFormats = {};
  module.exports = { Validator };`;

const replacements: readonly { of: RegExp; from: RegExp; contents: string }[] = [
  { of: /^jsonschema$/, from: /\/electrodb\//, contents: VALIDATOR_STUB },
  { of: /^@aws-sdk\/(?:lib|util)-dynamodb$/, from: /\/electrodb\//, contents: stubModule("the client of ElectroDB") },
];

/**
 * The client of Parameter Store registers 140 classes of errors, so a bundle would contain all of them (57 KB). Without its class, an error is a
 * general one with the same name, and names are all that functions use.
 */
const SSM_ERRORS = /^n0_registry\.registerError\(.*\);$/gm;
const SSM_SCHEMAS = /@aws-sdk\/client-ssm\/.*\/schemas_0\.js$/;

const REPLACEMENT_ID = /^\0instead:(\d)\.cjs$/;
const MANIFEST = /@aws-sdk\/client-[\w-]+\/package\.json$/;

/** Replaces the excluded modules and errors, and reduces the `package.json` of an SDK client to its version, the only field that the client reads. */
export const bundleExclude: Plugin = {
  name: "lean",
  resolveId: {
    filter: { id: replacements.map(({ of: pattern }) => pattern) },
    handler(id, importer = "") {
      const index = replacements.findIndex(({ of: pattern, from }) => pattern.test(id) && from.test(importer));
      return index < 0 ? undefined : `\0instead:${index}.cjs`;
    },
  },
  load: {
    filter: { id: [REPLACEMENT_ID, MANIFEST] },
    async handler(id) {
      const [, index] = REPLACEMENT_ID.exec(id) ?? [];
      if (index !== undefined) return { code: replacements[Number(index)]?.contents ?? "", moduleType: "js" };
      const { version } = JSON.parse(await readFile(id, "utf8")) as { version: string };
      return { code: JSON.stringify({ version }), moduleType: "json" };
    },
  },
  transform: {
    filter: { id: SSM_SCHEMAS },
    handler: (code) => code.replaceAll(SSM_ERRORS, ""),
  },
};
