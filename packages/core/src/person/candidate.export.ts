import { columnsOf, declared } from "../jobs/export/exportable.ts";
import { Candidate } from "./candidate.ts";
import { personGrants } from "./person.domain.ts";

/** As the queue shows them: by the persons that their ids lead to now, with names. */
export const duplicates = declared(Candidate.listed, {
  entity: "duplicates",
  read: personGrants.read,
  columns: async () => {
    const { collection, info } = Candidate.listed;
    return columnsOf(collection, info.shape).map((column) => ({
      ...column,
      inRow: false,
      isUsual: column.name.endsWith("_name"),
    }));
  },
  shown: async (candidates) => Candidate.shown(candidates.flatMap((each) => Candidate.known(each) ?? [])),
});
