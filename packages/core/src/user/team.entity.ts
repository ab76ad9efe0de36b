import * as z from "zod";
import { id, master, name, storedOf } from "../kernel/schema.ts";
import { sortKeyOf, wordsOf } from "../kernel/text.ts";
import { TERRITORIES } from "../masters/shared.masters.ts";
import { type BaseRecord, by, Collection, orderedBy } from "../storage/table/collection.ts";
import { TEAM, USER } from "./user.domain.ts";

export const fields = {
  name: name(100),
  manager_id: id(USER).nullish(),
  territory_id: master(TERRITORIES).nullish(),
};

export const Stored = z.object(storedOf(fields));

export type TeamRecord = z.output<typeof Stored> & BaseRecord;

export const Teams = new Collection<TeamRecord>({
  kind: TEAM,
  schema: Stored,
  row: ["name", "manager_id", "territory_id"],
  indexes: { by_time: by(), by_rank: orderedBy((team) => sortKeyOf(team.name)) },
  sorts: { name: "by_rank" },
  words: (team) => wordsOf(team.name),
  // Its place in the order of names is made anew on the way: a name comes before those that begin with it.
  migrations: [(stored) => stored],
});
