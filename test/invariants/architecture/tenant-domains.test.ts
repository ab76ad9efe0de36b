import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/** Lists of kinds, fields, permissions and scopes are those of a tenant: code asks `listDomains` (kernel/tenant-domains.ts) for them. */

const root = join(import.meta.dirname, "../../..");
const files = globSync("packages/{core,functions}/src/**/*.ts", { cwd: root }).toSorted();
const listFiles = (pattern: RegExp): string[] => files.filter((file) => pattern.test(readFileSync(join(root, file), "utf8")));

/** Modules that concern all tenants, each with the reason. */
const forAllTenants: Readonly<Record<string, string>> = {
  "packages/functions/src/derive/json-schema.ts": "the OpenAPI document is one for all tenants",
  "packages/functions/src/schedule/index.ts": "a schedule is deployed once for all tenants",
  "packages/functions/src/subscribe/index.ts": "a listener is deployed once for all tenants",
};

describe("lists of domains", () => {
  it("are read from the port in one place", () => {
    expect(
      listFiles(/\bports(?:\(\))?\s*\.domains\b|usePorts\(\)\s*\.domains\b|\{[^}]*\bdomains\b[^}]*\} = usePorts\(\)/i),
    ).toEqual(["packages/core/src/kernel/tenant-domains.ts"]);
  });

  it("are imported only where they concern all tenants", () => {
    expect(listFiles(/^import \{[^}]*\bdomains\b[^}]*\} from "[^"]*\/domains\.ts";$/m)).toEqual(Object.keys(forAllTenants));
  });
});
