import { declareExport, listColumns } from "../../platform/export/exportable.ts";
import { personGrants } from "../person/person.kind.ts";
import { Candidate } from "./candidate.ts";

/** Exports candidates as the queue shows them: with the present persons of the pair after merges, and their names. */
export const duplicates = declareExport(Candidate.listDefinition, {
  entity: "duplicates",
  read: personGrants.read,
  columns: async () => {
    const { collection, info } = Candidate.listDefinition;
    return listColumns(collection, info.shape).map((column) => ({
      ...column,
      inRow: false,
      isUsual: column.name.endsWith("_name"),
    }));
  },
  present: async (candidates) => Candidate.present(candidates.flatMap((each) => Candidate.redactForCaller(each) ?? [])),
});
