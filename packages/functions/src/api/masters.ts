import { ACTIVITY_STATUSES } from "@crm/core/activity/activity.masters.ts";
import { CONTACT_STATUSES } from "@crm/core/contact/contact.masters.ts";
import { CUSTOMER_STATUSES } from "@crm/core/customer/customer.masters.ts";
import { Retired, retire } from "@crm/core/jobs/bulk-change/retire.ts";
import { FieldInfo } from "@crm/core/kernel/field-info.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import type { MasterKind } from "@crm/core/kernel/master.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import { LEAD_STATUSES } from "@crm/core/lead/lead.masters.ts";
import { Master } from "@crm/core/masters/master.ts";
import { masterGrants } from "@crm/core/masters/masters.domain.ts";
import { TICKET_STATUSES } from "@crm/core/masters/shared.masters.ts";
import { OPPORTUNITY_STAGES } from "@crm/core/opportunity/opportunity.masters.ts";
import { PriceBook } from "@crm/core/product/price-book.ts";
import { Products } from "@crm/core/product/product.entity.ts";
import { Product } from "@crm/core/product/product.ts";
import { Teams } from "@crm/core/user/team.entity.ts";
import { Team } from "@crm/core/user/team.ts";
import * as z from "zod";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { customFields } from "./custom-field.ts";
import { exporting } from "./files.ts";
import { linksOf, masterLinks, mastersPath, priceBookLinks } from "./links.ts";
import { schema } from "./schema.ts";
import { territories } from "./territories.ts";

const output = recordOf("Master", Master.Info);

/** Which kind of statuses an entity has (seed 001: "Get statuses by entity type"). */
const statusesOf = {
  lead: LEAD_STATUSES,
  customer: CUSTOMER_STATUSES,
  contact: CONTACT_STATUSES,
  opportunity: OPPORTUNITY_STAGES,
  activity: ACTIVITY_STATUSES,
  ticket: TICKET_STATUSES,
} as const;

/** And which kind of stages. */
const stagesOf = { opportunity: OPPORTUNITY_STAGES } as const;

/** Seconds for which who asked keeps the values: a screen asks for a dozen lists of them, and they change seldom. */
const keeps = 60;

const ofEntity = <const E extends Record<string, MasterKind>>(kinds: E, first: keyof E & string) =>
  fn(
    Master.OfKind.extend({
      entity_type: oneOf(Object.keys(kinds) as [keyof E & string, ...(keyof E & string)[]])
        .optional()
        .describe(`\`${first}\` unless told otherwise`),
    }),
    ({ entity_type = first, ...query }) => Master.listOf({ ...query, kind: kinds[entity_type as keyof E] as MasterKind }),
  );

const Kind = z.object({
  kind: z.string(),
  label: z.string(),
  path: z.string().describe("Where its values are listed and made"),
  is_closed: z.boolean().describe("Whether none is made or taken away: code goes by them, and they may be called otherwise"),
  is_fixed: z.boolean().describe("Whether the values that it starts with stay as they are"),
  fields: z.array(FieldInfo).describe("What its values have"),
});

const operations = [
  operation({
    name: "listMasterKinds",
    method: "GET",
    path: "/masters",
    tag: "Masters",
    access: masterGrants.read,
    summary: "List the kinds of master data",
    verb: fn(z.strictObject({}), async () => (await Master.kinds()).map((each) => ({ ...each, path: mastersPath(each.kind) }))),
    output: z.array(Kind),
    keeps,
  }),
  operation({
    name: "listStatuses",
    method: "GET",
    path: "/masters/statuses",
    tag: "Masters",
    access: masterGrants.read,
    summary: "List statuses of an entity type",
    description: "Those that code goes by are the states of records in lower case; what they are called is the tenant's.",
    verb: ofEntity(statusesOf, "lead"),
    output,
    kind: "list",
    keeps,
    links: masterLinks,
  }),
  operation({
    name: "listStages",
    method: "GET",
    path: "/masters/stages",
    tag: "Masters",
    access: masterGrants.read,
    summary: "List stages of an entity type",
    verb: ofEntity(stagesOf, "opportunity"),
    output,
    kind: "list",
    keeps,
    links: masterLinks,
  }),
  operation({
    name: "reorderMasters",
    method: "POST",
    path: "/masters/{kind}/reorder",
    tag: "Masters",
    access: masterGrants.manage,
    summary: "Put the values of a kind into an order",
    verb: Master.reorder,
    output: Master.Reordered,
  }),
  operation({
    name: "retireMaster",
    method: "POST",
    path: "/masters/{kind}/{id}/retire",
    tag: "Masters",
    access: masterGrants.manage,
    summary: "Take a value out of use",
    description: "Its records keep it, or get that of `replace_with` in the background.",
    verb: retire,
    status: 202,
    output: Retired,
  }),
  operation({
    name: "listTeamsAsMasters",
    method: "GET",
    path: "/masters/teams",
    tag: "Masters",
    access: masterGrants.read,
    summary: "List teams",
    verb: Team.list,
    output: recordOf("TeamRow", Team.Row),
    kind: "list",
    keeps,
    links: linksOf(Teams),
  }),
  operation({
    name: "listProductsAsMasters",
    method: "GET",
    path: "/masters/products",
    tag: "Masters",
    access: masterGrants.read,
    summary: "List products",
    verb: Product.list,
    output: recordOf("ProductRow", Product.Row),
    kind: "list",
    keeps,
    links: linksOf(Products),
  }),
  operation({
    name: "listPriceBooksAsMasters",
    method: "GET",
    path: "/masters/price-books",
    tag: "Masters",
    access: masterGrants.read,
    summary: "List price books",
    verb: PriceBook.list,
    output: recordOf("PriceBookRow", PriceBook.Row),
    kind: "list",
    keeps,
    links: priceBookLinks,
  }),
  ...crud({
    noun: "Master",
    plural: "Masters",
    tag: "Masters",
    path: "/masters/{kind}",
    read: masterGrants.read,
    write: masterGrants.manage,
    remove: masterGrants.manage,
    domain: Master,
    output,
    row: recordOf("MasterRow", Master.Row),
    keeps,
    links: masterLinks,
  }),
  exporting(
    "exportMasters",
    "masters",
    "Masters",
    masterGrants.read,
    Master.Filed,
    async () => (await import("@crm/core/masters/master.export.ts")).masters,
  ),
];

export const masters = serves([...operations, ...territories, ...customFields, schema], { uses: ["domains", "seal"] });
