import { Activity } from "@crm/core/activity/activity.ts";
import { FollowUps } from "@crm/core/interaction/follow-up.ts";
import { interactionGrants } from "@crm/core/interaction/interaction.domain.ts";
import { Interaction } from "@crm/core/interaction/interaction.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { exporting } from "./files.ts";
import { activityLinks, interactionLinks } from "./links.ts";

const operations = [
  ...crud({
    noun: "Interaction",
    plural: "Interactions",
    tag: "Interactions",
    path: "/interactions",
    read: interactionGrants.read,
    write: interactionGrants.write,
    remove: interactionGrants.delete,
    domain: { ...Interaction, create: FollowUps.create },
    output: recordOf("Interaction", Interaction.Info),
    row: recordOf("InteractionRow", Interaction.Row),
    links: interactionLinks,
  }),
  exporting(
    "exportInteractions",
    "interactions",
    "Interactions",
    interactionGrants.read,
    Interaction.list.schema,
    async () => (await import("@crm/core/interaction/interaction.export.ts")).interactions,
  ),
  operation({
    name: "followUpInteraction",
    method: "POST",
    path: "/interactions/{id}/follow-up",
    tag: "Interactions",
    access: interactionGrants.write,
    summary: "Plan the activity that follows from an interaction",
    verb: FollowUps.followUp,
    output: recordOf("Activity", Activity.Info),
    status: 201,
    kind: "record",
    links: activityLinks,
  }),
];

export const interactions = serves(operations);
