import * as z from "zod";
import { id, master, name, oneOf, storedOf, text } from "../kernel/schema.ts";
import { joinedTags, LONGEST_TAG, MOST_TAGS } from "../kernel/tag.ts";
import { wordsOf } from "../kernel/text.ts";
import { PRIORITIES, TICKET_CATEGORIES } from "../masters/shared.masters.ts";
import { ticketTypes } from "../sla/ticket-type.ts";
import { type BaseRecord, by, Collection } from "../storage/table/collection.ts";
import { TEAM, USER } from "../user/user.domain.ts";
import { sharings } from "../view/sharing.ts";
import { ticketStatuses } from "./status.rules.ts";
import { TICKET_MACRO } from "./ticket.domain.ts";

/** A macro bears no tags itself. */
const someTags = () =>
  z
    .array(name(LONGEST_TAG))
    .overwrite((given) => joinedTags(given))
    .max(MOST_TAGS)
    .default([]);

/** Changes have the names of the ticket's fields; null leaves one as it is. */
export const fields = {
  name: name(100),
  description: text(500).nullish(),
  sharing: oneOf(sharings).default("PRIVATE").describe("Who sees it beside its owner"),
  status: oneOf(ticketStatuses).nullish(),
  priority_id: master(PRIORITIES).nullish(),
  category_id: master(TICKET_CATEGORIES).nullish(),
  ticket_type: oneOf(ticketTypes).nullish(),
  team_id: id(TEAM).nullish(),
  assigned_to_id: z
    .union([z.literal("me"), id(USER)], "me, or the id of a user")
    .nullish()
    .describe("An agent; `me` is who uses the macro"),
  add_tags: someTags(),
  remove_tags: someTags(),
  comment: text(20_000).nullish().describe("With merge fields: {{ticket.number}}, {{requester.first_name|there}}"),
  comment_is_public: z.boolean().default(false),
};

export const Stored = z.object({
  ...storedOf(fields),
  audience: z.string().describe("Who sees it: a user, a team, or `everyone`"),
});

export type MacroRecord = z.output<typeof Stored> & BaseRecord;

export const Macros = new Collection<MacroRecord>({
  kind: TICKET_MACRO,
  schema: Stored,
  row: ["name", "description", "sharing", "audience"],
  indexes: { by_time: by(), by_owner: by("audience") },
  owner: "audience",
  words: ({ name, description }) => [...wordsOf(name), ...wordsOf(description)],
});
