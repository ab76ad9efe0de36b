import { contactStatuses } from "@crm/core/accounts/contact/contact.entity.ts";
import { customerStatuses } from "@crm/core/accounts/customer/customer.rules.ts";
import { statuses as activityStatuses } from "@crm/core/people/activity/activity.entity.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  await tenant.admin.createMaster({ kind: "territories", name: "North" });
  await tenant.admin.createMaster({ kind: "cities", name: "Palo Alto", state_id: "us_ca", zip_code: "94301" });
  await tenant.admin.createTeam({ name: "North" });
});
afterAll(() => app.stop());

/** The lookup lists that the requirements name, each with its query and an existing value. */
const lookups = [
  ["industries", "", "technology"],
  ["territories", "", "north"],
  ["teams", "", "North"],
  ["priorities", "", "critical"],
  ["statuses", "", "new"],
  ["stages", "", "negotiation"],
  ["currencies", "search=usd", "usd"],
  ["countries", "search=germany", "de"],
  ["states", "country=us", "us_ca"],
  ["cities", "state=us_ca", "palo_alto"],
] as const;

const requestLookup = (path: string, query: string, headers: Record<string, string> = {}) =>
  inProcessTransport(app, tenant.token)({ method: "GET", path: `/api/v1/masters/${path}`, query, headers, body: undefined });

describe("a kind of master data that does not exist", () => {
  it.each([
    ["lead-statusses", "lead_statuses"],
    ["zzzzzz", undefined],
    ["open_lead_statuses", "lead_statuses"],
  ])("named %s is a 404 that names the closest kinds", async (path, closest) => {
    const { status, body } = await requestLookup(path, "");
    const { code, message, details } = JSON.parse(body).error as { code: string; message: string; details: object[] };
    expect([status, code]).toEqual([404, "NOT_FOUND"]);
    expect(message).toMatch(/^No such kind\. Must be a kind of master data, as in GET \/api\/v1\/masters/);
    if (closest === undefined) expect(message).not.toContain("did you mean");
    else expect(message).toMatch(new RegExp(`: did you mean [a-z_, ]*\\b${closest}\\b[a-z_, ]*\\?$`));
    expect(details).toEqual([{ field: "kind", message: message.replace("No such kind. ", "") }]);
  });

  it("does not change the 404 about a record", async () => {
    const { status, body } = await requestLookup("lead-statuses/mst_none", "");
    expect([status, JSON.parse(body).error.message]).toEqual([404, "No such record"]);
  });
});

describe("common lookup lists", () => {
  it.each(lookups)("%s?%s has values, may be cached for a minute, and is not sent twice", async (path, query, expected) => {
    const { status, headers, body } = await requestLookup(path, `${query}&limit=100`.replace(/^&/, ""));
    expect(status).toBe(200);
    const data = JSON.parse(body).data as { code?: string; name: string }[];
    expect(data.map(({ code, name }) => code ?? name)).toContain(expected);
    expect(headers["cache-control"]).toBe("private, max-age=60");
    const again = await requestLookup(path, `${query}&limit=100`.replace(/^&/, ""), { "if-none-match": headers.etag as string });
    expect([again.status, again.body]).toEqual([304, ""]);
  });

  it("have the stages of opportunities, and the fixed statuses of each entity", async () => {
    const { data: stages } = await tenant.admin.listStages({ entity_type: "opportunity" });
    expect(stages.map(({ code }) => code)).toEqual([
      ...["prospecting", "qualification", "needs_analysis", "proposal", "negotiation", "closed_won", "closed_lost"],
    ]);
    const { data: ofOpportunities } = await tenant.admin.listStatuses({ entity_type: "opportunity" });
    expect(ofOpportunities).toEqual(stages);
    for (const [entity_type, states] of [
      ["customer", customerStatuses],
      ["contact", contactStatuses],
      ["activity", activityStatuses],
    ] as const) {
      const { data } = await tenant.admin.listStatuses({ entity_type });
      expect(data.map(({ code }) => code.toUpperCase())).toEqual([...states]);
    }
    const { data: tickets } = await tenant.admin.listStatuses({ entity_type: "ticket" });
    expect(tickets.map(({ name }) => name)).toEqual(expect.arrayContaining(["New", "Open", "Pending", "Resolved", "Closed"]));
    const unknown = tenant.admin.listStages({ entity_type: "lead" });
    await expect(unknown).rejects.toMatchObject({ status: 400, details: [{ field: "entity_type" }] });
  });

  it("have each common lookup with its columns", async () => {
    const { data: kinds } = await tenant.admin.listMasterKinds();
    const fieldsByKind = new Map(kinds.map(({ kind, fields }) => [kind, fields.map(({ name }) => name)]));
    for (const [kind, ...columns] of [
      ["territories", "name", "region", "country", "manager_id", "is_active"],
      ["countries", "name", "code", "currency_code"],
      ["states", "country_id", "name", "code"],
      ["cities", "state_id", "name", "zip_code"],
      ["industries", "name", "parent_id", "description"],
      ["company_sizes", "name", "min_employees", "max_employees"],
      ["revenue_ranges", "name", "min_revenue", "max_revenue"],
      ["lead_statuses", "name", "sequence", "is_active", "is_final"],
      ["opportunity_stages", "name", "sequence", "probability", "is_closed", "is_won", "is_active"],
      ["ticket_statuses", "name", "sequence", "is_final", "is_active"],
      ["priorities", "name", "level", "color"],
      ["urgency_levels", "name", "sla_hours"],
      ["activity_types", "name", "icon", "requires_duration"],
      ["interaction_types", "name", "icon", "is_trackable"],
      ["meeting_types", "name", "default_duration_minutes"],
      ["call_outcomes", "name", "is_successful"],
      ["document_types", "name", "file_extensions", "max_size_mb"],
      ["attachment_categories", "name", "description"],
      ["communication_channels", "name", "is_opt_in_required"],
      ["churn_reasons", "name", "category", "is_preventable"],
      ...["customer_types", "contact_roles", "communication_types", "marketing_channels"].map((kind) => [kind, "name"]),
      ...["ticket_categories", "article_categories", "contract_types"].map((kind) => [kind, "name"]),
    ] as [string, ...string[]][]) {
      expect([kind, fieldsByKind.get(kind)]).toEqual([kind, expect.arrayContaining(columns)]);
      const { meta } = await tenant.admin.listMasters({ kind, limit: 1 });
      expect([kind, meta.total]).toEqual([kind, expect.toSatisfy((total: number) => total > 0)]);
    }
  });

  it("have currencies with the decimal places of ISO 4217", async () => {
    const places = async (code: string) =>
      (await tenant.admin.listMasters({ kind: "currencies", search: code })).data.find((master) => master.code === code)
        ?.decimal_places;
    const currencyCodes = ["eur", "huf", "idr", "jpy", "krw", "clp", "isk", "kwd", "bhd", "tnd", "iqd"];
    expect(await Promise.all(currencyCodes.map(places))).toEqual([2, 2, 2, 0, 0, 0, 0, 3, 3, 3, 3]);
  });
});
