import { DealActivities } from "@crm/core/deal/activities.ts";
import { dealGrants } from "@crm/core/deal/deal.domain.ts";
import { Deal } from "@crm/core/deal/deal.ts";
import * as z from "zod";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { activitiesAt } from "./activities-at.ts";
import { crud } from "./crud.ts";
import { exporting, importing } from "./files.ts";
import { dealLinks } from "./links.ts";

const output = recordOf("Deal", Deal.Info);
const item = Deal.Item.meta({ id: "DealItem" });
const changes = { tag: "Deals", access: dealGrants.write } as const;
const whole = { ...changes, output, kind: "record", links: dealLinks } as const;

const operations = [
  ...crud({
    noun: "Deal",
    plural: "Deals",
    tag: "Deals",
    path: "/deals",
    read: dealGrants.read,
    write: dealGrants.write,
    remove: dealGrants.delete,
    domain: Deal,
    output,
    row: recordOf("DealRow", Deal.Row),
    links: dealLinks,
  }),
  operation({
    name: "setDealStatus",
    method: "POST",
    path: "/deals/{id}/status",
    summary: "Move a deal to another status",
    description: "From COMPLETED and CANCELLED leaders reopen it, with a reason.",
    verb: Deal.setStatus,
    ...whole,
  }),
  operation({
    name: "listDealItems",
    method: "GET",
    path: "/deals/{id}/items",
    tag: "Deals",
    access: dealGrants.read,
    summary: "List the services of a deal",
    verb: Deal.items,
    output: z.array(item),
  }),
  operation({
    name: "addDealItem",
    method: "POST",
    path: "/deals/{id}/items",
    summary: "Add a service to a deal",
    verb: Deal.addItem,
    description: "The amount of the deal follows, unless it was set by hand.",
    status: 201,
    ...whole,
  }),
  operation({
    name: "replaceDealItem",
    method: "PUT",
    path: "/deals/{id}/items/{item_id}",
    summary: "Replace a service of a deal",
    description: "A field that is left out is cleared.",
    verb: Deal.replaceItem,
    output: item,
    ...changes,
  }),
  operation({
    name: "removeDealItem",
    method: "DELETE",
    path: "/deals/{id}/items/{item_id}",
    summary: "Take a service from a deal",
    verb: Deal.removeItem,
    ...whole,
  }),
  exporting(
    "exportDeals",
    "deals",
    "Deals",
    dealGrants.read,
    Deal.list.schema,
    async () => (await import("@crm/core/deal/deal.export.ts")).deals,
  ),
  importing(
    "importDeals",
    "deals",
    "Deals",
    dealGrants.write,
    "Each row is a deal; `customer_id` takes an id, a number, or a name that one customer has.",
    async () => (await import("@crm/core/deal/deal.import.ts")).deals,
  ),
  ...activitiesAt("Deal", "/deals", DealActivities),
] as const;

export const deals = serves(operations, { uses: ["domains", "objects:uploads:put", "objects:uploads:get"] });
