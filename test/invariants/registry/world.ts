import { extraColumns } from "@crm/core/platform/master-data/extra-columns.ts";
import type { App } from "@crm/local/app.ts";
import { addUser, postalSettings, signUp } from "../../support/app.ts";
import { importModules } from "../../support/module-files.ts";
import { type DomainFactory, type Input, registerFactories, type World } from "./operation-input.ts";

export * from "./operation-input.ts";

const modules = await importModules<{ factory: DomainFactory }>("*/**/factory.ts");
const factories = modules.map(({ factory }) => factory);
registerFactories(factories);

const creators = Object.assign({}, ...factories.map(({ ids }) => ids)) as NonNullable<DomainFactory["ids"]>;

/** Fields that are alternatives to others or only filter lists. */
const omittedAlternatives = [
  "full_name",
  "personal_key_id",
  "external_key",
  "cursor",
  "password",
  "parent_id",
  "icon_name",
  "is_final",
  "file",
  "recurrence",
  "recurrence_pattern",
  "recurrence_end_date",
  "apply_to",
  "is_private",
  "milestone_id",
];

const fieldExamples: Input = {
  color: "#16a34a",
  phone_number: "+491701234567",
  role: "SALES_REP",
  extra_roles: [],
  expires_at: "2099-01-01T00:00:00.000Z",
  sort: undefined,
  order: undefined,
  deleted: undefined,
  search: undefined,
  page: undefined,
  limit: undefined,
  parent_id: undefined,
  status: undefined,
  code: undefined,
  rate_limit_per_minute: 1_000_000,
  method: "LIST",
  owner: undefined,
  owner_id: undefined,
  assigned_to: undefined,
  is_verified: undefined,
  visibility: "all",
  new_lead_owner: "creator",
  new_customer_owner: "creator",
  new_opportunity_owner: "creator",
  occurred_at: "2025-03-04T05:06:07.000Z",
  from: undefined,
  to: undefined,
  // A lead has the details of one product line, and its line follows from them.
  product_line: undefined,
  home_data: undefined,
  specialty_data: undefined,
  product_data: undefined,
  // Query parameters for paths declared by the tenant, and conditions (test/storage/list/filter-grammar.test.ts).
  paths: undefined,
  where: undefined,
  // Only a dynamic set has a filter (test/engagement/segment).
  filter: undefined,
  membership: "STATIC",
  language: "en",
  // Generated from text and tags alone (test/messaging/template).
  body_html: undefined,
  blocks: undefined,
  // Time spans of a week, in order (test/scheduling/booking).
  hours: undefined,
  // A clause key is derived from its name and must be unique (test/agreements/contract-template).
  key: undefined,
  // This product type has the fields of all others.
  product_type: "PACKAGE",
};

export async function makeWorld(app: App, mark: string): Promise<World> {
  const tenant = await signUp(app, postalSettings);
  const colleague = await addUser(app, tenant, "MANAGER", { first_name: `${mark}-colleague` });
  const ids: Record<string, string> = { user: colleague.id, tenant: tenant.id };
  for (const kind of [
    "lead-statuses",
    "lead-sources",
    "industries",
    "company-sizes",
    "revenue-ranges",
    "insurance-types",
    "countries",
    "states",
    "customer-types",
    "contact-roles",
    "opportunity-stages",
    "potential-statuses",
    "potential-stages",
  ]) {
    ids[`master ${kind.replaceAll("-", "_")}`] = String((await tenant.admin.listMasters({ kind })).data[1]?.id);
  }
  for (const kind of [
    "activity-types",
    "call-outcomes",
    "meeting-types",
    "priorities",
    "interaction-types",
    "communication-channels",
    "marketing-channels",
    "attachment-categories",
    "product-categories",
    "ticket-categories",
    "urgency-levels",
    "article-categories",
  ]) {
    ids[`master ${kind.replaceAll("-", "_")}`] = String((await tenant.admin.listMasters({ kind })).data[0]?.id);
  }
  for (const kind of ["cities", "territories", "stores", "brands"]) {
    const made = await tenant.admin.createMaster({ kind, name: `${mark} ${kind}`, code: `made_${kind}` });
    ids[`master ${kind}`] = made.data.id;
  }
  const id = async (kind: string): Promise<string> => {
    const create = creators[kind];
    if (!create) throw new Error(`No factory creates a ${kind}`);
    ids[kind] ??= await create({ tenant, mark, id });
    return ids[kind];
  };
  for (const kind of Object.keys(creators)) await id(kind);
  const custom = `f_${mark.toLowerCase()}`;
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
  ] as const) {
    const made = { field_name: custom, field_label: `${mark}-label`, field_type: "text" } as const;
    await tenant.admin.createCustomField({ entity_type, ...made });
  }
  const values: Input = {
    ...fieldExamples,
    custom_fields: { [custom]: `${mark}-custom` },
    kind: "industries",
    related_to_type: "lead",
    related_to_id: ids.lead,
    interaction_date: "2026-01-02T03:04:05.000Z",
    // Only for customers that have churned.
    churn_reason_id: undefined,
    churn_notes: undefined,
    country: undefined,
    state: undefined,
    ...Object.fromEntries(
      ["", "billing_", "shipping_"].flatMap((of) => [`${of}country_id`, `${of}state_id`]).map((field) => [field, undefined]),
    ),
  };
  // Many other kinds have a channel too, so only the inputs of master data omit it (test/platform/master-data/factory.ts).
  const { channel: _channel, ...ownColumns } = extraColumns;
  return { tenant, seeds: { mark, ids, values, omittedFields: new Set([...omittedAlternatives, ...Object.keys(ownColumns)]) } };
}
