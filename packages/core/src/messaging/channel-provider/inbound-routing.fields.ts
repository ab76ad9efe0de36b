import { personalData } from "../../kernel/personal-data.ts";
import { id, master, oneOf } from "../../kernel/schema.ts";
import { TEAM, USER } from "../../platform/user/user.kind.ts";
import { LEAD_SOURCES } from "../../sales/lead/lead.masters.ts";

/** The inbound rule: what an inbound message creates besides its conversation. Set on a number or a mail account. */

const inboundTargets = ["conversation", "ticket", "lead"] as const;
export type InboundTarget = (typeof inboundTargets)[number];

export const inboundFields = {
  inbound_makes: oneOf(inboundTargets)
    .default("conversation")
    .describe(
      "Record that an inbound message creates besides its conversation: none, a ticket or, if the sender is unknown, a lead",
    ),
  inbound_team_id: personalData("none", id(TEAM).nullish().describe("Team whose queue receives the tickets")),
  inbound_owner_id: id(USER)
    .nullish()
    .describe("Owner of the leads or tickets. If empty, the settings decide for leads and the routing rule for tickets"),
  inbound_source_id: personalData("none", master(LEAD_SOURCES).nullish().describe("Source of the leads")),
};
