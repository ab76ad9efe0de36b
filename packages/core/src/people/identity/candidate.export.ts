import { type ListDefinition, listColumns } from "../../platform/export/exportable.ts";
import type { CandidateRecord } from "../person/person.entity.ts";
import { Candidate } from "./candidate.ts";

/** Exports candidates as the queue shows them: with the present persons of the pair after merges, and their names. */
export const duplicates: ListDefinition<CandidateRecord> = {
  ...Candidate.listDefinition,
  columns: async () => {
    const { collection, info } = Candidate.listDefinition;
    return listColumns(collection, info.shape).map((column) => ({
      ...column,
      inRow: false,
      isUsual: column.name.endsWith("_name"),
    }));
  },
  present: async (candidates) => Candidate.present(candidates.flatMap((candidate) => Candidate.redactForCaller(candidate) ?? [])),
};
