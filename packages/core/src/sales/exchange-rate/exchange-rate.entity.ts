import * as z from "zod";
import { currency, date, toStoredShape } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { EXCHANGE_RATE } from "./exchange-rate.kind.ts";
import { pairCode } from "./rates.rules.ts";

/** Normalises a rate to one form, so that equal rates are equal texts. A number is accepted if its digits are exact. */
const toPlainDecimal = (value: string | number): unknown => {
  if (typeof value !== "number") return value;
  const text = String(value);
  return text.includes("e-") ? value.toFixed(12) : text.replaceAll(/\D/g, "").length <= 15 ? text : value;
};

const rate = () =>
  z
    .preprocess(
      toPlainDecimal,
      z
        .string()
        .regex(/^\d{1,13}(\.\d{1,12})?$/, {
          error: 'Must be a rate, as a decimal string with at most 12 decimal places such as "1.0842"',
          abort: true,
        })
        .refine((value) => /[1-9]/.test(value), "Must be more than 0")
        .overwrite((value) => {
          const [integerPart = "", fraction = ""] = value.split(".");
          const [digits, behind] = [integerPart.replace(/^0+(?=\d)/, ""), fraction.replace(/0+$/, "")];
          return behind === "" ? digits : `${digits}.${behind}`;
        }),
    )
    .meta({ "x-type": "number", examples: ["1.0842"] });

export const fields = {
  from: currency(),
  to: currency(),
  date: date().refine((day) => day >= "1970-01-01", "Must not be before 1970"),
  rate: rate().describe("Price of one unit of `from` in `to`"),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  pair: z.string().meta({ examples: ["EURUSD"] }),
});

export type ExchangeRateRecord = z.output<typeof Stored> & BaseRecord;

/** Exchange rates. The id contains the day and the pair, so indexes by the pair or by one of its currencies are in the order of days. */
export const ExchangeRates = new Collection<ExchangeRateRecord>({
  kind: EXCHANGE_RATE,
  schema: Stored,
  personalData: { purpose: "Convert amounts between currencies." },
  row: ["from", "to", "date", "rate", "pair"],
  indexes: { by_time: indexBy(), by_class: indexBy("pair"), by_status: indexBy("from"), by_outcome: indexBy("to") },
  timeField: "date",
  filters: {
    pair: { index: "by_class", field: "pair", hasOwnCounters: true },
    from: { index: "by_status", field: "from" },
    to: { index: "by_outcome", field: "to" },
  },
  computed: { pair: pairCode },
});
