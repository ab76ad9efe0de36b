import { listFields } from "../../kernel/field.ts";
import { parse } from "../../kernel/fn.ts";
import { type Importable, pickCurrentValues, toText } from "../../platform/import/importable.ts";
import { Records } from "../../storage/write/records.ts";
import { ExchangeRates, fields } from "./exchange-rate.entity.ts";
import { exchangeRateGrants } from "./exchange-rate.kind.ts";
import { ExchangeRate } from "./exchange-rate.ts";
import { rateId } from "./rates.rules.ts";

/** Exchange rates in import files: each row sets the rate of a pair on a day, whether or not the rate exists. */
export const exchangeRates: Importable = {
  entity: "exchange-rates",
  write: exchangeRateGrants.write,
  delete: exchangeRateGrants.write,
  validate: ExchangeRate.create.validate,
  fields: async () => listFields(fields),
  preload: async () => undefined,
  async create(input, onDuplicate = "update") {
    const rate = parse(ExchangeRate.Create, input);
    const existingRate = await Records.find(ExchangeRates, rateId(rate));
    if (existingRate && onDuplicate === "skip") return { id: existingRate.id, version: existingRate.version, outcome: "skipped" };
    const { id, version } = await ExchangeRate.create(rate);
    return { id, version, outcome: existingRate || version > 1 ? "updated" : "created" };
  },
  async update(id, input) {
    const { version } = await ExchangeRate.update(parse(ExchangeRate.Update, { ...input, id }));
    return { id, version, outcome: "updated" };
  },
  matchers: async () => ({
    id: async (value) => toText(value),
    date: async (_value, row) => {
      const { success, data } = ExchangeRate.Create.safeParse(row);
      return success ? (await Records.find(ExchangeRates, rateId(data)))?.id : undefined;
    },
  }),
  readPrevious: async (id, input) => pickCurrentValues(await ExchangeRate.get({ id }), input, Object.keys(fields)),
  remove: (id) => ExchangeRate.remove({ id }),
};
