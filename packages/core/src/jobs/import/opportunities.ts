import { CustomField } from "../../custom-field/custom-field.ts";
import { ownMatchers } from "../../custom-field/matching.ts";
import { idMeant } from "../../customer/meant.ts";
import { useRequest } from "../../kernel/context.ts";
import { type Detail, gathered, invalid, invalidAll } from "../../kernel/error.ts";
import { type Field, fieldsOfShape } from "../../kernel/field.ts";
import { parse } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { date } from "../../kernel/schema.ts";
import { opportunityGrants } from "../../opportunity/opportunity.domain.ts";
import { Opportunity } from "../../opportunity/opportunity.ts";
import { PRODUCT } from "../../product/product.domain.ts";
import { Product } from "../../product/product.ts";
import { type Importable, type Input, standing, textOf, type Written } from "./importable.ts";
import { withRest } from "./whose.ts";

const { products: _products, competitors: _competitors, custom_fields: _custom, ...shape } = Opportunity.Create.shape;

/** What a row says beside the fields of an opportunity. */
const beside: Field[] = [
  { name: "product_id", type: "text", label: "Product", required: false },
  { name: "product_name", type: "text", label: "Product name", required: false },
  { name: "closed_date", type: "date", label: "Closed on", required: false },
];

/**
 * Opportunities by files. The customer is named by its id, its number or its name. A product makes a line, whose price is the amount
 * (decisions, Sales). What is closed comes in with the option `historic`, as it ended.
 */
export const opportunities: Importable = {
  entity: "opportunities",
  write: opportunityGrants.write,
  delete: opportunityGrants.delete,
  wrongIn: async ({ opportunity_number: _number, id: _id, created_at: _at, ...input }) => {
    const { known, wrong } = await read(input);
    return withRest(wrong, await Opportunity.create.wrongIn(known));
  },
  fields: async () => [...fieldsOfShape(shape), ...beside, ...(await CustomField.fieldsOf("opportunity", "write"))],
  readAhead: async () => undefined,
  async create({ opportunity_number: _number, ...input }) {
    const { known, wrong, closed_date } = await read(input);
    if (wrong.length > 0) throw invalidAll(withRest(wrong, await Opportunity.create.wrongIn(known)));
    const { id, version } = await Opportunity.made(parse(Opportunity.Create, known), closed_date ? { closed_date } : {});
    return { id, version, outcome: "created" };
  },
  update: changed,
  restore: changed,
  matchers: async () => ({
    id: async (value) => textOf(value),
    opportunity_number: (value) => Opportunity.numbered(String(value)),
    ...(await ownMatchers("opportunity")),
  }),
  before: async (id, input) => standing(await Opportunity.read(id), input, Object.keys(Opportunity.patch)),
  remove: (id) => Opportunity.remove({ id }),
};

async function changed(id: string, input: Input): Promise<Written> {
  const { known, wrong } = await read(input);
  if (wrong.length > 0) throw invalidAll(wrong);
  const { products: _lines, opportunity_number: _number, lead_id: _lead, ...changes } = known;
  const { version } = await Opportunity.update({ ...changes, id } as Parameters<typeof Opportunity.update>[0]);
  return { id, version, outcome: "updated" };
}

/** What a row says, as the verb is asked. */
async function read(input: Input): Promise<{ known: Input; wrong: Detail[]; closed_date?: string }> {
  const wrong: Detail[] = [];
  const { product_id, product_name, closed_date: written, ...rest } = input;
  const known: Input = { ...rest };
  const named = textOf(input.customer_id);
  if (named !== undefined) known.customer_id = await gathered(wrong, idMeant("customer_id", named), named);
  const [product, name] = [textOf(product_id), textOf(product_name)];
  if (product || name) {
    const meant = product && (await gathered(wrong, productMeant(product), product));
    known.products = [{ ...(meant ? { product_id: meant } : {}), ...(name ? { name } : {}), unit_price: input.amount ?? null }];
  }
  if (written === undefined || written === null) return { known, wrong };
  const { data, success } = date().safeParse(written);
  if (!success) wrong.push({ field: "closed_date", message: "Not a day, YYYY-MM-DD" });
  else if (!useRequest().is_history)
    wrong.push({ field: "closed_date", message: "Of history: win or lose it, or bring it in with the option historic" });
  return { known, wrong, ...(success ? { closed_date: data } : {}) };
}

/** The product of an id, a SKU or a name. */
async function productMeant(written: string): Promise<string> {
  const text = written.trim();
  if (isId(text, PRODUCT)) return text;
  const found = (await Product.withSku(text)) ?? (await Product.named(text));
  if (found === undefined) throw invalid("product_id", "No product has this id, SKU or name");
  return found;
}
