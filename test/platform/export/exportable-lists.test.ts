import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { rolesGrant } from "@crm/core/kernel/permission.ts";
import { type Exportable, labelColumns, loadExportable } from "@crm/core/platform/export/exportable.ts";
import { operations } from "@crm/functions/api/index.ts";
import { allowAnyInput, buildRequest } from "@crm/functions/derive/client.ts";
import { BASE_PATH, type Operation } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportInput, type Input, inputFor, makeWorld, sendAs, type World } from "../../invariants/registry/world.ts";
import { addUser, inProcessTransport, startTestApp } from "../../support/app.ts";
import { type ExportFile, fetchExport } from "./export-client.ts";

/** Every kind that its domain declares exportable can be exported, and no other list can. */

let app: App;
let world: World;

beforeAll(async () => {
  app = await startTestApp();
  world = await makeWorld(app, "EXPORTED");
  const { tenant, seeds: fillings } = world;
  const { person, lead, customer } = fillings.ids as Record<"person" | "lead" | "customer", string>;
  await tenant.admin.createOpportunity({ name: "One", customer_id: customer });
  await tenant.admin.createKnowledgeArticle({ title: "How to reef", body: "Let the sheet go." });
  await tenant.admin.createTicket({ subject: "Help", description: "It is late", customer_id: customer });
  await tenant.admin.createForm({ name: "Contact us", kind: "web_form" });
  await tenant.admin.logLeadActivity({ id: lead, subject: "Called", activity_type_id: "call" });
  for (const create of operations.filter(({ name }) => ["createAttachment", "createContractAmendment"].includes(name)))
    await sendAs(app, tenant.token, create, await inputFor(app, world, create));
  await tenant.admin.createExchangeRate({ from: "EUR", to: "USD", date: "2031-01-15", rate: "1.0842" });
  await tenant.admin.createNote({ related_to_id: lead, content: "Likes tea" });
  await tenant.admin.createComment({ related_to_id: lead, content: "Likes coffee too" });
  const sendInput = { name: "To many", template_id: fillings.ids.message_template, segment_id: fillings.ids.segment };
  await tenant.admin.createEmailSend(sendInput);
  await tenant.admin.createInteraction({ personal_key_id: person, interaction_type_id: "phone" });
  await tenant.admin.createJourneyEntry({ id: person, stage: "aware" });
  for (const first_name of ["Ada", "Ada"])
    await tenant.admin.createPerson({ first_name, last_name: "Twin", birth_date: "1979-04-12" });
  await tenant.admin.sendMessage({ channel: "sms", to: "+12125550142", body: "Hello" });
  await allowAnyInput(tenant.admin).addReengagementMember({ id: fillings.ids.reengagement_batch, person_id: person });
  const { id: campaign } = (await tenant.admin.createCampaign({ name: "Fair", type: "EVENT", start_date: "2026-04-01" })).data;
  await tenant.admin.addCampaignMember({ id: campaign, person_id: person });
  await tenant.admin.recordCampaignResponse({ id: campaign, person_id: person, kind: "FORM" });
  await app.settle();
});
afterAll(() => app.stop());

/** The export of one record (`/{id}/export`) is the file of a report, not of a list. */
const exportOperations = operations.filter(
  ({ path }) => path.endsWith("/export") && !path.endsWith("/{id}/export"),
) as readonly Operation[];
/** The list that an export operation belongs to, by its path. */
const findListOperation = ({ path }: Operation): Operation | undefined => {
  const listPath = path.replace(/\/export$/, "");
  return operations.find(
    (operation) =>
      operation.kind === "list" &&
      operation.method === "GET" &&
      (operation.path === listPath || operation.path === `${listPath}/{kind}`),
  );
};

async function exportFile(name: string, more: Input): Promise<ExportFile> {
  const query = exportInput(name);
  const operation = exportOperations.find((exportOperation) => exportOperation.name === name) as Operation;
  const { status, body } = await sendAs(app, world.tenant.token, operation, { format: "csv", labels: false, query, ...more });
  expect([name, status, status < 300 ? "" : body]).toEqual([name, 202, ""]);
  await app.settle();
  return fetchExport(app, world.tenant.token, String(JSON.parse(body).data.export_id));
}

/** The ids on the first page of a list, which holds the whole of a list this small. */
async function listRecordIds(operation: Operation): Promise<string[]> {
  const input = { ...exportInput(operation.name), limit: 100 };
  const { body } = await sendAs(app, world.tenant.token, findListOperation(operation) as Operation, input);
  return (JSON.parse(body).data as { id: string }[]).map(({ id }) => id).sort();
}

const loadExportables = async (): Promise<Map<string, Exportable>> => {
  const names = domains.flatMap(({ exports = {} }) => Object.keys(exports));
  const context = systemContext(app.ports, world.tenant.id, "test");
  const load = async (name: string) => [name, await loadExportable(name)] as const;
  return new Map(await runIn(context, () => Promise.all(names.map(load))));
};

describe("R19 every list declared as exportable", () => {
  it("has an export operation with the read permission of its list, and no other list has one", async () => {
    const exportables = [...(await loadExportables()).values()];
    const accessLines = exportOperations.map(({ path, access }) => `${path.split("/").at(-2)} ${JSON.stringify(access)}`);
    expect(accessLines.sort()).toEqual(exportables.map(({ entity, read }) => `${entity} ${JSON.stringify(read)}`).sort());
  });

  it("has no two columns of one name, and the field of that name keeps it", async () => {
    const context = systemContext(app.ports, world.tenant.id, "test");
    const clashes: string[] = [];
    for (const { entity, columns } of (await loadExportables()).values()) {
      const all = await runIn(context, () => columns());
      const names = all.map(({ name }) => name);
      const header = labelColumns(names, all).map((label) => label.toLowerCase());
      if (new Set(header).size < header.length) clashes.push(entity);
    }
    expect(clashes).toEqual([]);
    const columns = ["customer_type_id", "customer_type"].map((name) => ({ name, label: "Customer type" }));
    for (const order of [columns, columns.toReversed()]) {
      const names = order.map(({ name }) => name);
      expect(labelColumns(names, order).toSorted()).toEqual(["Customer type", "customer_type_id"]);
      expect(labelColumns(names, order).indexOf("Customer type")).toBe(names.indexOf("customer_type"));
    }
  });

  it("covers the lists of business records, master data and people", () => {
    const isOfAll = ({ path }: Operation): boolean => !path.replace("/{kind}", "").includes("{");
    const lists = operations.filter((operation) => operation.kind === "list" && operation.method === "GET" && isOfAll(operation));
    const files = new Set(exportOperations.map(findListOperation));
    const without = lists.filter((list) => !files.has(list)).map(({ path }) => path);
    expect(without.sort()).toEqual(LISTS_WITHOUT_EXPORT);
  });

  it.each(exportOperations.map(({ name }) => name))(
    "exports the rows of the list with each declared column: %s",
    async (name) => {
      const operation = exportOperations.find((exportOperation) => exportOperation.name === name) as Operation;
      const usual = await exportFile(name, {});
      expect(usual.status, String(usual.error)).toBe("completed");
      const ids = usual.rows.map(([id]) => String(id)).sort();
      expect(ids.length, "a list without rows shows nothing").toBeGreaterThan(0);
      if (ids.length < 100) expect(ids).toEqual(await listRecordIds(operation));
      const chosen = await exportFile(name, { ids: ids.slice(0, 1) });
      expect([chosen.error, chosen.rows.map(([id]) => id)]).toEqual([null, ids.slice(0, 1)]);
      const entity = operation.path.split("/").at(-2) as string;
      const exportable = (await loadExportables()).get(entity) as Exportable;
      const context = systemContext(app.ports, world.tenant.id, "test");
      const columns = (await runIn(context, () => exportable.columns())).map((column) => column.name);
      const fullExport = await exportFile(name, { columns });
      expect(fullExport.header).toEqual(columns);
      // Each export adds an audit entry.
      expect(fullExport.rows.length).toBeGreaterThanOrEqual(usual.rows.length);
    },
  );

  it("is exported under each further path of its operation", async () => {
    const alsoElsewhere = exportOperations.filter(({ otherPaths }) => otherPaths.length > 0);
    expect(alsoElsewhere.map(({ path, otherPaths }) => [path, otherPaths])).toEqual([
      ["/persons/duplicates/export", ["/duplicates/export"]],
    ]);
    for (const operation of alsoElsewhere)
      for (const otherPath of operation.otherPaths) {
        const request = { ...buildRequest(operation, { format: "csv", labels: false }), path: `${BASE_PATH}${otherPath}` };
        const { status, body } = await inProcessTransport(app, world.tenant.token)(request);
        expect([otherPath, status]).toEqual([otherPath, 202]);
        await app.settle();
        const file = await fetchExport(app, world.tenant.token, String(JSON.parse(body).data.export_id));
        expect(file.rows).toEqual((await exportFile(operation.name, {})).rows);
      }
  });

  it("is not exported to roles that may not read it", async () => {
    const { tenant } = world;
    for (const operation of exportOperations) {
      const { access } = operation;
      const role = (["USER", "ANALYST", "SUPPORT_AGENT"] as const).find(
        (candidate) => typeof access === "object" && !rolesGrant([candidate], access),
      );
      if (role === undefined) continue;
      const user = await addUser(app, tenant, role);
      expect((await sendAs(app, user.token, operation, { format: "csv" })).status).toBe(403);
    }
  });
});

/** Lists without an export: internal and personal lists, keyed hashes, parts of quotes, proposals and contracts, single master kinds. */
const LISTS_WITHOUT_EXPORT: readonly string[] = [
  "/activities/calendar",
  "/activities/overdue",
  "/activities/upcoming",
  "/analytics/reports",
  "/api-keys",
  "/approvals",
  "/booking-links",
  "/bulk-changes",
  "/campaigns/attributions",
  "/campaigns/templates",
  "/contacts/lists",
  "/contacts/roles",
  "/contracts/calendar",
  "/contracts/clauses",
  "/contracts/renewals",
  "/contracts/templates",
  "/custom-fields",
  "/customers/segments",
  "/dashboards",
  "/events",
  "/exports",
  "/imports",
  "/kpis",
  "/leads/sources",
  "/mail-accounts",
  "/mail-images",
  "/masters/price-books",
  "/masters/products",
  "/masters/stages",
  "/masters/statuses",
  "/masters/teams",
  "/notifications",
  "/opportunities/forecast/submissions",
  "/opportunities/stages",
  "/payment-accounts",
  "/playbooks",
  "/pre-orders/allocations",
  "/project-templates",
  "/proposals/templates",
  "/quotes/pricing-rules",
  "/quotes/templates",
  "/rules/{kind}/versions",
  "/search",
  "/search-paths",
  "/signature-accounts",
  "/signature-requests",
  "/sms/numbers",
  "/sms/senders",
  "/sms/service-accounts",
  "/subscription-types",
  "/support/calendars",
  "/support/inbound-mails",
  "/support/macros",
  "/support/sla",
  "/support/sla/violations",
  "/support/surveys",
  "/suppressions",
  "/tags",
  "/targets",
  "/views",
  "/webhooks/endpoints",
  "/webhooks/inbound",
  "/workflow-enrollments",
  "/workflows",
];
