import { BulkChange } from "@crm/core/bulk-change/bulk-change.ts";
import { assign } from "@crm/core/jobs/bulk-change/territories.ts";
import { territoryGrants } from "@crm/core/territory/territory.domain.ts";
import { Members, members } from "@crm/core/territory/territory.ts";
import { operation, recordOf } from "../http/operation.ts";
import { bulkChangeLinks } from "./links.ts";

/** Of the function of master data. */
export const territories = [
  operation({
    name: "assignTerritories",
    method: "POST",
    path: "/territories/assign",
    tag: "Masters",
    access: territoryGrants.assign,
    summary: "Give records their territories by the rule",
    description: "Of those named, or all that a query finds: a bulk change, in the background.",
    verb: assign,
    output: recordOf("BulkChange", BulkChange.Info),
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
    summary: "List who works in a territory",
    description: "The active users of its teams.",
    verb: members,
    output: Members,
  }),
] as const;
