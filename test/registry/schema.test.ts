import { domains } from "@crm/core/domains.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { type Role, roles } from "@crm/core/kernel/permission.ts";
import { TENANT } from "@crm/core/tenant/tenant.domain.ts";
import { operations } from "@crm/functions/api/index.ts";
import { BASE_PATH, type Operation, parametersOf } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampled } from "../sample.ts";
import { addUser, inProcess, startTestApp, type TestUser } from "../support.ts";
import { inputFor, MARK, makeUpload, makeWorld, sendAs, type World } from "./world.ts";

/**
 * What /schema says, held against what a running app does: by a client that knows nothing else. New kinds are covered by being
 * there.
 */
let app: App;
let own: World;
let kinds: readonly Kind[];
/** Kinds that can be asked alike stand for each other. */
let some: readonly Kind[];
const users = new Map<Role, TestUser>();

type Kind = Awaited<ReturnType<World["tenant"]["admin"]["getSchema"]>>["data"]["kinds"][number];
type Field = Kind["fields"][number];
type Sampled = Pick<Field, "name" | "type" | "multiple" | "choices" | "record" | "master" | "min" | "max_length">;

beforeAll(async () => {
  app = await startTestApp();
  own = await makeWorld(app, MARK);
  await own.tenant.admin.updateTenant({ settings: { visibility: "all" } });
  for (const role of roles) users.set(role, await addUser(app, own.tenant, role));
  kinds = (await own.tenant.admin.getSchema()).data.kinds;
  some = sampled(kinds, { name: ({ kind }) => kind, kind: ({ operations: usual }) => usual.join() });
});
afterAll(() => app.stop());

/** Where a client finds what `operations` names. */
const places: Record<Kind["operations"][number], readonly [method: string, below: string]> = {
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

/** All that a kind says can be asked, as `GET /api/v1/leads/{id}`. */
function askedOf({ kind, path, operations: usual, tabs, actions }: Kind): string[] {
  const at = usual.map((name) => {
    const [method, below] = places[name];
    return `${method} ${path}${kind === TENANT.name ? "" : below}`;
  });
  return [...at, ...tabs.map((tab) => `GET ${tab.path}`), ...actions.map((action) => `${action.method} ${action.path}`)];
}

const send = async (method: string, path: string, { body, query = "", token = own.tenant.token }: Sent = {}) => {
  const content: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
  const answer = await inProcess(app, token)({ method, path, query, headers: content, body: body && JSON.stringify(body) });
  return { status: answer.status, ...JSON.parse(answer.body || "{}") };
};
interface Sent {
  body?: Record<string, unknown>;
  query?: string;
  token?: string;
}

const told = ({ status, error }: Awaited<ReturnType<typeof send>>): string => `${status} ${JSON.stringify(error ?? {})}`;

describe("a record", () => {
  it("shows the fields that are said, and no others, and so does its row", async () => {
    for (const { kind, path, row, operations: usual } of some) {
      const read = operations.find(
        (each) => each.method === "GET" && [`${path}/{id}`, path].includes(`${BASE_PATH}${each.path}`) && each.kind === "record",
      ) as Operation;
      const answer = await sendAs(app, own.tenant.token, read, await inputFor(app, own, read));
      const { custom_fields = {}, ...record } = JSON.parse(answer.body).data;
      // What was made since has made fields of the tenant's own too.
      const fields = (await own.tenant.admin.getSchema({ kind })).data.kinds[0]?.fields ?? [];
      const namesOf = (isCustom: boolean) =>
        fields.flatMap(({ name, visible, custom }) =>
          visible && custom === isCustom ? [name.replace("custom_fields.", "")] : [],
        );
      expect([kind, Object.keys(record).sort()]).toEqual([kind, namesOf(false).sort()]);
      expect([kind, Object.keys(custom_fields).sort()]).toEqual([kind, namesOf(true).sort()]);
      if (!usual.includes("list")) continue;
      const { data } = await send("GET", path, { query: "limit=1" });
      for (const each of data) expect([kind, Object.keys(each).sort()]).toEqual([kind, [...row, "links"].sort()]);
    }
  });
});

it("a record is shown with the records that are said, and with no others", async () => {
  for (const { kind, path, expand, operations: usual } of some) {
    const address = usual.includes("read") && kind !== TENANT.name ? `${path}/none` : path;
    const names = expand.map(({ name }) => name);
    const [known, unknown] = await Promise.all(
      [[...names, "labels"], ["no_such_name"]].map((asked) => send("GET", address, { query: `expand=${asked.join()}` })),
    );
    expect([kind, [200, 404].includes(known?.status ?? 0)]).toEqual([kind, true]);
    const message = `There is no "no_such_name" here, but ${["labels", ...names].join(", ")}`;
    expect([kind, unknown?.error?.details]).toEqual([kind, [{ field: "expand", message }]]);
  }
});

describe("what can be done", () => {
  const named = ({ method, path }: Operation): string => `${method} ${BASE_PATH}${path}`;

  it("is every operation below a kind, but for what is read beside its records", () => {
    const said = new Set(kinds.flatMap(askedOf));
    const below = operations.filter(
      ({ kind, path }) => kind !== "page" && kinds.some((each) => `${BASE_PATH}${path}/`.startsWith(`${each.path}/`)),
    );
    const unsaid = below.filter((operation) => !said.has(named(operation)));
    expect(unsaid.filter(({ method, path }) => method !== "GET" || parametersOf(path).join() === "id").map(named)).toEqual([]);
    expect([...said].filter((each) => !below.some((operation) => named(operation) === each))).toEqual([]);
  });

  /** No operation takes it, so nothing is done. */
  const NOTHING = { no_such_field: 1 };

  it.each(roles)("by %s is what is not refused with 403", async (role) => {
    const { token, as } = users.get(role) as TestUser;
    const { data } = await as.getSchema();
    const said = new Set(data.kinds.flatMap(askedOf));
    const whole = kinds.flatMap(askedOf);
    const kind = (asked: string): string => `${asked.split(" ", 1)} ${said.has(asked)}`;
    for (const asked of sampled(whole, { name: (each) => `${role} ${each}`, kind })) {
      const [method = "", path = ""] = asked.split(" ");
      const { status } = await send(method, path.replaceAll(/\{\w+\}/g, "none"), {
        token,
        ...(method === "GET" ? {} : { body: NOTHING }),
      });
      expect([asked, status !== 403]).toEqual([asked, said.has(asked)]);
    }
  });
});

/** Texts that must be of a form, which a schema of fields does not tell. */
const texts: Record<string, () => string> = {
  field_name: () => `f_${++serial}`,
  path: () => `metadata.p${++serial}`,
  related_to_id: () => String(own.fillings.ids.lead),
  currency: () => "EUR",
  from: () => "EUR",
  to: () => "USD",
  pair: () => "EURUSD",
  timezone: () => "Europe/Berlin",
};
/** And what has a form of its own. */
const forms: Record<string, object> = {
  hours: { mon: [["09:00", "17:00"]] },
  texts: { language: "en", body: "Said" },
};
/**
 * What is required beside that depends on a value: of accounts on their provider (test/signature-provider), of an address on its channel.
 */
const beside: Record<string, object> = {
  signature_account: { provider: "dropbox_sign", api_key: "a-key-of-sixteen-letters" },
  sms_service_account: { provider: "telnyx", api_key: "a-key-of-sixteen-letters" },
  mail_account: { way: "house" },
  webhook_endpoint: { events: ["lead.*"] },
  suppression: { channel: "email", address: "jane@mail.example" },
};
let serial = 0;

/** A value of a field by what is said of it. */
async function sampleOf(field: Sampled): Promise<unknown> {
  if (field.multiple) return [await sampleOf({ ...field, multiple: false })];
  const { type, choices, record = "", master = "", min, max_length = 40 } = field;
  if (choices?.[0]) return choices[0].code;
  const n = ++serial;
  // Each upload is used once.
  if (field.name === "upload_id") return makeUpload(app, own, "Name\nAda\n");
  switch (type) {
    case "reference":
      return (
        own.fillings.ids[record] ?? newId(domains.flatMap((each) => each.kinds).find(({ name }) => name === record) as never)
      );
    case "master":
      return own.fillings.ids[`master ${master}`];
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
      return forms[field.name] ?? {};
    default:
      return (texts[field.name]?.() ?? `Said_${n}`).slice(0, max_length);
  }
}

describe("a new record", () => {
  it("is made of the fields that are required, and of no fewer", async () => {
    const makers = some.filter((each) => each.operations.includes("create"));
    for (const { kind, path, fields, any_of } of makers) {
      const byName = new Map(fields.map((field) => [field.name, field]));
      const needed = [...fields.filter(({ required }) => required), ...any_of.map(([first = ""]) => byName.get(first) as Field)];
      const sampled = await Promise.all(needed.map(async (field) => [field.name, await sampleOf(field)] as const));
      const input: Record<string, unknown> = { ...Object.fromEntries(sampled), ...beside[kind] };
      expect([kind, told(await send("POST", path, { body: input }))]).toEqual([kind, "201 {}"]);
      for (const { name } of needed) {
        const { [name]: _out, ...rest } = input;
        const { status } = await send("POST", path, { body: rest });
        expect([kind, name, status]).toEqual([kind, name, 400]);
      }
    }
  });

  it("takes no other field than those that are said", async () => {
    for (const { kind, path, operations: usual } of some.filter((each) => each.operations.includes("create"))) {
      const { status, error } = await send("POST", path, { body: { no_such_field: 1 } });
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
  it("is asked by each filter and operator, and by no others", async () => {
    for (const { kind, path, fields, filters } of some.filter((each) => each.operations.includes("list"))) {
      for (const filter of filters) {
        const { name, plain, operators } = filter;
        const parameters = [...(plain ? [name] : []), ...operators.map((each) => `${name}[${each}]`)];
        expect([kind, name, parameters.length > 0]).toEqual([kind, name, true]);
        const about = fields.find((each) => each.name === filter.field) ?? filter;
        const value = String(await sampleOf({ ...about, name, multiple: false }));
        for (const parameter of parameters) {
          const from = /\[lte?\]$/.test(parameter) ? { [`${name}[gte]`]: value } : {};
          const query = String(new URLSearchParams({ ...from, [parameter]: parameter.endsWith("[is_null]") ? "true" : value }));
          expect([kind, query, told(await send("GET", path, { query }))]).toEqual([kind, query, "200 {}"]);
        }
        if (!operators.includes("gte") || filter.type !== "instant") continue;
        const ahead = await send("GET", path, { query: `${name}[gte]=2999-01-01` });
        expect([kind, name, ahead.data]).toEqual([kind, name, []]);
      }
      expect([kind, (await send("GET", path, { query: "no_such_filter=1" })).status]).toEqual([kind, 400]);
    }
  });

  it("comes in each order, and in no others", async () => {
    for (const { kind, path, sorts } of some.filter((each) => each.operations.includes("list"))) {
      expect(sorts.length).toBeGreaterThan(0);
      for (const sort of sorts) {
        // By when they changed, records are listed of some days.
        const query = sort === "updated_at" ? `sort=${sort}&updated_at[gte]=${new Date().toISOString()}` : `sort=${sort}`;
        expect([kind, sort, told(await send("GET", path, { query }))]).toEqual([kind, sort, "200 {}"]);
      }
      expect([kind, (await send("GET", path, { query: "sort=no_such_order" })).status]).toEqual([kind, 400]);
    }
  });
});
