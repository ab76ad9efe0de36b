import { domains } from "@crm/core/domains.ts";
import type { Kind as RecordKind } from "@crm/core/kernel/id.ts";
import { newId } from "@crm/core/kernel/id.ts";
import type { Layout } from "@crm/core/kernel/layout.ts";
import { type Role, roles } from "@crm/core/kernel/permission.ts";
import { TENANT } from "@crm/core/platform/tenant/tenant.kind.ts";
import { operations } from "@crm/functions/api/index.ts";
import { BASE_PATH, type Operation, pathParameterNames } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, startTestApp, type TestUser } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { inputFor, MARK, makeUpload, makeWorld, sendAs, type World } from "./world.ts";

/**
 * Compares /schema with the behaviour of a running app, from the view of a client that knows only /schema. New kinds are covered
 * automatically.
 */
let app: App;
let ownWorld: World;
let kinds: readonly Kind[];
/** A sample of the kinds; kinds with the same operations can represent each other. */
let sampledKinds: readonly Kind[];
const users = new Map<Role, TestUser>();

type Kind = Awaited<ReturnType<World["tenant"]["admin"]["getSchema"]>>["data"]["kinds"][number];
type Field = Kind["fields"][number];
type SampleField = Pick<
  Field,
  "name" | "type" | "type_field" | "fields" | "multiple" | "choices" | "record" | "master" | "min" | "max_length"
>;

beforeAll(async () => {
  app = await startTestApp();
  ownWorld = await makeWorld(app, MARK);
  await ownWorld.tenant.admin.updateTenant({ settings: { visibility: "all" } });
  for (const role of roles) users.set(role, await addUser(app, ownWorld.tenant, role));
  kinds = (await ownWorld.tenant.admin.getSchema()).data.kinds;
  sampledKinds = selectSample(kinds, { name: ({ kind }) => kind, kind: ({ operations: usual }) => usual.join() });
});
afterAll(() => app.stop());

/** The method and path of each name in `operations`. */
const operationPlaces: Record<Exclude<Kind["operations"][number], "bulk">, readonly [method: string, below: string]> = {
  list: ["GET", ""],
  query: ["POST", "/query"],
  create: ["POST", ""],
  read: ["GET", "/{id}"],
  replace: ["PUT", "/{id}"],
  update: ["PATCH", "/{id}"],
  delete: ["DELETE", "/{id}"],
  restore: ["POST", "/{id}/restore"],
  batch: ["POST", "/batch"],
  import: ["POST", "/import"],
  export: ["POST", "/export"],
};

/** All routes of a kind, such as `GET /api/v1/leads/{id}`. */
function listRoutes({ kind, path, operations: usual, tabs, actions }: Kind): string[] {
  const standardRoutes = usual.flatMap((name) => {
    // Bulk changes have an address of their own: rights.test.ts of bulk changes covers them.
    if (name === "bulk") return [];
    const [method, below] = operationPlaces[name];
    return [`${method} ${path}${kind === TENANT.name ? "" : below}`];
  });
  return [
    ...standardRoutes,
    ...tabs.map((tab) => `GET ${tab.path}`),
    ...actions.map((action) => `${action.method} ${action.path}`),
  ];
}

const sendRequest = async (
  method: string,
  path: string,
  { body, query = "", token = ownWorld.tenant.token }: RequestOptions = {},
) => {
  const content: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
  const answer = await inProcessTransport(
    app,
    token,
  )({ method, path, query, headers: content, body: body && JSON.stringify(body) });
  return { status: answer.status, ...JSON.parse(answer.body || "{}") };
};
interface RequestOptions {
  body?: Record<string, unknown>;
  query?: string;
  token?: string;
}

const formatOutcome = ({ status, error }: Awaited<ReturnType<typeof sendRequest>>): string =>
  `${status} ${JSON.stringify(error ?? {})}`;

describe("a record", () => {
  it("has exactly the described fields, and so does its row", async () => {
    for (const { kind, path, row, operations: usual } of sampledKinds) {
      const read = operations.find(
        (operation) =>
          operation.method === "GET" &&
          [`${path}/{id}`, path].includes(`${BASE_PATH}${operation.path}`) &&
          operation.kind === "record",
      ) as Operation;
      const answer = await sendAs(app, ownWorld.tenant.token, read, await inputFor(app, ownWorld, read));
      const { custom_fields = {}, ...record } = JSON.parse(answer.body).data;
      // Records created meanwhile may have added custom fields.
      const fields = (await ownWorld.tenant.admin.getSchema({ kind })).data.kinds[0]?.fields ?? [];
      const listFieldNames = (isCustom: boolean) =>
        fields.flatMap(({ name, visible, custom }) =>
          visible && custom === isCustom ? [name.replace("custom_fields.", "")] : [],
        );
      expect([kind, Object.keys(record).sort()]).toEqual([kind, listFieldNames(false).sort()]);
      expect([kind, Object.keys(custom_fields).sort()]).toEqual([kind, listFieldNames(true).sort()]);
      if (!usual.includes("list")) continue;
      const { data } = await sendRequest("GET", path, { query: "limit=1" });
      // Rows have custom fields only if the caller names them.
      const rowFields = [...row.filter((name) => name !== "custom_fields"), "links"].sort();
      for (const listedRecord of data) expect([kind, Object.keys(listedRecord).sort()]).toEqual([kind, rowFields]);
    }
  });
});

it("a record expands exactly the described records", async () => {
  for (const { kind, path, expand, operations: usual } of sampledKinds) {
    const address = usual.includes("read") && kind !== TENANT.name ? `${path}/none` : path;
    const names = expand.map(({ name }) => name);
    const [knownResponse, unknown] = await Promise.all(
      [[...names, "labels"], ["no_such_name"]].map((expandNames) =>
        sendRequest("GET", address, { query: `expand=${expandNames.join()}` }),
      ),
    );
    expect([kind, [200, 404].includes(knownResponse?.status ?? 0)]).toEqual([kind, true]);
    const allNames = ["labels", ...names];
    const text = `Unknown names: "no_such_name". Available: ${allNames.join(", ")}`;
    const message = allNames.length <= 20 ? text : expect.stringMatching(/^Unknown names: "no_such_name"\./);
    expect([kind, unknown?.error?.details]).toEqual([kind, [{ field: "expand", message }]]);
  }
});

describe("the described operations", () => {
  const formatRoute = ({ method, path }: Operation): string => `${method} ${BASE_PATH}${path}`;

  it("are all operations of a kind, except reads beside its records", () => {
    const declaredRoutes = new Set(kinds.flatMap(listRoutes));
    const below = operations.filter(
      ({ kind, path }) => kind !== "page" && kinds.some((each) => `${BASE_PATH}${path}/`.startsWith(`${each.path}/`)),
    );
    const undeclaredOperations = below.filter((operation) => !declaredRoutes.has(formatRoute(operation)));
    expect(
      undeclaredOperations
        .filter(({ method, path }) => method !== "GET" || pathParameterNames(path).join() === "id")
        // A list with conditions in its body is the list, and no action.
        .filter(({ onlyReads, kind }) => !(onlyReads && kind === "list"))
        // Clients show followers in a place of their own.
        .filter(({ path }) => !/\/follow(ers)?$/.test(path))
        .map(formatRoute),
    ).toEqual([]);
    // An action of a part has other names in its path: `/orders/{order_id}/fulfilments/{id}/deliver`.
    const withoutNames = (route: string): string => route.replaceAll(/\{\w+\}/g, "{}");
    const knownRoutes = new Set(below.map((operation) => withoutNames(formatRoute(operation))));
    expect([...declaredRoutes].filter((route) => !knownRoutes.has(withoutNames(route)))).toEqual([]);
  });

  /** An input that no operation accepts, so that nothing is done. */
  const NOTHING = { no_such_field: 1 };

  it.each(roles)("by %s are those not refused with 403", async (role) => {
    const { token, client: as } = users.get(role) as TestUser;
    const { data } = await as.getSchema();
    const declaredRoutes = new Set(data.kinds.flatMap(listRoutes));
    const allRoutes = kinds.flatMap(listRoutes);
    const kind = (route: string): string => `${route.split(" ", 1)} ${declaredRoutes.has(route)}`;
    for (const route of selectSample(allRoutes, { name: (candidate) => `${role} ${candidate}`, kind })) {
      const [method = "", path = ""] = route.split(" ");
      const { status } = await sendRequest(method, path.replaceAll(/\{\w+\}/g, "none"), {
        token,
        ...(method === "GET" ? {} : { body: NOTHING }),
      });
      expect([route, status !== 403]).toEqual([route, declaredRoutes.has(route)]);
    }
  });
});

describe("a layout", () => {
  it("names fields, lists and operations of its kind", () => {
    for (const { kind, fields, row, layout, tabs, related, board, calendar, actions, operations: usual } of kinds) {
      const fieldNames = fields.map(({ name }) => name);
      const creatable = fields.filter((field) => field.creatable).map(({ name }) => name);
      const lists = [...tabs, ...related].map(({ name }) => name);
      const unknown = {
        sections: layout.sections.flatMap((section) => section.fields.filter((name) => !fieldNames.includes(name))),
        primary: layout.primary.filter((name) => !creatable.includes(name)),
        columns: [...layout.columns, ...layout.card].filter((name) => !row.includes(name)),
        tabs: layout.tabs.filter((name) => !lists.includes(name)),
        board: [board?.field, board?.sum, calendar?.start, calendar?.end].filter((name) => name && !row.includes(name)),
      };
      expect([kind, unknown]).toEqual([kind, { sections: [], primary: [], columns: [], tabs: [], board: [] }]);
      const shown = layout.sections.flatMap((section) => section.fields);
      expect([kind, shown.length, layout.primary.length <= 7]).toEqual([kind, new Set(shown).size, true]);
      expect([kind, usual.includes("create") && creatable.length > 0, layout.primary.length > 0]).toEqual([
        kind,
        ...Array(2).fill(layout.primary.length > 0),
      ]);
      const actionNames = [...actions.map(({ name }) => name), ...operations.map(({ name }) => name)];
      expect([kind, board?.moves.filter(({ action }) => !actionNames.includes(action)) ?? []]).toEqual([kind, []]);
    }
  });

  it("declares only operations, fields and lists that exist", async () => {
    const declared = domains.flatMap(({ layouts = {} }: { layouts?: Record<string, () => Promise<object>> }) =>
      Object.entries(layouts),
    );
    for (const [name, load] of declared) {
      const { actions = {}, fields = {}, lists = {}, hidden = [], tabs = [] } = (await load()) as Layout;
      const kind = kinds.find((candidate) => candidate.kind === name);
      if (tabs.length > 0) expect([name, kind?.layout.tabs]).toEqual([name, [...new Set(tabs)]]);
      expect([name, new Set(tabs).size]).toEqual([name, tabs.length]);
      const unknownColumns = Object.entries(lists).flatMap(([list, columns]) => {
        const part = kind?.tabs.find((tab) => tab.name === list) ?? kind?.fields.find((field) => field.name === list);
        return columns.filter((column) => !part?.fields?.some((field) => field.name === column));
      });
      expect([name, unknownColumns]).toEqual([name, []]);
      const unknownInputs = (kind?.actions ?? []).flatMap(({ name: action, preset = {}, fields: inputs }) =>
        Object.keys(preset).flatMap((input) => (inputs.some((field) => field.name === input) ? [] : [`${action}.${input}`])),
      );
      expect([name, unknownInputs]).toEqual([name, []]);
      const known = { actions: kind?.actions.map((action) => action.name), fields: kind?.fields.map((field) => field.name) };
      expect([name, known]).toEqual([
        name,
        {
          actions: expect.arrayContaining(Object.keys(actions)),
          fields: expect.arrayContaining([...Object.keys(fields), ...hidden]),
        },
      ]);
    }
  });

  it("has conditions in the grammar of list queries", async () => {
    for (const { kind, path, actions, fields } of kinds) {
      const isOfPart = (action: { path: string }) => action.path.startsWith(`${path}/{id}/`) && action.path.split("{").length > 2;
      for (const { path: actionPath, enabled_when = {} } of actions.filter(isOfPart)) {
        const list = fields.find(({ name }) => actionPath.startsWith(`${path}/{id}/${name}/`));
        const partFields = (list?.fields ?? []).map(({ name }) => name);
        expect([actionPath, partFields]).toEqual([actionPath, expect.arrayContaining(Object.keys(enabled_when))]);
      }
      const conditions = [
        ...actions.filter((action) => !isOfPart(action)).map((action) => action.enabled_when),
        ...fields.flatMap((field) => [field.visible_when, field.required_when]),
      ].filter((condition) => condition !== undefined);
      for (const where of new Map(conditions.map((condition) => [JSON.stringify(condition), condition])).values())
        expect([kind, where, formatOutcome(await sendRequest("POST", `${path}/query`, { body: { where, limit: 1 } }))]).toEqual([
          kind,
          where,
          "200 {}",
        ]);
    }
  });

  it("filters the lists of related records by the record", async () => {
    for (const { kind, related } of kinds) {
      const id = ownWorld.seeds.ids[kind];
      if (id === undefined) continue;
      for (const { name, kind: relatedKind, filter } of related) {
        const query = String(
          new URLSearchParams(
            Object.entries(filter).map(([field, value]): [string, string] => [field, value.replace("{id}", id)]),
          ),
        );
        const path = kinds.find((candidate) => candidate.kind === relatedKind)?.path ?? "";
        expect([kind, name, formatOutcome(await sendRequest("GET", path, { query: `${query}&limit=1` }))]).toEqual([
          kind,
          name,
          "200 {}",
        ]);
      }
    }
  });

  it("describes every JSON value", () => {
    const listUndescribed = (field: Pick<Field, "type" | "fields" | "values">, path: string): string[] => [
      ...(field.type === "json" && !field.fields && !field.values ? [path] : []),
      ...(field.fields ?? []).flatMap((inner) => listUndescribed(inner, `${path}.${inner.name}`)),
      ...(field.values ? listUndescribed(field.values, `${path}.*`) : []),
    ];
    expect(
      kinds.flatMap(({ kind, fields }) => fields.flatMap((field) => listUndescribed(field, `${kind}.${field.name}`))),
    ).toEqual([]);
  });
});

it("the index has the names of the schema", async () => {
  const { data } = await ownWorld.tenant.admin.getSchemaIndex();
  expect(data.kinds.map(({ kind }) => kind)).toEqual(kinds.map(({ kind }) => kind));
  expect(data.kinds[0]).toEqual(expect.objectContaining({ label: kinds[0]?.label, menu: kinds[0]?.menu }));
  expect(JSON.stringify(data).length).toBeLessThan(40_000);
});

/** Texts with a format that a field's schema does not describe. */
const patternTexts: Record<string, () => string> = {
  field_name: () => `f_${++serial}`,
  path: () => `metadata.p${++serial}`,
  related_to_id: () => String(ownWorld.seeds.ids.lead),
  currency: () => "EUR",
  from: () => "EUR",
  to: () => "USD",
  pair: () => "EURUSD",
  timezone: () => "Europe/Berlin",
};
/** Objects with a structure that a field's schema does not describe. */
const structuredValues: Record<string, object> = {
  hours: { mon: [["09:00", "17:00"]] },
  texts: { language: "en", body: "Said" },
};
/**
 * Fields that are required because of another value: the provider of an account (test/agreements/signature-provider) or the channel of an address.
 */
const requiredByKind: Record<string, object> = {
  signature_account: { provider: "dropbox_sign", api_key: "a-key-of-sixteen-letters" },
  sms_service_account: { provider: "telnyx", api_key: "a-key-of-sixteen-letters" },
  payment_account: { api_key: "rk_test_a1b2c3d4e5" },
  mail_account: { way: "house" },
  campaign: { name: "Spring", type: "EMAIL" },
  dashboard: { tiles: [] },
  webhook_endpoint: { events: ["lead.*"] },
  workflow: { kind: "lead", trigger: { on: "created" }, steps: [{ id: "end", do: "end" }] },
  suppression: { channel: "email", address: "jane@mail.example" },
  report: { kind: "lead", columns: ["company"] },
  target: { period: "2026-11" },
};

/** A case of another type names items that are delivered. */
async function completeCase(): Promise<object> {
  const line_items = [{ name: "Boat", unit_price: "10.00" }];
  const order = { customer_id: ownWorld.seeds.ids.customer, line_items, status: "CONFIRMED" };
  return { order_id: (await ownWorld.tenant.admin.createOrder(order)).data.id, case_type: "COMPLAINT" };
}

let serial = 0;

function requireKind(record: string): RecordKind {
  const kind = domains.flatMap((domain) => domain.kinds).find(({ name }) => name === record);
  if (!kind) throw new Error(`No kind is named ${record}`);
  return kind;
}

/** Builds a value from a field's schema. */
async function buildSampleValue(field: SampleField): Promise<unknown> {
  if (field.multiple) return [await buildSampleValue({ ...field, multiple: false })];
  const { type, choices, fields: parts, record = "", master = "", min, max_length = 40 } = field;
  if (parts) {
    const requiredParts = parts.filter(({ required }) => required);
    const entries = await Promise.all(requiredParts.map(async (part) => [part.name, await buildSampleValue(part)] as const));
    return { ...Object.fromEntries(entries), ...structuredValues[field.name] };
  }
  if (choices?.[0]) return choices[0].code;
  const n = ++serial;
  // An upload can be used only once.
  if (field.name === "upload_id") return makeUpload(app, ownWorld, "Name\nAda\n");
  switch (type) {
    case "reference":
      if (field.type_field !== undefined) return ownWorld.seeds.ids.lead;
      return ownWorld.seeds.ids[record] ?? newId(requireKind(record));
    case "master":
      return ownWorld.seeds.ids[`master ${master}`];
    case "integer":
    case "number":
      return Math.max(1, min ?? 1);
    case "money":
      return "12.50";
    case "boolean":
      return true;
    case "date":
      return "2026-02-03";
    case "instant":
      return new Date().toISOString();
    case "email":
      return `schema.${n}@mail.example`;
    case "url":
      return `https://example.com/${n}`;
    case "phone":
      return `+4930${1000000 + n}`;
    case "json":
      return structuredValues[field.name] ?? {};
    default:
      return (patternTexts[field.name]?.() ?? `Said_${n}`).slice(0, max_length);
  }
}

describe("a new record", () => {
  it("needs exactly the required fields", async () => {
    const makers = sampledKinds.filter((sampledKind) => sampledKind.operations.includes("create"));
    for (const { kind, path, fields, any_of } of makers) {
      const byName = new Map(fields.map((field) => [field.name, field]));
      const requiredFields = [
        ...fields.filter(({ required }) => required),
        ...any_of.map(([first = ""]) => byName.get(first) as Field),
      ];
      const sampled = await Promise.all(
        requiredFields.map(async (field) => [field.name, await buildSampleValue(field)] as const),
      );
      const input: Record<string, unknown> = {
        ...Object.fromEntries(sampled),
        ...(kind === "after_sales_case" ? await completeCase() : requiredByKind[kind]),
      };
      expect([kind, formatOutcome(await sendRequest("POST", path, { body: input }))]).toEqual([kind, "201 {}"]);
      for (const { name } of requiredFields) {
        const { [name]: _out, ...rest } = input;
        const { status } = await sendRequest("POST", path, { body: rest });
        expect([kind, name, status]).toEqual([kind, name, 400]);
      }
    }
  });

  it("rejects fields that are not described", async () => {
    for (const { kind, path, operations: usual } of sampledKinds.filter((sampledKind) =>
      sampledKind.operations.includes("create"),
    )) {
      const { status, error } = await sendRequest("POST", path, { body: { no_such_field: 1 } });
      expect([kind, usual.length > 0, status, error?.details.map(({ field }: { field: string }) => field)]).toEqual([
        kind,
        true,
        400,
        expect.arrayContaining(["no_such_field"]),
      ]);
    }
  });
});

describe("a list", () => {
  it("accepts exactly the described filters and operators", async () => {
    for (const { kind, path, fields, filters } of sampledKinds.filter((sampledKind) => sampledKind.operations.includes("list"))) {
      for (const filter of filters) {
        const { name, plain, operators } = filter;
        const parameters = [...(plain ? [name] : []), ...operators.map((operator) => `${name}[${operator}]`)];
        expect([kind, name, parameters.length > 0]).toEqual([kind, name, true]);
        const filterField = fields.find((field) => field.name === filter.field) ?? filter;
        const value = String(await buildSampleValue({ ...filterField, name, multiple: false }));
        for (const parameter of parameters) {
          const from = /\[lte?\]$/.test(parameter) ? { [`${name}[gte]`]: value } : {};
          const query = String(new URLSearchParams({ ...from, [parameter]: parameter.endsWith("[is_null]") ? "true" : value }));
          expect([kind, query, formatOutcome(await sendRequest("GET", path, { query }))]).toEqual([kind, query, "200 {}"]);
        }
        if (!operators.includes("gte") || filter.type !== "instant") continue;
        const futureResponse = await sendRequest("GET", path, { query: `${name}[gte]=2999-01-01` });
        expect([kind, name, futureResponse.data]).toEqual([kind, name, []]);
      }
      expect([kind, (await sendRequest("GET", path, { query: "no_such_filter=1" })).status]).toEqual([kind, 400]);
    }
  });

  it("accepts exactly the described sort orders", async () => {
    for (const { kind, path, sorts } of sampledKinds.filter((sampledKind) => sampledKind.operations.includes("list"))) {
      expect(sorts.length).toBeGreaterThan(0);
      for (const sort of sorts) {
        // Lists sorted by change date need a limited period.
        const query = sort === "updated_at" ? `sort=${sort}&updated_at[gte]=${new Date().toISOString()}` : `sort=${sort}`;
        expect([kind, sort, formatOutcome(await sendRequest("GET", path, { query }))]).toEqual([kind, sort, "200 {}"]);
      }
      expect([kind, (await sendRequest("GET", path, { query: "sort=no_such_order" })).status]).toEqual([kind, 400]);
    }
  });
});
