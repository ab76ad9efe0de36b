import { BulkChange } from "@crm/core/platform/bulk-change/bulk-change.ts";
import { territoryGrants } from "@crm/core/sales/territory/territory.kind.ts";
import { Members, members } from "@crm/core/sales/territory/territory.ts";
import { assign } from "@crm/core/sales/territory/territory-assignment.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { bulkChangeLinks } from "../platform/links.ts";

/** Operations on territories, in the `masters` function. */
export const territories = [
  operation({
    name: "assignTerritories",
    method: "POST",
    path: "/territories/assign",
    tag: "Masters",
    access: territoryGrants.assign,
    summary: "Assign territories to records by the rule",
    description: "To the named records, or to all that a query finds: a bulk change, in the background.",
    verb: assign,
    output: recordSchema("BulkChange", BulkChange.Info),
    kind: "record",
    links: bulkChangeLinks,
    status: 202,
  }),
  operation({
    name: "listTerritoryMembers",
    method: "GET",
    path: "/territories/{id}/members",
    tag: "Masters",
    access: territoryGrants.read,
    summary: "List the users of a territory",
    description: "The active users of its teams.",
    verb: members,
    output: Members,
    inBatch: true,
  }),
] as const;
