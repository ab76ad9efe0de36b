import { derivedId } from "../kernel/id.ts";

/** A kind of master data owns the collection of its values, so that all of a kind are one strongly consistent read. */
export const kindId = (kind: string): string => derivedId("master_kind", 0, kind);

/** The id of a default value: the same in every tenant and at every start, because it is not stored until changed. */
export const defaultId = (kind: string, code: string): string => derivedId("master", 0, `${kind}/${code}`, kindId(kind));
