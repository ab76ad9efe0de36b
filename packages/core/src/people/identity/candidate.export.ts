import { declareExport, listColumns } from "../../platform/export/exportable.ts";
import { personGrants } from "../person/person.domain.ts";
import { Candidate } from "./candidate.ts";

/** As the queue shows them: by the persons that their ids lead to now, with names. */
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
