import { readFileSync } from "node:fs";
import { auditGrants } from "@crm/core/audit/audit.domain.ts";
import { allows, type Permission, type Role, roles } from "@crm/core/kernel/permission.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { leadGrants } from "@crm/core/lead/lead.domain.ts";
import { personGrants } from "@crm/core/person/person.domain.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesOf, call, startOf } from "../export/files.ts";
import { brought, csv, raw } from "../import/support.ts";
import { addUser, publishedBy, signUp, startTestApp, type Tenant } from "../support.ts";

/**
 * The table of docs/sensitive-data.md: what each role is told of each class of field on each way, asked of the operations and held
 * against the rights that the code declares. The tenant's visibility is `all`, so that every role sees the records.
 */
const ways = ["get", "list", "export", "report", "audit", "event"] as const;
type Way = (typeof ways)[number];
const classes = ["plain", "sealed", "hidden", "internal"] as const;
type Class = (typeof classes)[number];
type Told = "whole" | "masked" | "–" | "refused";

/** The role to which the hidden field is shown, beside nobody else. */
const SHOWN_TO: Role = "DIRECTOR";
const planted: Record<Exclude<Class, "internal">, string> = {
  plain: "TABLE-PLAIN-81",
  sealed: "TABLE-SEALED-82",
  hidden: "TABLE-HIDDEN-83",
};
const custom_fields = { veiled: planted.hidden };

interface Asked {
  kind: "lead" | "person";
  get: string;
  list: string;
  export: string;
  path: "leads" | "persons";
  grants: { read: Permission };
  columns: readonly string[];
  /** A field that nobody is told of. */
  internal: string;
  id: string;
  refused: string;
}

let app: App;
let tenant: Tenant;
let asked: Asked[];
const tokens = new Map<Role, string>();
let events: readonly DomainEvent[];
const observed = new Map<string, Record<Way, Told>>();

beforeAll(async () => {
  app = await startTestApp();
  events = publishedBy(app);
  tenant = await signUp(app, { visibility: "all" });
  for (const role of roles) tokens.set(role, role === "ADMIN" ? tenant.token : (await addUser(app, tenant, role)).token);
  for (const entity_type of ["lead", "person"] as const)
    await tenant.admin.createCustomField({
      ...{ entity_type, field_name: "veiled", field_label: "Veiled", field_type: "text", visible_to: [SHOWN_TO, "ADMIN"] },
    } as never);
  const auto_data = { schema_version: 2, drivers: [{ name: "Ann", license_number: planted.sealed }], vehicles: [] };
  const lead = { last_name: "Tabled", company: planted.plain, auto_data, custom_fields };
  const person = { last_name: "Tabled", job_title: planted.plain, document_number: planted.sealed, document_type: "passport" };
  const ids = {
    lead: (await tenant.admin.createLead(lead as never)).data.id,
    person: (await tenant.admin.createPerson({ ...person, custom_fields } as never)).data.id,
  };
  const refused = {
    lead: csv(
      ["last_name", "company", "auto_data", "custom_fields.veiled", "email"],
      ["Refused", planted.plain, JSON.stringify(auto_data), planted.hidden, "none"],
    ),
    person: csv(
      ["last_name", "job_title", "document_number", "custom_fields.veiled", "email"],
      ["Refused", planted.plain, planted.sealed, planted.hidden, "none"],
    ),
  };
  asked = [
    {
      ...{ kind: "lead", get: "getLead", list: "listLeads", export: "exportLeads", path: "leads", grants: leadGrants },
      ...{ columns: ["company", "auto_data", "custom_fields.veiled"], internal: "sealed" },
      ...{ id: ids.lead, refused: (await brought(app, tenant.token, "leads", refused.lead)).id },
    },
    {
      ...{
        kind: "person",
        get: "getPerson",
        list: "listPersons",
        export: "exportPersons",
        path: "persons",
        grants: personGrants,
      },
      ...{ columns: ["job_title", "document_number", "custom_fields.veiled"], internal: "hashes" },
      ...{ id: ids.person, refused: (await brought(app, tenant.token, "persons", refused.person)).id },
    },
  ];
  await app.settle();
  for (const each of asked) for (const role of roles) await ask(each, role);
});
afterAll(() => app.stop());

/** What a role is told on all ways, of all classes. */
async function ask(each: Asked, role: Role): Promise<void> {
  const token = tokens.get(role) as string;
  const answers = {
    get: await answered(token, each.get, { id: each.id }),
    list: await answered(token, each.list, { limit: 100 }),
    export: await exportedTo(token, each),
    report: await reportTo(token, each.refused),
    audit: await auditOf(token, each.id),
    event: JSON.stringify(events.filter(({ id }) => id.startsWith(each.id))),
  } satisfies Record<Way, string | undefined>;
  for (const of of classes) {
    const told = Object.fromEntries(ways.map((way) => [way, toldIn(answers[way], each, of)])) as Record<Way, Told>;
    observed.set(`${each.kind} ${of} ${role}`, told);
  }
}

async function answered(token: string, name: string, input: Record<string, unknown>): Promise<string | undefined> {
  const { status, body } = await call(app, token, name, input);
  return status < 400 ? body : undefined;
}

async function reportTo(token: string, id: string): Promise<string | undefined> {
  const { status, body } = await raw(app, token, "GET", `/imports/${id}/errors`);
  return status < 400 ? body : undefined;
}

async function exportedTo(token: string, { export: name, columns }: Asked): Promise<string | undefined> {
  const start = (names: readonly string[]) =>
    startOf(app, token, name, { columns: names }).catch((error: Error) => error.message);
  const first = await start(columns);
  const refused = new Set([...first.matchAll(/columns\[(\d+)\]/g)].map(([, at]) => columns[Number(at)]));
  const id = refused.size > 0 ? await start(columns.filter((column) => !refused.has(column))) : first;
  if (/^\d{3}:/.test(id)) return undefined;
  await app.settle();
  return (await bytesOf(app, token, id)).toString("utf8");
}

async function auditOf(token: string, record_id: string): Promise<string | undefined> {
  const listed = await answered(token, "listAuditEntries", { record_id });
  const [entry] = listed === undefined ? [] : (JSON.parse(listed).data as { id: string }[]);
  return entry && answered(token, "getAuditEntry", { id: entry.id });
}

function toldIn(answer: string | undefined, { internal }: Asked, of: Class): Told {
  if (answer === undefined) return "refused";
  if (of === "internal")
    return answer.includes(`"${internal}":"***"`) ? "masked" : answer.includes(`"${internal}":`) ? "whole" : "–";
  if (answer.includes(planted[of])) return "whole";
  return of === "sealed" && /•|"\*\*\*"/.test(answer) ? "masked" : "–";
}

/** What the declared rights say that a role is told. */
function declared({ kind, grants }: Asked, of: Class, role: Role): Record<Way, Told> {
  const may = (permission: Permission): boolean => allows([role], permission);
  const isReader = may(grants.read);
  const opens = may(personGrants.sensitive);
  const shows = of === "plain" || (of === "hidden" && [SHOWN_TO, "ADMIN"].includes(role));
  const inRecord = of === "sealed" ? (opens ? "whole" : "masked") : shows ? "whole" : "–";
  const when = (isAllowed: boolean, told: Told): Told => (isAllowed ? told : "refused");
  return {
    get: when(isReader, inRecord),
    list: when(isReader, of === "plain" ? "whole" : "–"),
    export: when(isReader, of === "sealed" && kind === "person" ? "masked" : inRecord),
    report: when(role === "ADMIN", of === "internal" ? "–" : "whole"),
    audit: when(may(auditGrants.read), of === "sealed" || of === "internal" ? "masked" : shows ? "whole" : "–"),
    event: "–",
  };
}

describe("docs/sensitive-data.md", () => {
  it("has what each role is told of each class on each way, as operations answer and rights declare", () => {
    for (const each of asked)
      for (const of of classes)
        for (const role of roles) {
          const name = `${each.kind} ${of} ${role}`;
          expect([name, observed.get(name)]).toEqual([name, declared(each, of, role)]);
        }
    const rows = asked.flatMap(({ kind }) =>
      classes.flatMap((of) => {
        const alike = Map.groupBy(roles, (role) => ways.map((way) => observed.get(`${kind} ${of} ${role}`)?.[way]).join(" | "));
        return [...alike].map(([told, some]) => `| ${kind} | ${of} | ${some.join(", ")} | ${told} |`);
      }),
    );
    const docs = readFileSync(new URL("../../docs/sensitive-data.md", import.meta.url), "utf8");
    const table = /<!-- told -->\n[^\n]*\n[^\n]*\n([\s\S]*?)\n<!-- \/told -->/.exec(docs)?.[1] ?? "";
    expect(table.split("\n").map((row) => row.replaceAll(/ +/g, " ").trim())).toEqual(rows);
  });
});
