import { CustomField } from "../custom-field/custom-field.ts";
import { ownMatchers } from "../custom-field/matching.ts";
import { idMeant } from "../customer/meant.ts";
import { companyNames } from "../import/synonyms.ts";
import { type Importable, type Input, standing, textOf } from "../jobs/import/importable.ts";
import { withRest } from "../jobs/import/whose.ts";
import { type Detail, gathered, invalid, invalidAll } from "../kernel/error.ts";
import { fieldsOfShape } from "../kernel/field.ts";
import { parse } from "../kernel/fn.ts";
import { isId } from "../kernel/id.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.domain.ts";
import { Opportunity } from "../opportunity/opportunity.ts";
import { withNumber } from "../storage/write/upsert.ts";
import { dealGrants } from "./deal.domain.ts";
import { Deals } from "./deal.entity.ts";
import { Deal } from "./deal.ts";

const { items: _items, custom_fields: _custom, ...shape } = Deal.Create.shape;

/** Deals by files. Each names its customer by id, number or name, and its opportunity by id or number. */
export const deals: Importable = {
  entity: "deals",
  write: dealGrants.write,
  delete: dealGrants.delete,
  wrongIn: async ({ deal_number: _number, id: _id, created_at: _at, ...input }) => {
    const { known, wrong } = await withIds(input);
    return withRest(wrong, await Deal.create.wrongIn(known));
  },
  fields: async () => [
    ...fieldsOfShape(shape).map((field) => (field.name === "customer_id" ? { ...field, synonyms: companyNames } : field)),
    ...(await CustomField.fieldsOf("deal", "write")),
  ],
  readAhead: async () => undefined,
  async create({ deal_number: _number, ...input }) {
    const { known, wrong } = await withIds(input);
    if (wrong.length > 0) throw invalidAll(withRest(wrong, await Deal.create.wrongIn(known)));
    const { id, version } = await Deal.create(parse(Deal.Create, known));
    return { id, version, outcome: "created" };
  },
  async update(id, { deal_number: _number, ...input }) {
    const { known, wrong } = await withIds(input);
    if (wrong.length > 0) throw invalidAll(wrong);
    const { version } = await Deal.update(parse(Deal.update.schema, { ...known, id }));
    return { id, version, outcome: "updated" };
  },
  matchers: async () => ({
    id: async (value) => textOf(value),
    deal_number: (value) => withNumber(Deals, "deal_number", String(value)),
    ...(await ownMatchers("deal")),
  }),
  before: async (id, input) => standing(await Deal.read(id), input, Object.keys(Deal.update.schema.shape)),
  remove: (id) => Deal.remove({ id }),
};

const meanings: Readonly<Record<string, (written: string) => Promise<string>>> = {
  customer_id: (written) => idMeant("customer_id", written),
  opportunity_id: async (written) => {
    const id = isId(written, OPPORTUNITY) ? written : await numbered(written);
    if (id === undefined) throw invalid("opportunity_id", "No opportunity that you see has this id or number");
    return id;
  },
};

const numbered = async (written: string): Promise<string | undefined> =>
  (await Opportunity.matching()).on.opportunity_number?.find(written, undefined);

async function withIds(input: Input): Promise<{ known: Input; wrong: readonly Detail[] }> {
  const wrong: Detail[] = [];
  const known = { ...input };
  for (const [field, idOf] of Object.entries(meanings)) {
    const written = textOf(input[field]);
    if (written === undefined) continue;
    const id = await gathered(wrong, idOf(written), undefined);
    if (id === undefined) delete known[field];
    else known[field] = id;
  }
  return { known, wrong };
}
