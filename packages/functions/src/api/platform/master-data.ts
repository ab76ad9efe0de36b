import { CONTACT_STATUSES } from "@crm/core/accounts/contact/contact.masters.ts";
import { CUSTOMER_STATUSES } from "@crm/core/accounts/customer/customer.masters.ts";
import { FieldInfo } from "@crm/core/kernel/field-info.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import type { MasterKind } from "@crm/core/kernel/master-kind.ts";
import { Page } from "@crm/core/kernel/page.ts";
import { oneOf, query } from "@crm/core/kernel/schema.ts";
import { ACTIVITY_STATUSES } from "@crm/core/people/activity/activity.masters.ts";
import { RetireResult, retire } from "@crm/core/platform/bulk-change/master-retirement.ts";
import { Master } from "@crm/core/platform/master-data/master.ts";
import { masterGrants } from "@crm/core/platform/master-data/master-data.kind.ts";
import { TICKET_STATUSES } from "@crm/core/platform/master-data/shared.masters.ts";
import { countValues } from "@crm/core/platform/master-data/value-count.ts";
import { Teams } from "@crm/core/platform/user/team.entity.ts";
import { Team } from "@crm/core/platform/user/team.ts";
import { LEAD_STATUSES } from "@crm/core/sales/lead/lead.masters.ts";
import { OPPORTUNITY_STAGES } from "@crm/core/sales/opportunity/opportunity.masters.ts";
import { PriceBooks } from "@crm/core/sales/product/price-book.entity.ts";
import { PriceBook } from "@crm/core/sales/product/price-book.ts";
import { Products } from "@crm/core/sales/product/product.entity.ts";
import { Product } from "@crm/core/sales/product/product.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { subscriptionTypes } from "../people/subscription-types.ts";
import { territories } from "../sales/territories.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperationWith } from "../shared/file-operations.ts";
import { linksFor } from "../shared/links.ts";
import { loadTranslation, translated } from "../shared/translated-names.ts";
import { customFields } from "./custom-fields.ts";
import { layoutOperations } from "./layouts.ts";
import { masterLinks, mastersPath } from "./links.ts";
import { schemaIndexOperation, schemaOperation } from "./record-schema.ts";

const output = recordSchema("Master", Master.Info);

/** The kind of master data that holds the statuses of each entity type. */
const statusKinds = {
  lead: LEAD_STATUSES,
  customer: CUSTOMER_STATUSES,
  contact: CONTACT_STATUSES,
  opportunity: OPPORTUNITY_STAGES,
  activity: ACTIVITY_STATUSES,
  ticket: TICKET_STATUSES,
} as const;

/** The kind of master data that holds the stages of each entity type. */
const stageKinds = { opportunity: OPPORTUNITY_STAGES } as const;

/** Seconds for which clients cache the values: a screen requests a dozen of these lists, and they seldom change. */
const CACHE_SECONDS = 60;

const createEntityListVerb = <const E extends Record<string, MasterKind>>(kinds: E, first: keyof E & string) =>
  fn(
    Master.KindListQuery.extend({
      entity_type: oneOf(Object.keys(kinds) as [keyof E & string, ...(keyof E & string)[]])
        .optional()
        .describe(`Default: \`${first}\``),
    }),
    ({ entity_type = first, ...input }) => Master.listValues({ ...input, kind: kinds[entity_type as keyof E] as MasterKind }),
  );

// Stored names are what callers change, so names are translated only if the caller asks for it.
const list = fn(Master.Query.extend({ translated }), async ({ translated: isTranslated, ...input }) => {
  const translation = await loadTranslation(isTranslated);
  if (!translation) return Master.listValues(input);
  const { language, loadMasterNamer, translateMasters } = translation;
  const { rows, meta } = await Master.listValues(input, input.search ? await loadMasterNamer(input.kind, language) : undefined);
  return new Page(await translateMasters(rows, language), meta);
});

const get = fn(Master.get.schema.extend({ translated }), async ({ kind, id, translated: isTranslated }) => {
  const value = await Master.get({ kind: kind.name, id });
  const translation = await loadTranslation(isTranslated);
  const [named = value] = (await translation?.translateMasters([value], translation.language)) ?? [];
  return named;
});

const MasterKindInfo = z.object({
  kind: z.string(),
  label: z.string(),
  path: z.string().describe("Where values are listed and created"),
  is_closed: z
    .boolean()
    .describe("true: values cannot be created or removed, because code depends on them, but they can be renamed"),
  is_fixed: z.boolean().describe("true: the initial values cannot be changed"),
  fields: z.array(FieldInfo).describe("Fields of the values"),
  value_count: z.number().int().optional().describe("With `counts=true`: number of values, up to a minute old"),
});

const countsField = query.boolean().default(false).describe("true: with the number of values of each kind");

const operations = [
  operation({
    name: "listMasterKinds",
    method: "GET",
    path: "/masters",
    tag: "Masters",
    access: masterGrants.read,
    summary: "List the kinds of master data",
    verb: fn(z.strictObject({ counts: countsField }), async ({ counts: isCounted }) => {
      const counts = isCounted ? await countValues() : undefined;
      const kinds = (await Master.listKinds()).map((kind) => ({
        ...kind,
        path: mastersPath(kind.kind),
        ...(counts ? { value_count: counts.get(kind.kind) ?? 0 } : {}),
      }));
      const translation = await loadTranslation(true);
      return translation ? translation.translateMasterKinds(kinds, translation.language) : kinds;
    }),
    output: z.array(MasterKindInfo),
    inBatch: true,
    keeps: CACHE_SECONDS,
  }),
  operation({
    name: "listStatuses",
    method: "GET",
    path: "/masters/statuses",
    tag: "Masters",
    access: masterGrants.read,
    summary: "List statuses of an entity type",
    description: "Statuses that code depends on are the record states in lower case; the tenant chooses their names.",
    verb: createEntityListVerb(statusKinds, "lead"),
    output,
    kind: "list",
    keeps: CACHE_SECONDS,
    links: masterLinks,
  }),
  operation({
    name: "listStages",
    method: "GET",
    path: "/masters/stages",
    tag: "Masters",
    access: masterGrants.read,
    summary: "List stages of an entity type",
    verb: createEntityListVerb(stageKinds, "opportunity"),
    output,
    kind: "list",
    keeps: CACHE_SECONDS,
    links: masterLinks,
  }),
  operation({
    name: "reorderMasters",
    method: "POST",
    path: "/masters/{kind}/reorder",
    tag: "Masters",
    access: masterGrants.manage,
    summary: "Reorder the values of a kind",
    verb: Master.reorder,
    output: Master.ReorderResult,
  }),
  operation({
    name: "retireMaster",
    method: "POST",
    path: "/masters/{kind}/{id}/retire",
    tag: "Masters",
    access: masterGrants.manage,
    summary: "Retire a value",
    description: "Records keep the value, or get `replace_with` in the background.",
    verb: retire,
    status: 202,
    output: RetireResult,
  }),
  operation({
    name: "listTeamsAsMasters",
    method: "GET",
    path: "/masters/teams",
    tag: "Masters",
    access: masterGrants.read,
    summary: "List teams",
    verb: Team.list,
    output: recordSchema("TeamRow", Team.Row),
    kind: "list",
    keeps: CACHE_SECONDS,
    links: linksFor(Teams),
  }),
  operation({
    name: "listProductsAsMasters",
    method: "GET",
    path: "/masters/products",
    tag: "Masters",
    access: masterGrants.read,
    summary: "List products",
    verb: Product.list,
    output: recordSchema("ProductRow", Product.Row),
    kind: "list",
    keeps: CACHE_SECONDS,
    links: linksFor(Products),
  }),
  operation({
    name: "listPriceBooksAsMasters",
    method: "GET",
    path: "/masters/price-books",
    tag: "Masters",
    access: masterGrants.read,
    summary: "List price books",
    verb: PriceBook.list,
    output: recordSchema("PriceBookRow", PriceBook.Row),
    kind: "list",
    keeps: CACHE_SECONDS,
    links: linksFor(PriceBooks),
  }),
  ...crud({
    noun: "Master",
    plural: "Masters",
    tag: "Masters",
    path: "/masters/{kind}",
    read: masterGrants.read,
    write: masterGrants.manage,
    remove: masterGrants.manage,
    domain: { ...Master, list, get },
    output,
    row: recordSchema("MasterRow", Master.Row),
    keeps: CACHE_SECONDS,
    links: masterLinks,
  }),
  buildExportOperationWith(
    async () => (await import("@crm/core/platform/master-data/master.export.ts")).masters,
    "exportMasters",
    "masters",
    "Masters",
    masterGrants.read,
    Master.ExportQuery,
  ),
];

export const masters = defineApiFunction(
  [
    ...operations,
    ...territories,
    ...subscriptionTypes,
    ...customFields,
    schemaIndexOperation,
    schemaOperation,
    ...layoutOperations,
  ],
  { uses: ["domains", "seal"] },
);
