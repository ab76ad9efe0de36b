import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/**
 * What libraries bring along and no function comes to. It says so if it is used all the same.
 *
 * ElectroDB is here for the keys and items that its entities make; it sends nothing, so it needs neither a client nor services and
 * transactions. It holds each model against a JSON Schema when an entity is made, which tests see for every kind of record
 * (test/storage/models.test.ts): a cold start has no need to see it again.
 */
const nothing = (what: string): string => `
  const get = (_target, name) => { throw new Error(String(name) + " of ${what} is not in the bundle (stacks/lean.ts)"); };
  module.exports = new Proxy({}, { get });`;

const SATISFIED = `
  class Validator { addSchema() {} validate() { return { errors: [] }; } }
  Validator.prototype.customFormats = {};
  module.exports = { Validator };`;

const instead: readonly { of: RegExp; from: RegExp; contents: string }[] = [
  { of: /^jsonschema$/, from: /\/electrodb\//, contents: SATISFIED },
  { of: /^@aws-sdk\/(?:lib|util)-dynamodb$/, from: /\/electrodb\//, contents: nothing("the client of ElectroDB") },
];

const NAMESPACE = "instead";

/** Leaves that out, and of a client's `package.json` all but the version, which is what the client reads of it. */
export const lean: Plugin = {
  name: "lean",
  setup(build) {
    instead.forEach(({ of, from }, index) => {
      build.onResolve({ filter: of }, ({ importer }) =>
        from.test(importer) ? { path: String(index), namespace: NAMESPACE } : undefined,
      );
    });
    build.onLoad({ filter: /^/, namespace: NAMESPACE }, ({ path }) => ({ contents: instead[Number(path)]?.contents ?? "" }));
    build.onLoad({ filter: /@aws-sdk\/client-[\w-]+\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8")) as { version: string };
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
    // Says of itself that importing it does nothing, as the other packages of the SDK do.
    build.onResolve({ filter: /^@aws-sdk\/lib-dynamodb$/ }, async ({ importer, resolveDir, kind, pluginData }) => {
      if (pluginData === NAMESPACE) return undefined;
      const found = await build.resolve("@aws-sdk/lib-dynamodb", { importer, resolveDir, kind, pluginData: NAMESPACE });
      return { ...found, sideEffects: false };
    });
  },
};
