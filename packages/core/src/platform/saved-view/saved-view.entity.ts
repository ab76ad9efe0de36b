import * as z from "zod";
import { aboutUser, personalData, reach } from "../../kernel/personal-data.ts";
import { registryName } from "../../kernel/registry.ts";
import { json, name, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { USER } from "../user/user.kind.ts";
import { VIEW } from "./saved-view.kind.ts";
import { sharings } from "./sharing.ts";

/** The body of `POST /{kind}/query`. */
export const SavedQuery = z.strictObject({
  where: json(8_192).nullish(),
  search: text(200).nullish(),
  sort: text(200).nullish(),
  order: oneOf(["asc", "desc"]).nullish(),
  fields: text(2_000).nullish(),
  expand: text(500).nullish(),
});

/** The fields of a saved view that users write. */
export const fields = {
  name: personalData("preference", name(100)),
  description: personalData("preference", text(500).nullish()),
  sharing: personalData("preference", oneOf(sharings).default("PRIVATE").describe("Users who can see it besides its owner")),
  query: personalData("free_text", SavedQuery.describe("The body for `POST /{kind}/query`")),
};

export const Stored = z.object({
  kind: personalData("preference", registryName("kinds").describe("Kind of the records in the list")),
  ...toStoredShape(fields),
  audience: personalData("staff", z.string().describe("The user or team that can see it, or `everyone`")),
});

export type ViewRecord = z.output<typeof Stored> & BaseRecord;

export const Views = new Collection<ViewRecord>({
  kind: VIEW,
  schema: Stored,
  personalData: { purpose: "Keep filters that users saved.", subject: aboutUser(reach("audience", USER)) },
  row: ["kind", "name", "description", "sharing", "audience"],
  indexes: { by_time: indexBy(), by_owner: indexBy("audience") },
  owner: "audience",
  filters: { kind: { field: "kind" } },
});
