/** Rules of the prices in a price book that are edited. */

export interface PriceEntry {
  readonly id: string;
  readonly version?: number;
  readonly product_id: string;
  readonly unit_price: string;
  readonly min_quantity: number;
  readonly valid_from: string | null;
  readonly valid_to: string | null;
  readonly is_active: boolean;
}

/** A price that is not saved yet. */
export interface NewEntry {
  readonly product_id: string | null;
  readonly unit_price: string | null;
  readonly min_quantity: number;
}

export const emptyEntry: NewEntry = { product_id: null, unit_price: null, min_quantity: 1 };

/** Returns the first message for a field, or that of the whole request. */
export const findMessage = (
  errors: Readonly<Record<string, string>>,
  form: string | undefined,
): { readonly field: string; readonly message: string } | undefined => {
  const [first] = Object.entries(errors);
  if (first) return { field: first[0], message: first[1] };
  return form === undefined ? undefined : { field: "", message: form };
};
