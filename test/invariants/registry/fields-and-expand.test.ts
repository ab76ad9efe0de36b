import { domains } from "@crm/core/domains.ts";
import { listActorFields } from "@crm/core/kernel/actor.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { isId, type Kind } from "@crm/core/kernel/id.ts";
import { type Role, roles } from "@crm/core/kernel/permission.ts";
import { findMasterReferences, listRecordReferences, type Shape } from "@crm/core/kernel/schema.ts";
import { USER } from "@crm/core/platform/user/user.kind.ts";
import { Expansion } from "@crm/core/views/expansion.ts";
import { operations } from "@crm/functions/api/index.ts";
import { inputSchema, isShaped, type Operation } from "@crm/functions/http/operation.ts";
import { readShaping } from "@crm/functions/http/response-shape.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod";
import { addUser, startTestApp } from "../../support/app.ts";
import { isExhaustive, selectSample } from "../../support/sample.ts";
import { type Input, inputFor, makeWorld, sendAs, type World } from "./world.ts";

/**
 * `fields` and `expand` for a sample of the operations that read records. An expanded record is what the same caller reads by its id. One that the
 * caller cannot read is null, or has nothing but its name.
 */
type Row = Record<string, unknown>;

const shapedOperations = operations.filter(isShaped);
const findOperation = (name: string): Operation => operations.find((operation) => operation.name === name) as Operation;
const inTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, world.tenant.id, "test"), work);
const readShape = ({ output }: Operation): Shape => {
  const { expanded: _expanded, ...shape } = (output as z.ZodObject).shape;
  return shape as Shape;
};

/** Expanded records are built in the same way for each id, so one operation of a kind is enough. */
const operationSample = selectSample(shapedOperations, {
  name: ({ name }) => name,
  kind: (operation) => `${operation.method} ${operation.kind} ${[...Expansion.listExpandNames(readShape(operation)).keys()][0]}`,
});

let app: App;
let world: World;
const tokens = new Map<Role, string>();
const inputs = new Map<Operation, Input>();

beforeAll(async () => {
  app = await startTestApp();
  world = await makeWorld(app, "MARKED");
  world.sharedIds = new Map();
  const { tenant } = world;
  const users = await Promise.all(roles.map((role) => addUser(app, tenant, role)));
  for (const [index, role] of roles.entries()) tokens.set(role, users[index]?.token ?? "");
  for (const operation of operationSample) {
    const input = await inputFor(app, world, operation);
    // Drops the optional filters, so that lists return all records.
    const isNeeded = ([name]: [string, unknown]) => !inputSchema(operation).shape[name]?.safeParse(undefined).success;
    inputs.set(operation, Object.fromEntries(Object.entries(input).filter(isNeeded)));
  }
  await app.settle();
  await distributeOwners(users.map(({ id }) => id));
  await tenant.admin.updateTenant({ settings: { visibility: "own" } });
  await app.settle();
});
afterAll(() => app.stop());

/** Distributes records among users, so that they and the records they refer to have different owners; some get no owner. */
async function distributeOwners(users: readonly string[]): Promise<void> {
  const owners = [...users, null];
  let next = 0;
  for (const kind of ["Lead", "Customer", "Contact", "Opportunity", "Interaction"])
    for (const { id } of await readRows(findOperation(`list${kind.replace(/y$/, "ie")}s`), { limit: 100 }))
      await sendAs(app, world.tenant.token, findOperation(`update${kind}`), { id, owner_id: owners[next++ % owners.length] });
}

/** The records in an answer; none if the caller is rejected. */
async function readRows(operation: Operation, more: Input = {}, token = world.tenant.token): Promise<Row[]> {
  const answer = await sendAs(app, token, operation, { ...inputs.get(operation), ...more });
  if (answer.status === 404 || answer.status === 403) return [];
  const { data, error } = JSON.parse(answer.body);
  expect([operation.name, error]).toEqual([operation.name, undefined]);
  // A report is evaluated at each reading, so this instant differs.
  return [data]
    .flat()
    .map(({ as_of, ...row }: Row) =>
      operation.name === "getReport" ? row : { ...row, ...(as_of === undefined ? {} : { as_of }) },
    );
}

const pickFields = (row: Row, names: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([field]) => names.includes(field)));

/** Caches answers, because nothing changes meanwhile. */
const cachedRows = new Map<string, Promise<Row[]>>();
function readOnce(key: string, ask: () => Promise<Row[]>): Promise<Row[]> {
  const rows = cachedRows.get(key) ?? ask();
  cachedRows.set(key, rows);
  return rows;
}

/** What a caller reads of a record by its id. */
async function readRecord(token: string, { path }: Kind, id: string): Promise<Row | undefined> {
  const get = operations.find((operation) => operation.method === "GET" && operation.path === `${path}/{id}`) as Operation;
  return (await readOnce(`${token} ${id}`, () => readRows(get, { id }, token)))[0];
}

const kinds = domains.flatMap((domain) => domain.kinds);
/** The records of any kind that a row refers to. */
const listNamedRecords = (shape: Shape, row: Row) =>
  listRecordReferences(shape, row, (id) => kinds.find((kind) => isId(id, kind)));

/** Reads three pages, because there are fewer than 300 countries. */
const readMasters = (kind: string): Promise<Row[]> =>
  readOnce(kind, async () =>
    (await Promise.all([1, 2, 3].map((page) => readRows(findOperation("listMasters"), { kind, limit: 100, page })))).flat(),
  );

describe.each(operationSample.map((operation) => [operation.name, operation] as const))("%s", (_, operation) => {
  const shape = readShape(operation);

  it("returns each selectable field and the id", async () => {
    const fields = Object.keys(shape);
    const fullRows = await readRows(operation, { fields });
    for (const row of await readRows(operation)) expect(fullRows).toContainEqual(expect.objectContaining(row));
    for (const field of fields) {
      // The shape of custom fields is that of the tenant.
      const { shaping } = await inTenant(() => readShaping(operation, { fields: field }));
      expect(await shaping(fullRows)).toEqual(fullRows.map((row) => pickFields(row, ["id", field])));
    }
  });

  it("adds the names of master data and users", async () => {
    for (const { expanded, ...row } of await readRows(operation, { expand: "labels" }))
      expect(expanded).toEqual(await buildLabels(shape, row));
  });

  const names = [...Expansion.listExpandNames(shape).keys()];
  // A query returns the same records as the list, so one role is enough.
  it.each(operation.method === "GET" ? roles : (["SALES_REP"] as const))(
    "expands referenced records as %s may read them",
    async (role) => {
      const token = tokens.get(role) ?? "";
      for (const { expanded, ...row } of names.length > 0 ? await readRows(operation, { expand: names }, token) : [])
        await expectExpanded(token, shape, row, expanded as Row);
    },
  );
});

/** The labels of a row, looked up one by one. */
async function buildLabels(shape: Shape, row: Row): Promise<Row> {
  const labels: Row = {};
  for (const [field, { kind, storageForm: storedField }] of findMasterReferences(shape)) {
    const values = [row[field] ?? []].flat();
    const all = values.length > 0 ? await readMasters(kind.name) : [];
    const shownMasters = values.map((value) =>
      pickFields(all.find((master) => master[storedField] === value) as Row, ["id", "code", "name", "color"]),
    );
    if (shownMasters.length > 0) labels[field] = Array.isArray(row[field]) ? shownMasters : shownMasters[0];
  }
  const users = listActorFields(shape).map((field) => ({ field, id: String(row[field]) }));
  for (const { field, id } of [...listNamedRecords(shape, row), ...users].filter((reference) => isId(reference.id, USER))) {
    const { display_name } = (await readRecord(world.tenant.token, USER, id)) as Row;
    labels[field] = Array.isArray(row[field]) ? [{ id, name: display_name }] : { id, name: display_name };
  }
  for (const [field, partShape] of Expansion.listParts(shape)) {
    const parts = await Promise.all(((row[field] ?? []) as Row[]).map((part) => buildLabels(partShape, part)));
    const named = parts.flatMap((part) => Object.values(part).flat()) as { id: string }[];
    if (named.length > 0) labels[field] = [...new Map(named.map((label) => [label.id, label])).values()];
  }
  return labels;
}

const expansionCounts = { shown: 0, hidden: 0 };

async function expectExpanded(token: string, shape: Shape, row: Row, expanded: Row): Promise<void> {
  const fields = new Set(Expansion.listExpandNames(shape).values());
  const users = listActorFields(shape).map((field) => ({ field, id: String(row[field]), kind: USER }));
  const references = [...listNamedRecords(shape, row), ...users].filter(
    ({ field, id, kind }) => fields.has(field) && isId(id, kind),
  );
  const recordByField = new Map<string, Row>();
  for (const { field, kind, id } of references) {
    const record = await readRecord(token, kind, id);
    expansionCounts[record ? "shown" : "hidden"]++;
    if (record) recordByField.set(field, record);
  }
  const isShown = (value: unknown): boolean => [value].flat().some((entry) => entry && !(entry as Row).is_hidden);
  const [shown, hidden] = [true, false].map((wanted) =>
    Object.entries(expanded).filter(([, value]) => isShown(value) === wanted),
  );
  expect(shown?.map(([field]) => field).sort()).toEqual([...recordByField.keys()].sort());
  for (const [field, value] of hidden ?? []) {
    const id = [row[field]].flat()[0];
    expect([null, [], { id, name: expect.any(String), is_hidden: true }]).toContainEqual(value);
    if (value && !Array.isArray(value)) expect(field).toBe("customer_id");
  }
  for (const [field, record] of recordByField) {
    const [entry = {}] = [expanded[field]].flat() as Row[];
    expect(entry).toEqual(pickFields(record, Object.keys(entry)));
    expect(entry.id).toBe(record.id);
  }
}

/** Ids that cannot be expanded: external numbers, kinds without records yet, and kinds with their own visibility rules. */
const bareIds = {
  "numbers of companies, and what machines call each other": [
    "tax_id",
    "buyer_tax_id",
    "seller_tax_id",
    "request_id",
    "session_id",
  ],
  "of kinds to come": ["order_id", "related_order_id", "converted_to_order_id", "converted_order_id"],
  "what providers call what is theirs": ["account_id", "envelope_id", "external_id", "transaction_id", "user_id"],
  "of a webhook, which administrators alone read": ["webhook_id"],
  "of an endpoint and its events, which are read below it": ["endpoint_id", "event_id"],
  "of a conversation, in what shows it by itself": ["conversation_id"],
  "of the subject of a message, which a reader of the message may be unable to see": ["sent_for_id"],
  "of records that are not kept here": ["linked_campaign_id", "linked_project_id"],
  "versions of rules, below their kind": ["based_on_id", "rule_set_id", "score_rule_id"],
  "of what the audit trail and notifications tell, by the links of the record": ["customer_id", "record_id"],
  "of the kind of master data that it stands in": ["parent_id"],
  "of the imports of sample data, which the tenant alone names": ["sample_import_ids"],
  "of former identities of a person, customer or contact, and the merges": ["merge_id", "merged_ids"],
  "of a file that is shown through its attachment": ["upload_id"],
  "of what stands in the record itself, or in its project": ["competitor_id", "milestone_id"],
  "of the undo of a bulk change, for its requester only": ["undoes_id", "undone_by_id"],
  "what the records of a sale, occurrences and translations have in common": ["series_id", "group_id", "sale_id"],
  "of a kind with readers that depend on its status": ["article_id"],
  "of a mail, as its sender calls it": ["message_id"],
  "of what is read with its ticket": ["comment_id"],
  "of a line, which is in its order": ["line_id"],
  "of a step, which is in its workflow": ["step_id"],
  "of an A/B test, which is read below its campaign": ["ab_test_id"],
  "of a macro, where it may stand for the current user": ["assigned_to_id"],
  "of a report, and of its runs and schedules, which are read below it": ["report_id", "run_id"],
  "of policies, which tenants start with and are not stored": ["policy_id", "sla_policy_id"],
};

it("each id field can be expanded, except these", () => {
  const bare = shapedOperations.flatMap((operation) => {
    const shape = readShape(operation);
    const knownFields = new Set([...findMasterReferences(shape).keys(), ...Expansion.listExpandNames(shape).values()]);
    return Object.keys(shape).filter((field) => /_ids?$/.test(field) && !knownFields.has(field));
  });
  expect([...new Set(bare)].sort()).toEqual(Object.values(bareIds).flat().sort());
});

it("records have been shown and hidden", () => {
  expect(expansionCounts.shown).toBeGreaterThan(isExhaustive ? 100 : 5);
  expect(expansionCounts.hidden).toBeGreaterThan(isExhaustive ? 20 : 0);
});
