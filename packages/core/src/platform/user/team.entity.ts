import * as z from "zod";
import { id, master, name, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords, textSortKey } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { TERRITORIES } from "../master-data/shared.masters.ts";
import { TEAM, USER } from "./user.kind.ts";

export const fields = {
  name: name(100),
  manager_id: id(USER).nullish(),
  territory_id: master(TERRITORIES).nullish(),
};

export const Stored = z.object(toStoredShape(fields));

export type TeamRecord = z.output<typeof Stored> & BaseRecord;

export const Teams = new Collection<TeamRecord>({
  kind: TEAM,
  schema: Stored,
  personalData: { purpose: "Group users who share records and work." },
  row: ["name", "manager_id", "territory_id"],
  indexes: { by_time: indexBy(), by_rank: sortedIndexBy((team) => textSortKey(team.name)) },
  sorts: { name: "by_rank" },
  searchWords: (team) => textSearchWords(team.name),
  // Rebuilds the sort key of the name when the record is migrated, so that a name sorts before longer names that begin with it.
  migrations: [(stored) => stored],
});
