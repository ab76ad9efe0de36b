import { type Importable, textOf } from "../jobs/import/importable.ts";
import { conflict } from "../kernel/error.ts";
import { fieldsOfShape } from "../kernel/field.ts";
import { parse } from "../kernel/fn.ts";
import { suppressionGrants } from "./suppression.domain.ts";
import { fields, Suppression } from "./suppression.ts";
import { Suppressions } from "./suppressions.ts";

/** Addresses that are not written to, by files: each row is one, whether it is on the list or not. */
export const suppressions: Importable = {
  entity: "suppressions",
  write: suppressionGrants.write,
  delete: suppressionGrants.write,
  wrongIn: Suppression.create.wrongIn,
  fields: async () => fieldsOfShape(fields),
  readAhead: async () => undefined,
  async create(input) {
    const told = parse(Suppression.Create, input);
    const before = await Suppressions.recordOf(told.channel, told.address);
    const { id, version } = await Suppression.create(told);
    const isSame = before?.version === version;
    return { id, version, outcome: isSame ? "skipped" : before && !before.deleted_at ? "updated" : "created" };
  },
  async update(_id, input) {
    return suppressions.create(input, undefined);
  },
  matchers: async () => ({ id: async (value) => textOf(value) }),
  before: async () => ({}),
  restore: async () => {
    throw conflict("What was said of an address that was on the list before is lifted by hand");
  },
  remove: (id) => Suppression.remove({ id }),
};
