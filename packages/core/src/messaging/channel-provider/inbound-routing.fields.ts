import { id, master, oneOf } from "../../kernel/schema.ts";
import { TEAM, USER } from "../../platform/user/user.kind.ts";
import { LEAD_SOURCES } from "../../sales/lead/lead.masters.ts";

/** The inbound rule: what an inbound message creates besides its conversation. Set on a number or a mail account. */

export const inboundTargets = ["conversation", "ticket", "lead"] as const;
export type InboundTarget = (typeof inboundTargets)[number];

export const inboundFields = {
  inbound_makes: oneOf(inboundTargets)
    .default("conversation")
    .describe("What a message that comes in makes beside its conversation: nothing, a ticket, or, of who is not known, a lead"),
  inbound_team_id: id(TEAM).nullish().describe("Of tickets: in whose queue they stand"),
  inbound_owner_id: id(USER)
    .nullish()
    .describe(
      "Whose leads or tickets they are; otherwise leads go as the setting new_lead_owner says, tickets by the rule of routing",
    ),
  inbound_source_id: master(LEAD_SOURCES).nullish().describe("Of leads"),
};
