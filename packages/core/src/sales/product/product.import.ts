import { listFields } from "../../kernel/field.ts";
import { parse } from "../../kernel/fn.ts";
import { type Importable, pickCurrentValues, toText } from "../../platform/import/importable.ts";
import { fields } from "./product.entity.ts";
import { productGrants } from "./product.kind.ts";
import { Product } from "./product.ts";

const { items: _items, ...columns } = fields;

/** Other names of columns in files. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  name: ["product", "product name", "service"],
  sku: ["product code", "article number", "item number"],
  family: ["series", "product line"],
  unit_price: ["price", "sales price", "list price"],
  is_active: ["active"],
};

/** Products in import files. The SKU of a row tells whether the product exists already. */
export const products: Importable = {
  entity: "products",
  write: productGrants.write,
  delete: productGrants.write,
  validate: Product.create.validate,
  fields: async () =>
    listFields(columns).map((field) => {
      const fieldSynonyms = synonyms[field.name];
      return fieldSynonyms ? { ...field, synonyms: fieldSynonyms } : field;
    }),
  preload: async () => undefined,
  async create(input, onDuplicate = "skip") {
    const { sku } = input;
    const existingId = onDuplicate === "create" || typeof sku !== "string" ? undefined : await Product.findBySku(sku);
    if (existingId !== undefined)
      return onDuplicate === "update" ? products.update(existingId, input) : { id: existingId, version: 0, outcome: "skipped" };
    const { id, version } = await Product.create(parse(Product.Create, input));
    return { id, version, outcome: "created" };
  },
  async update(id, input) {
    const { version } = await Product.update(parse(Product.Update, { ...input, id }));
    return { id, version, outcome: "updated" };
  },
  matchers: async () => ({
    id: async (value) => toText(value),
    sku: (value) => Product.findBySku(String(value)),
    name: (value) => Product.findByName(String(value)),
  }),
  readPrevious: async (id, input) => pickCurrentValues(await Product.get({ id }), input, Object.keys(fields)),
  remove: (id) => Product.remove({ id }),
};
