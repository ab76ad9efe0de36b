import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { EntryRecord, PriceBookRecord } from "./price-book.entity.ts";

export const priceBook: PersonalData<PriceBookRecord> = {
  purpose: "Hold prices by market.",
  subject: undefined,
  fields: {
    name: "none",
    description: "none",
    is_default: "none",
    currency: "none",
    is_active: "none",
    valid_from: "none",
    valid_to: "none",
  },
};

export const priceBookEntry: PersonalData<EntryRecord> = {
  purpose: "Hold the price of a product in a price book.",
  subject: undefined,
  fields: {
    price_book_id: "none",
    product_id: "none",
    unit_price: "none",
    min_quantity: "none",
    valid_from: "none",
    valid_to: "none",
    is_active: "none",
    currency: "none",
    slot: "none",
  },
};
