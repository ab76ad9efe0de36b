import * as z from "zod";
import { nameOf } from "../kernel/names.ts";
import { json, name, oneOf, storedOf, text } from "../kernel/schema.ts";
import { type BaseRecord, by, Collection } from "../storage/table/collection.ts";
import { sharings } from "./sharing.ts";
import { VIEW } from "./view.domain.ts";

/** What `POST /{kind}/query` is asked for, as it is sent there. */
export const Asked = z.strictObject({
  where: json(8_192).nullish(),
  search: text(200).nullish(),
  sort: text(200).nullish(),
  order: oneOf(["asc", "desc"]).nullish(),
  fields: text(2_000).nullish(),
  expand: text(500).nullish(),
});

/** What people write of a list that they come back to. */
export const fields = {
  name: name(100),
  description: text(500).nullish(),
  sharing: oneOf(sharings).default("PRIVATE").describe("Who sees it beside its owner"),
  query: Asked.describe("The body for `POST /{kind}/query`"),
};

export const Stored = z.object({
  kind: nameOf("kinds").describe("Of which records it is a list"),
  ...storedOf(fields),
  audience: z.string().describe("Who sees it: a user, a team, or `everyone`"),
});

export type ViewRecord = z.output<typeof Stored> & BaseRecord;

export const Views = new Collection<ViewRecord>({
  kind: VIEW,
  schema: Stored,
  row: ["kind", "name", "description", "sharing", "audience"],
  indexes: { by_time: by(), by_owner: by("audience") },
  owner: "audience",
  filters: { kind: { field: "kind" } },
});
