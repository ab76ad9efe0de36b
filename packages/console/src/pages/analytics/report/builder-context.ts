import { createContext, useContext } from "react";
import type { Field, Kind } from "../../../api/kind.ts";
import type { RelatedSource } from "../../../records/report/report-source.ts";
import type { FilterField } from "../../../ui/kit/filter-field.ts";

/** What the parts of the builder share. */
interface BuilderContent {
  /** The kind of the report, joined with its related kinds. */
  readonly source: Kind;
  readonly related: readonly RelatedSource[];
  readonly fields: readonly Field[];
  readonly filterFields: readonly FilterField[];
  /** The first error of a part, by its path: `measures[1].field`. */
  readonly findError: (path: string) => string | undefined;
}

export const BuilderContext = createContext<BuilderContent | undefined>(undefined);

export function useReportBuilder(): BuilderContent {
  const content = useContext(BuilderContext);
  if (!content) throw new Error("The parts of a report are inside of its builder");
  return content;
}
