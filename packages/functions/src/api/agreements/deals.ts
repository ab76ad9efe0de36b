import { Deals } from "@crm/core/agreements/deal/deal.entity.ts";
import { DEAL, dealGrants } from "@crm/core/agreements/deal/deal.kind.ts";
import { Deal } from "@crm/core/agreements/deal/deal.ts";
import { Convert } from "@crm/core/commerce/order/conversion.schema.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { createRecordActivities } from "@crm/core/people/activity/record-activities.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { buildActivityOperations } from "../shared/activity-operations.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation, buildImportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor } from "../shared/links.ts";

const output = recordSchema("Deal", Deal.Info);
const item = Deal.Item.meta({ id: "DealItem" });
const writeOptions = { tag: "Deals", access: dealGrants.write } as const;
const record = { ...writeOptions, output, kind: "record", links: linksFor(Deals) } as const;

const operations = [
  ...buildFollowOperations("Deal", DEAL),
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
    row: recordSchema("DealRow", Deal.Row),
    links: linksFor(Deals),
  }),
  operation({
    name: "setDealStatus",
    method: "POST",
    path: "/deals/{id}/status",
    summary: "Change the status of a deal",
    description: "Leaders can reopen a COMPLETED or CANCELLED deal, with a reason.",
    verb: Deal.setStatus,
    ...record,
  }),
  operation({
    name: "convertDeal",
    method: "POST",
    path: "/deals/{id}/convert",
    summary: "Convert a deal to an order",
    description: "Possible once: a second request returns 409 with the order.",
    verb: fn(Convert, async (input) => (await import("@crm/core/commerce/order/conversion.ts")).convertDeal(input)),
    ...record,
  }),
  operation({
    name: "listDealItems",
    method: "GET",
    path: "/deals/{id}/items",
    tag: "Deals",
    access: dealGrants.read,
    summary: "List the services of a deal",
    verb: Deal.listItems,
    output: z.array(item),
  }),
  operation({
    name: "addDealItem",
    method: "POST",
    path: "/deals/{id}/items",
    summary: "Add a service to a deal",
    verb: Deal.addItem,
    description: "The amount of the deal is recalculated, unless it was set by hand.",
    status: 201,
    ...record,
  }),
  operation({
    name: "replaceDealItem",
    method: "PUT",
    path: "/deals/{id}/items/{item_id}",
    summary: "Replace a service of a deal",
    description: "Omitted fields are cleared.",
    verb: Deal.replaceItem,
    output: item,
    ...writeOptions,
  }),
  operation({
    name: "removeDealItem",
    method: "DELETE",
    path: "/deals/{id}/items/{item_id}",
    summary: "Remove a service from a deal",
    verb: Deal.removeItem,
    ...record,
  }),
  buildExportOperation("exportDeals", "deals", "Deals", dealGrants.read, Deal.listDefinition),
  buildImportOperation(
    "importDeals",
    "deals",
    "Deals",
    dealGrants.write,
    "Each row is a deal. `customer_id` accepts an id, a number, or a name that only one customer has.",
    async () => (await import("@crm/core/agreements/deal/deal.import.ts")).deals,
  ),
  ...buildActivityOperations("Deal", "/deals", createRecordActivities(Deals)),
] as const;

export const deals = defineApiFunction(operations, { uses: ["domains", "objects:uploads:put", "objects:uploads:get"] });
