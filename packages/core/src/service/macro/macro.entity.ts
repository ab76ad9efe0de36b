import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";
import { id, master, name, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { MAX_TAG_LENGTH, MAX_TAGS, mergeTags } from "../../kernel/tag.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { PRIORITIES, TICKET_CATEGORIES } from "../../platform/master-data/shared.masters.ts";
import { sharings } from "../../platform/saved-view/sharing.ts";
import { TEAM, USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { ticketTypes } from "../sla/ticket-type.ts";
import { ticketStatuses } from "../ticket/status.rules.ts";
import { TICKET_MACRO } from "../ticket/ticket.kind.ts";

/** Tags that the macro adds or removes; the macro itself has none. */
const tagList = () =>
  z
    .array(name(MAX_TAG_LENGTH))
    .overwrite((tags) => mergeTags(tags))
    .max(MAX_TAGS)
    .default([]);

/** Changes use the field names of tickets. Null leaves a field unchanged. */
export const fields = {
  name: name(100),
  description: text(500).nullish(),
  sharing: oneOf(sharings).default("PRIVATE").describe("Audience in addition to the owner"),
  status: oneOf(ticketStatuses).nullish(),
  priority_id: master(PRIORITIES).nullish(),
  category_id: master(TICKET_CATEGORIES).nullish(),
  ticket_type: oneOf(ticketTypes).nullish(),
  team_id: id(TEAM).nullish(),
  assigned_to_id: personalData(
    "staff",
    z
      .union([z.literal("me"), id(USER)], "Must be me, or the id of a user")
      .nullish()
      .describe("Assignee; `me` is the user who applies the macro"),
  ),
  add_tags: tagList(),
  remove_tags: tagList(),
  comment: text(20_000).nullish().describe("Can contain merge fields: {{ticket.number}}, {{requester.first_name|there}}"),
  comment_is_public: z.boolean().default(false),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  audience: personalData("staff", z.string().describe("Audience: a user, a team, or `everyone`")),
});

export type MacroRecord = z.output<typeof Stored> & BaseRecord;

export const Macros = new Collection<MacroRecord>({
  kind: TICKET_MACRO,
  schema: Stored,
  personalData: { purpose: "Apply usual changes to tickets at once." },
  row: ["name", "description", "sharing", "audience"],
  indexes: { by_time: indexBy(), by_owner: indexBy("audience") },
  owner: "audience",
  searchWords: ({ name, description }) => [...textSearchWords(name), ...textSearchWords(description)],
});
