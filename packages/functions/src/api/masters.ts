import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import { LEAD_STATUSES } from "@crm/core/lead/lead.masters.ts";
import { Master } from "@crm/core/masters/master.ts";
import { masterGrants } from "@crm/core/masters/masters.domain.ts";
import { Teams } from "@crm/core/user/team.entity.ts";
import { Team } from "@crm/core/user/team.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { customFields } from "./custom-field.ts";
import { exporting } from "./files.ts";
import { linksOf, masterLinks } from "./links.ts";

const output = recordOf("Master", Master.Info);

/** Which kind of statuses an entity has (seed 001: "Get statuses by entity type"). */
const statusesOf = { lead: LEAD_STATUSES } as const;

/** Seconds for which who asked keeps the values: a screen asks for a dozen lists of them, and they change seldom. */
const keeps = 60;

const byEntity = fn(
  Master.OfKind.extend({
    entity_type: oneOf(["lead"]).optional().describe("`lead` unless told otherwise"),
  }),
  ({ entity_type = "lead", ...query }) => Master.listOf({ ...query, kind: statusesOf[entity_type] }),
);

const operations = [
  operation({
    name: "listStatuses",
    method: "GET",
    path: "/masters/statuses",
    tag: "Masters",
    access: masterGrants.read,
    summary: "List statuses of an entity type",
    verb: byEntity,
    output,
    kind: "list",
    keeps,
    links: masterLinks,
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

export const masters = serves([...operations, ...customFields], { uses: ["domains"] });
