import { listFields } from "../../kernel/field.ts";
import { parse } from "../../kernel/fn.ts";
import { type Importable, pickCurrentValues, toText } from "../../platform/import/importable.ts";
import { fields } from "./target.entity.ts";
import { targetGrants } from "./target.kind.ts";
import { Target } from "./target.ts";

/** Targets in import files: each row sets the target of a figure, a user, team or territory, and a period, whether or not it exists. */
export const targets: Importable = {
  entity: "targets",
  write: targetGrants.write,
  delete: targetGrants.write,
  validate: Target.create.validate,
  fields: async () => listFields(fields),
  preload: async () => undefined,
  async create(input, onDuplicate = "update") {
    const target = parse(Target.Create, input);
    const existing = await Target.findSame(target);
    if (existing && onDuplicate === "skip") return { id: existing.id, version: existing.version, outcome: "skipped" };
    const { id, version } = await Target.create(target);
    return { id, version, outcome: existing || version > 1 ? "updated" : "created" };
  },
  async update(id, input) {
    const { version } = await Target.update(parse(Target.Update, { ...input, id }));
    return { id, version, outcome: "updated" };
  },
  matchers: async () => ({
    id: async (value) => toText(value),
    period: async (_value, row) => {
      const { success, data } = Target.Create.safeParse(row);
      return success ? (await Target.findSame(data))?.id : undefined;
    },
  }),
  readPrevious: async (id, input) => pickCurrentValues(await Target.get({ id }), input, Object.keys(fields)),
  remove: (id) => Target.remove({ id }),
};
