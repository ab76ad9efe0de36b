import { Activity } from "@crm/core/people/activity/activity.ts";
import { FollowUps } from "@crm/core/people/interaction/follow-up.ts";
import { Interactions } from "@crm/core/people/interaction/interaction.entity.ts";
import { INTERACTION, interactionGrants } from "@crm/core/people/interaction/interaction.kind.ts";
import { Interaction } from "@crm/core/people/interaction/interaction.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor } from "../shared/links.ts";
import { activityLinks } from "./links.ts";

const operations = [
  ...buildFollowOperations("Interaction", INTERACTION),
  ...crud({
    noun: "Interaction",
    plural: "Interactions",
    tag: "Interactions",
    path: "/interactions",
    read: interactionGrants.read,
    write: interactionGrants.write,
    remove: interactionGrants.delete,
    domain: { ...Interaction, create: FollowUps.create },
    output: recordSchema("Interaction", Interaction.Info),
    row: recordSchema("InteractionRow", Interaction.Row),
    links: linksFor(Interactions),
  }),
  buildExportOperation("exportInteractions", "interactions", "Interactions", interactionGrants.read, Interaction.listDefinition),
  operation({
    name: "followUpInteraction",
    method: "POST",
    path: "/interactions/{id}/follow-up",
    tag: "Interactions",
    access: interactionGrants.write,
    summary: "Plan a follow-up activity of an interaction",
    dialog: {
      title: "Plan follow-up",
      done: "A follow-up of {record} was planned.",
      inputs: { milestone_id: { isHidden: true } },
    },
    verb: FollowUps.createFollowUp,
    output: recordSchema("Activity", Activity.Info),
    status: 201,
    kind: "record",
    links: activityLinks,
  }),
];

export const interactions = defineApiFunction(operations, { uses: ["objects:records:get"] });
