import { useRequest } from "../../kernel/context.ts";
import { collectDetails, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { type Field, listFields } from "../../kernel/field.ts";
import { parse } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { date } from "../../kernel/schema.ts";
import { mergeDetails } from "../../people/person/import-match.ts";
import { CustomField } from "../../platform/custom-field/custom-field.ts";
import { buildUniqueMatchers } from "../../platform/custom-field/unique-matchers.ts";
import { type Importable, type Input, pickCurrentValues, type RowResult, toText } from "../../platform/import/importable.ts";
import { companyNames } from "../../platform/import/synonyms.ts";
import { opportunityGrants } from "../../sales/opportunity/opportunity.kind.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { PRODUCT } from "../../sales/product/product.kind.ts";
import { Product } from "../../sales/product/product.ts";
import { resolveCustomerId } from "../customer/name-lookup.ts";

const { products: _products, competitors: _competitors, custom_fields: _custom, ...shape } = Opportunity.Create.shape;

/** Columns of a row that are not fields of an opportunity. */
const extraFields: Field[] = [
  { name: "product_id", type: "text", label: "Product", required: false },
  { name: "product_name", type: "text", label: "Product name", required: false },
  { name: "closed_date", type: "date", label: "Closed on", required: false },
];

/**
 * Opportunities in import files. A row names the customer by id, number or name. A product becomes a line whose price is the amount of the
 * row. With the option `historic`, closed opportunities are imported as they ended.
 */
export const opportunities: Importable = {
  entity: "opportunities",
  write: opportunityGrants.write,
  delete: opportunityGrants.delete,
  validate: async ({ opportunity_number: _number, id: _id, created_at: _at, ...input }) => {
    const { resolvedInput, details } = await readRow(input);
    return mergeDetails(details, await Opportunity.create.validate(resolvedInput));
  },
  fields: async () => [
    ...listFields(shape).map((field) => (field.name === "customer_id" ? { ...field, synonyms: companyNames } : field)),
    ...extraFields,
    ...(await CustomField.listFields("opportunity", "write")),
  ],
  preload: async () => undefined,
  async create({ opportunity_number: _number, ...input }) {
    const { resolvedInput, details, closed_date } = await readRow(input);
    if (details.length > 0) throw invalidAll(mergeDetails(details, await Opportunity.create.validate(resolvedInput)));
    const { id, version } = await Opportunity.createFromImport(
      parse(Opportunity.Create, resolvedInput),
      closed_date ? { closed_date } : {},
    );
    return { id, version, outcome: "created" };
  },
  update: updateRow,
  restore: updateRow,
  matchers: async () => ({
    id: async (value) => toText(value),
    opportunity_number: (value) => Opportunity.findByNumber(String(value)),
    ...(await buildUniqueMatchers("opportunity")),
  }),
  readPrevious: async (id, input) => pickCurrentValues(await Opportunity.read(id), input, Object.keys(Opportunity.patchFields)),
  remove: (id) => Opportunity.remove({ id }),
};

async function updateRow(id: string, input: Input): Promise<RowResult> {
  const { resolvedInput, details } = await readRow(input);
  if (details.length > 0) throw invalidAll(details);
  const { products: _lines, opportunity_number: _number, lead_id: _lead, ...changes } = resolvedInput;
  const { version } = await Opportunity.update({ ...changes, id } as Parameters<typeof Opportunity.update>[0]);
  return { id, version, outcome: "updated" };
}

/** Converts a row to the input of `Opportunity.create`. */
async function readRow(input: Input): Promise<{ resolvedInput: Input; details: ErrorDetail[]; closed_date?: string }> {
  const details: ErrorDetail[] = [];
  const { product_id, product_name, closed_date, ...rest } = input;
  const resolvedInput: Input = { ...rest };
  const customerReference = toText(input.customer_id);
  if (customerReference !== undefined)
    resolvedInput.customer_id = await collectDetails(
      details,
      resolveCustomerId("customer_id", customerReference),
      customerReference,
    );
  const [product, name] = [toText(product_id), toText(product_name)];
  if (product || name) {
    const productId = product && (await collectDetails(details, resolveProduct(product), product));
    resolvedInput.products = [
      { ...(productId ? { product_id: productId } : {}), ...(name ? { name } : {}), unit_price: input.amount ?? null },
    ];
  }
  if (closed_date === undefined || closed_date === null) return { resolvedInput, details };
  const { data, success } = date().safeParse(closed_date);
  if (!success) details.push({ field: "closed_date", message: "Must be a date, YYYY-MM-DD" });
  else if (!useRequest().is_history)
    details.push({
      field: "closed_date",
      message: "Only allowed with the option historic; otherwise, win or lose the opportunity",
    });
  return { resolvedInput, details, ...(success ? { closed_date: data } : {}) };
}

/** Returns the product with this id, SKU or name. */
async function resolveProduct(reference: string): Promise<string> {
  const text = reference.trim();
  if (isId(text, PRODUCT)) return text;
  const productId = (await Product.findBySku(text)) ?? (await Product.findByName(text));
  if (productId === undefined) throw invalid("product_id", "No product has this id, SKU or name");
  return productId;
}
