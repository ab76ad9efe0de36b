import { conflict } from "../../kernel/error.ts";
import { listFields } from "../../kernel/field.ts";
import { parse } from "../../kernel/fn.ts";
import { type Importable, toText } from "../../platform/import/importable.ts";
import { suppressionGrants } from "./suppression.kind.ts";
import { fields, Suppression } from "./suppression.ts";
import { Suppressions } from "./suppression-store.ts";

/** Imports suppressed addresses, one in each row. A row may name an address that is already on the list. */
export const suppressions: Importable = {
  entity: "suppressions",
  write: suppressionGrants.write,
  delete: suppressionGrants.write,
  validate: Suppression.create.validate,
  fields: async () => listFields(fields),
  preload: async () => undefined,
  async create(input) {
    const parsedInput = parse(Suppression.Create, input);
    const before = await Suppressions.findByAddress(parsedInput.channel, parsedInput.address);
    const { id, version } = await Suppression.create(parsedInput);
    const isSame = before?.version === version;
    return { id, version, outcome: isSame ? "skipped" : before && !before.deleted_at ? "updated" : "created" };
  },
  async update(_id, input) {
    return suppressions.create(input, undefined);
  },
  matchers: async () => ({ id: async (value) => toText(value) }),
  readPrevious: async () => ({}),
  restore: async () => {
    throw conflict("Reasons of an address that was already on the list must be lifted manually");
  },
  remove: (id) => Suppression.remove({ id }),
};
