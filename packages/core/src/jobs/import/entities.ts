import type { EntityName } from "../../import/import.ts";
import type { Importable } from "./importable.ts";
import { leads } from "./leads.ts";
import { persons } from "./persons.ts";

/** Everything that comes in by files; a new entity is one line here, and its declaration beside these. */
export const importables: Readonly<Record<EntityName, Importable>> = { leads, persons };
