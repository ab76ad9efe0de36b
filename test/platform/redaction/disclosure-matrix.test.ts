import { readFileSync } from "node:fs";
import { type Permission, type Role, roles, rolesGrant } from "@crm/core/kernel/permission.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { personGrants } from "@crm/core/people/person/person.kind.ts";
import { auditGrants } from "@crm/core/platform/audit/audit.kind.ts";
import { leadGrants } from "@crm/core/sales/lead/lead.kind.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, recordPublishedEvents, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { callOperation, readExportBytes, startExport } from "../export/export-client.ts";
import { requestText, runImport, toCsv } from "../import/support.ts";

/**
 * The table in docs/platform/sensitive-data.md: what each role sees of each class of field through each channel. Operations are called and
 * compared with the declared rights. The tenant's visibility is `all`, so that every role sees the records.
 */
const channels = ["get", "list", "export", "report", "audit", "event"] as const;
type Channel = (typeof channels)[number];
const fieldClasses = ["plain", "sealed", "hidden", "internal"] as const;
type FieldClass = (typeof fieldClasses)[number];
type Disclosure = "whole" | "masked" | "–" | "refused";

/** The only role that sees the hidden field. */
const VISIBLE_ROLE: Role = "DIRECTOR";
const plantedValues: Record<Exclude<FieldClass, "internal">, string> = {
  plain: "TABLE-PLAIN-81",
  sealed: "TABLE-SEALED-82",
  hidden: "TABLE-HIDDEN-83",
};
const custom_fields = { veiled: plantedValues.hidden };

interface TestedKind {
  kind: "lead" | "person";
  get: string;
  list: string;
  export: string;
  path: "leads" | "persons";
  grants: { read: Permission };
  columns: readonly string[];
  /** A field that no role sees. */
  internal: string;
  id: string;
  refused: string;
}

let app: App;
let tenant: Tenant;
let testedKinds: TestedKind[];
const tokens = new Map<Role, string>();
let events: readonly DomainEvent[];
const observedDisclosures = new Map<string, Record<Channel, Disclosure>>();

beforeAll(async () => {
  app = await startTestApp();
  events = recordPublishedEvents(app);
  tenant = await signUp(app, { visibility: "all" });
  for (const role of roles) tokens.set(role, role === "ADMIN" ? tenant.token : (await addUser(app, tenant, role)).token);
  for (const entity_type of ["lead", "person"] as const)
    await tenant.admin.createCustomField({
      ...{ entity_type, field_name: "veiled", field_label: "Veiled", field_type: "text", visible_to: [VISIBLE_ROLE, "ADMIN"] },
    });
  const auto_data = { schema_version: 2, drivers: [{ name: "Ann", license_number: plantedValues.sealed }], vehicles: [] };
  const lead = { last_name: "Tabled", company: plantedValues.plain, auto_data, custom_fields };
  const person = {
    last_name: "Tabled",
    job_title: plantedValues.plain,
    document_number: plantedValues.sealed,
    document_type: "passport",
  };
  const ids = {
    lead: (await allowAnyInput(tenant.admin).createLead(lead)).data.id,
    person: (await tenant.admin.createPerson({ ...person, custom_fields })).data.id,
  };
  const rejectedFiles = {
    lead: toCsv(
      ["last_name", "company", "auto_data", "custom_fields.veiled", "email"],
      ["Refused", plantedValues.plain, JSON.stringify(auto_data), plantedValues.hidden, "none"],
    ),
    person: toCsv(
      ["last_name", "job_title", "document_number", "custom_fields.veiled", "email"],
      ["Refused", plantedValues.plain, plantedValues.sealed, plantedValues.hidden, "none"],
    ),
  };
  testedKinds = [
    {
      ...{ kind: "lead", get: "getLead", list: "listLeads", export: "exportLeads", path: "leads", grants: leadGrants },
      ...{ columns: ["company", "auto_data", "custom_fields.veiled"], internal: "sealed" },
      ...{ id: ids.lead, refused: (await runImport(app, tenant.token, "leads", rejectedFiles.lead)).id },
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
      ...{ id: ids.person, refused: (await runImport(app, tenant.token, "persons", rejectedFiles.person)).id },
    },
  ];
  await app.settle();
  for (const testedKind of testedKinds) for (const role of roles) await observeRole(testedKind, role);
});
afterAll(() => app.stop());

/** What a role sees of each class through each channel. */
async function observeRole(testedKind: TestedKind, role: Role): Promise<void> {
  const token = tokens.get(role) as string;
  const answers = {
    get: await readAnswer(token, testedKind.get, { id: testedKind.id }),
    list: await readAnswer(token, testedKind.list, { limit: 100 }),
    export: await readExport(token, testedKind),
    report: await readErrorReport(token, testedKind.refused),
    audit: await readAuditEntry(token, testedKind.id),
    event: JSON.stringify(events.filter(({ id }) => id.startsWith(testedKind.id))),
  } satisfies Record<Channel, string | undefined>;
  for (const fieldClass of fieldClasses) {
    const disclosures = Object.fromEntries(
      channels.map((channel) => [channel, classifyAnswer(answers[channel], testedKind, fieldClass)]),
    ) as Record<Channel, Disclosure>;
    observedDisclosures.set(`${testedKind.kind} ${fieldClass} ${role}`, disclosures);
  }
}

async function readAnswer(token: string, name: string, input: Record<string, unknown>): Promise<string | undefined> {
  const { status, body } = await callOperation(app, token, name, input);
  return status < 400 ? body : undefined;
}

async function readErrorReport(token: string, id: string): Promise<string | undefined> {
  const { status, body } = await requestText(app, token, "GET", `/imports/${id}/errors`);
  return status < 400 ? body : undefined;
}

async function readExport(token: string, { export: name, columns }: TestedKind): Promise<string | undefined> {
  const start = (names: readonly string[]) =>
    startExport(app, token, name, { columns: names }).catch((error: Error) => error.message);
  const first = await start(columns);
  const refusedColumns = new Set([...first.matchAll(/columns\[(\d+)\]/g)].map(([, index]) => columns[Number(index)]));
  const id = refusedColumns.size > 0 ? await start(columns.filter((column) => !refusedColumns.has(column))) : first;
  if (/^\d{3}:/.test(id)) return undefined;
  await app.settle();
  return (await readExportBytes(app, token, id)).toString("utf8");
}

async function readAuditEntry(token: string, record_id: string): Promise<string | undefined> {
  const listed = await readAnswer(token, "listAuditEntries", { record_id });
  const [entry] = listed === undefined ? [] : (JSON.parse(listed).data as { id: string }[]);
  return entry && readAnswer(token, "getAuditEntry", { id: entry.id });
}

function classifyAnswer(answer: string | undefined, { internal }: TestedKind, fieldClass: FieldClass): Disclosure {
  if (answer === undefined) return "refused";
  if (fieldClass === "internal")
    return answer.includes(`"${internal}":"***"`) ? "masked" : answer.includes(`"${internal}":`) ? "whole" : "–";
  if (answer.includes(plantedValues[fieldClass])) return "whole";
  return fieldClass === "sealed" && /•|"\*\*\*"/.test(answer) ? "masked" : "–";
}

/** What a role sees according to the declared rights. */
function declaredDisclosure({ kind, grants }: TestedKind, fieldClass: FieldClass, role: Role): Record<Channel, Disclosure> {
  const may = (permission: Permission): boolean => rolesGrant([role], permission);
  const isReader = may(grants.read);
  const opens = may(personGrants.sensitive);
  const shows = fieldClass === "plain" || (fieldClass === "hidden" && [VISIBLE_ROLE, "ADMIN"].includes(role));
  const inRecord = fieldClass === "sealed" ? (opens ? "whole" : "masked") : shows ? "whole" : "–";
  const when = (isAllowed: boolean, disclosure: Disclosure): Disclosure => (isAllowed ? disclosure : "refused");
  return {
    get: when(isReader, inRecord),
    list: when(isReader, fieldClass === "plain" ? "whole" : "–"),
    export: when(isReader, fieldClass === "sealed" && kind === "person" ? "masked" : inRecord),
    report: when(role === "ADMIN", fieldClass === "internal" ? "–" : "whole"),
    audit: when(may(auditGrants.read), fieldClass === "sealed" || fieldClass === "internal" ? "masked" : shows ? "whole" : "–"),
    event: "–",
  };
}

describe("docs/platform/sensitive-data.md", () => {
  it("states the disclosure to each role for each class and channel, as observed and declared", () => {
    for (const testedKind of testedKinds)
      for (const fieldClass of fieldClasses)
        for (const role of roles) {
          const name = `${testedKind.kind} ${fieldClass} ${role}`;
          expect([name, observedDisclosures.get(name)]).toEqual([name, declaredDisclosure(testedKind, fieldClass, role)]);
        }
    const rows = testedKinds.flatMap(({ kind }) =>
      fieldClasses.flatMap((fieldClass) => {
        const alike = Map.groupBy(roles, (role) =>
          channels.map((channel) => observedDisclosures.get(`${kind} ${fieldClass} ${role}`)?.[channel]).join(" | "),
        );
        return [...alike].map(
          ([disclosure, roleNames]) => `| ${kind} | ${fieldClass} | ${roleNames.join(", ")} | ${disclosure} |`,
        );
      }),
    );
    const docs = readFileSync(new URL("../../../docs/platform/sensitive-data.md", import.meta.url), "utf8");
    const table = /<!-- told -->\n[^\n]*\n[^\n]*\n([\s\S]*?)\n<!-- \/told -->/.exec(docs)?.[1] ?? "";
    expect(table.split("\n").map((row) => row.replaceAll(/ +/g, " ").trim())).toEqual(rows);
  });
});
