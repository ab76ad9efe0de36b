import { derivedId } from "../../kernel/id.ts";
import type { MasterKind } from "../../kernel/master-kind.ts";
import { MASTER, MASTER_KIND } from "./master-data.kind.ts";

/** The id of the owner of all values of a kind: they share a partition, so one strongly consistent read returns them all. */
export const kindId = ({ name }: MasterKind): string => derivedId(MASTER_KIND, 0, name);

/** The id of a default value: the same in every tenant and at every start, because it is not stored until changed. */
export const defaultId = (kind: MasterKind, code: string): string => derivedId(MASTER, 0, `${kind.name}/${code}`, kindId(kind));
