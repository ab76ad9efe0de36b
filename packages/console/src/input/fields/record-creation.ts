import { createContext, useContext } from "react";
import type { KindSummary } from "../../api/schema.ts";
import type { Option } from "../../ui/kit/option.tsx";

/** Creates a record of a kind by the name that a user typed. Returns null if the user gives up. */
export type CreateRecord = (kind: KindSummary, name: string) => Promise<Option | null>;

/** Set by the forms (input/form/inline-create.tsx). Without it, references only find records. */
export const RecordCreationContext = createContext<CreateRecord | undefined>(undefined);

export const useRecordCreation = (): CreateRecord | undefined => useContext(RecordCreationContext);
