interface CreatedRecord {
  readonly kind: string;
  readonly id: string;
}

/** Records that actions create, by the name of the action: their kind, and where the answer has their id. */
const createdRecords: Readonly<Record<string, readonly (readonly [kind: string, ...path: string[]])[]>> = {
  convertLead: [["opportunity", "opportunity", "id"]],
  convertQuote: [
    ["contract", "contract_id"],
    ["order", "order_id"],
  ],
  convertDeal: [["order", "order_id"]],
  convertContract: [["order", "order_id"]],
  createOrderInvoice: [["invoice", "id"]],
};

const readPath = (answer: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (value as Readonly<Record<string, unknown>> | null | undefined)?.[name], answer);

/** Returns the record that an action has created. An id that the record had before names an older one. */
export function findCreated(
  action: string,
  record: Readonly<Record<string, unknown>>,
  answer: unknown,
): CreatedRecord | undefined {
  for (const [kind, ...path] of createdRecords[action] ?? []) {
    const id = readPath(answer, path);
    if (typeof id === "string" && id !== readPath(record, path)) return { kind, id };
  }
  return undefined;
}
