import { FieldInfo } from "@crm/core/kernel/field-info.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import { LEAD_STATUSES } from "@crm/core/lead/lead.masters.ts";
import { Master } from "@crm/core/masters/master.ts";
import { masterGrants } from "@crm/core/masters/masters.domain.ts";
import { Teams } from "@crm/core/user/team.entity.ts";
import { Team } from "@crm/core/user/team.ts";
import * as z from "zod";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { customFields } from "./custom-field.ts";
import { exporting } from "./files.ts";
import { linksOf, masterLinks, mastersPath } from "./links.ts";
import { schema } from "./schema.ts";

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

const MasterKind = z.object({
  kind: z.string(),
  label: z.string(),
  path: z.string().describe("Where its values are listed and made"),
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
    output: z.array(MasterKind),
    keeps,
  }),
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

export const masters = serves([...operations, ...customFields, schema], { uses: ["domains"] });
