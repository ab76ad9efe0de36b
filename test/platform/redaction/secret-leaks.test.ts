import { readFileSync } from "node:fs";
import { domains } from "@crm/core/domains.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { sensitiveFields } from "@crm/core/people/person/sensitive-values.ts";
import { loadExportable } from "@crm/core/platform/export/exportable.ts";
import { declaredSealings } from "@crm/core/storage/table/collection.ts";
import { loadAllCollections } from "@crm/core/storage/table/collection-registry.ts";
import { operations } from "@crm/functions/api/index.ts";
import { inputSchema, type Operation } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operationKind } from "../../invariants/registry/operation-sample.ts";
import { exportInput, type Input, inputFor, makeWorld, sendAs, type World } from "../../invariants/registry/world.ts";
import { runInTenant } from "../../people/person/support.ts";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { addUser, recordPublishedEvents, startTestApp, type TestUser } from "../../support/app.ts";
import { isExhaustive, selectSample } from "../../support/sample.ts";
import { fetchExport, startExport } from "../export/export-client.ts";

/**
 * Plants secrets in every sealed or hidden field of every input, and searches for them in the answers of every operation, in exports,
 * events and the table. New kinds, fields and operations are covered automatically.
 */

/** Planted values by field name, for any kind. */
const SEALED_VALUES = {
  license_number: "PLANT-LICENCE-71",
  document_number: "PLANT-DOCUMENT-72",
  account_number: "PLANT-ACCOUNT-73",
  holder: "PLANT-HOLDER-74",
} as const;
const HIDDEN_VALUE = "PLANT-HIDDEN-75";
const PLANTED_PATTERN = /PLANT-[A-Z]+-7\d/;

let app: App;
let world: World;
let manager: TestUser;
let director: TestUser;
let events: readonly DomainEvent[];

beforeAll(async () => {
  app = await startTestApp();
  events = recordPublishedEvents(app);
  world = await makeWorld(app, "WAYS");
  const { admin } = world.tenant;
  await admin.updateTenant({ settings: { visibility: "all" } });
  for (const entity_type of [
    "lead",
    "person",
    "customer",
    "contact",
    "opportunity",
    "potential",
    "deal",
    "quote",
    "order",
    "proposal",
    "contract",
    "ticket",
    "project",
    "campaign",
  ] as const)
    await admin.createCustomField({
      ...{ entity_type, field_name: "veiled", field_label: "Veiled", field_type: "text", visible_to: ["ADMIN"] },
    });
  const { custom_fields } = world.seeds.values as { custom_fields: object };
  world.seeds.values = { ...world.seeds.values, ...SEALED_VALUES, custom_fields: { ...custom_fields, veiled: HIDDEN_VALUE } };
  app.setClock({ advance: 61_000 });
  manager = await addUser(app, world.tenant, "MANAGER");
  director = await addUser(app, world.tenant, "DIRECTOR");
  const properties = { license_number: { type: "string", "x-sealed": true } };
  const schema = { type: "object", properties: { kept: { type: "object", properties } } };
  await admin.createMaster({
    kind: "product-lines",
    name: "Planted",
    code: "planted",
    versions: [{ schema_version: 1, schema }],
  });
});
afterAll(() => app.stop());

const isTested = ({ access }: Operation): boolean => access !== "public" && access !== "signed_in";
/** The fields that can take a planted value. All kinds of operations with and without them are sampled. */
const plantableFields = new Set([...Object.keys(SEALED_VALUES), "custom_fields", "product_data"]);
const hasPlantableField = (operation: Operation): boolean =>
  Object.keys(inputSchema(operation).shape).some((field) => plantableFields.has(field));
const testedOperations = selectSample(operations.filter(isTested), {
  name: ({ name }) => name,
  kind: (operation) =>
    "product_data" in inputSchema(operation).shape
      ? operation.name
      : `${hasPlantableField(operation)} ${operationKind(operation)}`,
});

/** The input of a user who cannot see the hidden field. */
function removeHidden(input: Input): Input {
  const { custom_fields, ...rest } = input;
  if (!custom_fields) return input;
  const { veiled: _veiled, ...remainingFields } = custom_fields as Input;
  return { ...rest, custom_fields: remainingFields };
}

/** The input of a lead with the details of a product line that the tenant added. */
function useCustomLine({ auto_data: _auto, ...rest }: Input): Input {
  const { license_number } = SEALED_VALUES;
  return { ...rest, product_line: "planted", product_data: { planted: { kept: { license_number }, free: { license_number } } } };
}

const inputVariants = (operation: Operation) => {
  const keepInput = (input: Input): Input => input;
  return "product_data" in inputSchema(operation).shape ? [keepInput, useCustomLine] : [keepInput];
};

describe("sealed and hidden values", () => {
  it("are in no response to users without permission, and in no response to a write", async () => {
    const leaks: string[] = [];
    let [planted, ofOwn] = [0, 0];
    for (const operation of testedOperations)
      for (const variant of inputVariants(operation)) {
        const input = variant(await inputFor(app, world, operation));
        const isPlanted = PLANTED_PATTERN.test(JSON.stringify(input));
        if (isPlanted) planted++;
        const { body } = await sendAs(app, manager.token, operation, removeHidden(input));
        if (PLANTED_PATTERN.test(body)) leaks.push(`${operation.name} tells a MANAGER ${PLANTED_PATTERN.exec(body)?.[0]}`);
        if (operation.method === "GET" || !isPlanted) continue;
        const adminResponse = await sendAs(app, world.tenant.token, operation, variant(await inputFor(app, world, operation)));
        const sealed = Object.values(SEALED_VALUES).filter((value) => adminResponse.body.includes(value));
        if (sealed.length > 0) leaks.push(`${operation.name} answers with ${sealed}`);
        if (variant === useCustomLine && adminResponse.status < 300) ofOwn++;
      }
    expect(leaks).toEqual([]);
    // The test is only valid if values were planted.
    expect(planted).toBeGreaterThan(5);
    expect(ofOwn).toBeGreaterThan(2);
  });

  it("are in no event, and sealed ones are never in clear text in the table", async () => {
    await app.settle();
    expect(events.length).toBeGreaterThan(isExhaustive ? 100 : 30);
    expect(JSON.stringify(events)).not.toMatch(PLANTED_PATTERN);
    const stored = dumpItems(app, world.tenant.id).map((item) =>
      JSON.stringify(item, (_, value) => (value instanceof Set ? [...value] : value instanceof Uint8Array ? "" : value)),
    );
    expect(stored.length).toBeGreaterThan(isExhaustive ? 500 : 200);
    const open = stored.filter((item) => Object.values(SEALED_VALUES).some((value) => item.includes(value)));
    expect(open.map((item) => item.slice(0, 300))).toEqual([]);
  });

  it("are in no export by a user without permission", async () => {
    const entities = selectSample(
      domains.flatMap(({ exports = {} }) => Object.keys(exports)),
      { name: (entity) => entity, kind: (entity) => (/^(leads|persons)$/.test(entity) ? entity : "other") },
    );
    const exportRequests: { what: string; token: string; id: string; wanted: RegExp }[] = [];
    for (const entity of entities) {
      const columns = await runInTenant(app, world.tenant, async () => (await loadExportable(entity)).columns());
      for (const [role, { token }, pattern] of [
        ["MANAGER", manager, PLANTED_PATTERN],
        ["DIRECTOR", director, new RegExp(HIDDEN_VALUE)],
      ] as const) {
        const names = columns.map((column) => column.name);
        const id = await started(entity, token, names);
        if (id !== undefined) exportRequests.push({ what: `${entity} for ${role}`, token, id, wanted: pattern });
      }
      // A user has few open exports at a time.
      await app.settle();
    }
    const files = await Promise.all(
      exportRequests.map(async (request) => ({ ...request, file: await fetchExport(app, request.token, request.id) })),
    );
    expect(files.filter(({ file }) => file.status !== "completed").map(({ what: label }) => label)).toEqual([]);
    expect(
      files.filter(({ file, wanted: pattern }) => pattern.test(file.bytes.toString("utf8"))).map(({ what: label }) => label),
    ).toEqual([]);
    expect(files.filter(({ what: label, file }) => /^(leads|persons)/.test(label) && file.rows.length > 3)).toHaveLength(4);
  });

  /** Starts an export with every column that the caller may use. Rejected columns are removed; undefined if none is left. */
  async function started(entity: string, token: string, names: readonly string[]): Promise<string | undefined> {
    const name = String(operations.find(({ path }) => path.endsWith("/export") && path.includes(entity))?.name);
    const query = exportInput(name);
    const start = (columns: readonly string[]) =>
      startExport(app, token, name, { columns, query }).catch((error: Error) => error.message);
    const first = await start(names);
    const refusedColumns = new Set([...first.matchAll(/columns\[(\d+)\]/g)].map(([, index]) => names[Number(index)]));
    const id = refusedColumns.size > 0 ? await start(names.filter((each) => !refusedColumns.has(each))) : first;
    return id.startsWith("403") ? undefined : id;
  }
});

describe("docs/platform/sensitive-data.md", () => {
  it("lists the classes of each kind as declared in code", async () => {
    const collections = await runInTenant(app, world.tenant, loadAllCollections);
    const custom = domains.flatMap(({ features: takes }) => (takes?.custom_fields ?? []).map(({ name }) => name));
    const rows = collections.flatMap((collection) => {
      const { sealed, internal = [], secret = [], pathDeclarationSources: declares = [] } = collection.definition;
      const sensitiveNames = collection.name === "person" ? Object.keys(sensitiveFields) : [];
      const documents = Object.entries(declaredSealings(collection)).flatMap(([field, { paths }]) =>
        paths.map((path) => `${field}.${path}`),
      );
      const cells = [
        [...sensitiveNames, ...documents],
        declares.length > 0 && custom.includes(collection.name) ? ["custom_fields"] : [],
        [...secret],
        [...internal, ...(sealed ? [sealed] : [])],
      ];
      if (cells.every((cell) => cell.length === 0)) return [];
      return [`| ${[collection.name, ...cells.map((cell) => cell.map((name) => `\`${name}\``).join(", "))].join(" | ")} |`];
    });
    const docs = readFileSync(new URL("../../../docs/platform/sensitive-data.md", import.meta.url), "utf8");
    const table = /<!-- classes -->\n[^\n]*\n[^\n]*\n([\s\S]*?)<!-- \/classes -->/.exec(docs)?.[1] ?? "";
    const plain = (line: string): string => line.replaceAll(/\s+/g, " ").trim();
    expect(table.trim().split("\n").map(plain)).toEqual(rows.map(plain).sort());
  });
});
