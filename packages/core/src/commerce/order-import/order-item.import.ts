import * as z from "zod";
import { invalid, invalidAll } from "../../kernel/error.ts";
import { listFields } from "../../kernel/field.ts";
import { parse } from "../../kernel/fn.ts";
import { Money } from "../../kernel/money.ts";
import { amount, oneLine } from "../../kernel/schema.ts";
import { mergeDetails } from "../../people/person/import-match.ts";
import type { Importable, Input } from "../../platform/import/importable.ts";
import { lineFields } from "../order/order.entity.ts";
import { orderGrants } from "../order/order.kind.ts";
import { Order } from "../order/order.ts";
import { orderItemColumnNames } from "./column-names.ts";
import { findOrderId, findProductId, resolveReferences } from "./references.ts";

/** Import of the lines of orders. A row is a line that is added to a draft. */

const shape = {
  order_number: oneLine(64).describe("Number or id of a draft"),
  ...lineFields,
  line_amount: amount().nullish().describe("Price of the whole quantity before discount and tax, in place of unit_price"),
};
const Row = z.object(shape);

/** Has the decimals of a computed price. */
const ONE_PIECE = "1.0000";

const resolvers = { order_number: findOrderId, product_id: findProductId };

export const orderItems: Importable = {
  entity: "order-items",
  write: orderGrants.write,
  delete: orderGrants.write,
  validate: async ({ id: _id, created_at: _at, ...input }) => {
    const { known, wrong } = await resolveReferences(input, resolvers);
    const issues = Row.safeParse({ ...known, order_number: input.order_number }).error?.issues ?? [];
    return mergeDetails(
      wrong,
      issues.map(({ path, message }) => ({ field: path.join("."), message })),
    );
  },
  fields: async () =>
    listFields(shape).map((field) => {
      const synonyms = orderItemColumnNames[field.name];
      return synonyms ? { ...field, synonyms } : field;
    }),
  preload: async () => undefined,
  async create(input) {
    const { known, wrong } = await resolveReferences(input, resolvers);
    if (wrong.length > 0) throw invalidAll(mergeDetails(wrong, await orderItems.validate(input)));
    const { order_number, line_amount, ...line } = known;
    const priced = { ...line, ...(line_amount ? { unit_price: divideAmount(line_amount, line) } : {}) };
    const order = await Order.addLine(parse(Order.addLine.schema, { ...priced, id: order_number }));
    const { id, version, line_items } = order;
    const part = line_items.at(-1)?.id;
    return { id, version, outcome: "created", ...(part ? { part } : {}) };
  },
  async update() {
    throw invalid("id", "Lines are only added: set options.mode to create");
  },
  matchers: async () => ({}),
  readPrevious: async () => ({}),
  remove: async () => undefined,
  async removePart(orderId, line_id) {
    const order = await Order.read(orderId);
    if (!order.line_items.some(({ id }) => id === line_id)) return true;
    if (order.status !== "DRAFT") return false;
    await Order.removeLine({ id: orderId, line_id });
    return true;
  },
};

/** Returns the price of one piece, from which the price of the quantity is computed again without rounding. */
function divideAmount(lineAmount: unknown, { unit_price, quantity = "1" }: Input): string {
  if (unit_price) throw invalid("line_amount", "Must not be given together with unit_price");
  const exact = Money.multiply(ONE_PIECE, parse(amount(), lineAmount));
  const pieces = parse(lineFields.quantity, quantity);
  const price = Money.isZero(pieces) ? exact : Money.divide(exact, pieces);
  if (Money.compare(Money.multiply(price, pieces), exact) !== 0)
    throw invalid("line_amount", "Must be a multiple of the quantity: give unit_price, or a quantity of 1");
  return Money.normalizeDecimal(price);
}
