import type { FieldType } from "../../kernel/field.ts";
import { type Amount, Money } from "../../kernel/money.ts";
import { createLocaleFormat } from "../../lib/pdf/locale-format.ts";
import type { OutputCell } from "../../lib/spreadsheet/table-writer.ts";
import type { Translations } from "./i18n.ts";
import type { PeriodName } from "./period.rules.ts";

/** How the values of a report's columns are written for people, in the language of the reader. */

/** What the values of a column are. */
export interface CellType {
  readonly type: FieldType | "count" | "percent" | "period";
  /** For money: its currency. Without one, an amount is written as a number. */
  readonly currency?: string | undefined;
  /** For money: the column of the result with the currency of the row. */
  readonly currencyColumn?: string | undefined;
  /** For periods, which are as `toPeriod` writes them. */
  readonly by?: PeriodName | undefined;
}

export interface CellWriter {
  /** Writes a value: `1.234,50 €` for the amount `"1234.50"`, and `–` for no value. */
  write(cell: OutputCell, type: CellType): string;
  /** Writes a value of an axis in few digits, such as `20K`. */
  writeAxis(value: number, type: CellType): string;
  /** Writes a part of a whole: `62 %` for 0.62. */
  writeShare(share: number): string;
  writeInstant(instant: string): string;
}

/** Shown for a value that is missing. */
const NO_VALUE = "–";

const numericTypes: ReadonlySet<CellType["type"]> = new Set(["count", "percent", "money", "integer", "number"]);

/** Whether the values of a column are numbers, which stand below each other by their last digits. */
export const isNumericCell = ({ type }: CellType): boolean => numericTypes.has(type);

/** Whether the values of a column have no words between which a line may break. */
export const isFixedCell = (cell: CellType): boolean => isNumericCell(cell) || cell.type === "date" || cell.type === "instant";

const DAY = /^\d{4}-\d\d-\d\d$/;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;

export function createCellWriter(language: string, timezone: string, { yes, no }: Pick<Translations, "yes" | "no">): CellWriter {
  const speech = createLocaleFormat(language);
  const days = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC", calendar: "gregory" });
  const months = new Intl.DateTimeFormat(language, { year: "numeric", month: "long", timeZone: "UTC", calendar: "gregory" });
  const instants = new Intl.DateTimeFormat(language, {
    ...{ dateStyle: "medium", timeStyle: "short", timeZone: timezone, calendar: "gregory" },
  });
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  const shares = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const writeDay = (day: string): string => (DAY.test(day) ? days.format(new Date(`${day}T00:00:00Z`)) : day);

  const writeAmount = (amount: string, currency: string | undefined): string => {
    if (currency !== undefined && /^[A-Z]{3}$/.test(currency)) return Money.format(amount as Amount, currency, language);
    // The digits of an amount say its precision, so those at its end are kept.
    const digits = amount.split(".")[1]?.length ?? 0;
    return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
      amount as `${number}`,
    );
  };

  const writePeriod = (period: string, by: PeriodName | undefined): string => {
    if (by === "month" && /^\d{4}-\d\d$/.test(period)) return months.format(new Date(`${period}-01T00:00:00Z`));
    return writeDay(period);
  };

  const writeInstant = (instant: string): string => {
    const ms = Date.parse(instant);
    return DAY.test(instant) || Number.isNaN(ms) ? writeDay(instant) : instants.format(ms);
  };

  const write = (cell: OutputCell, { type, currency, by }: CellType): string => {
    if (cell === null || cell === "") return NO_VALUE;
    if (typeof cell === "boolean") return cell ? yes : no;
    const text = String(cell);
    if (isNumericCell({ type })) {
      if (!DECIMAL.test(text)) return text;
      if (type === "money") return writeAmount(text, currency);
      return type === "percent" ? speech.percent(text) : speech.number(text);
    }
    if (type === "period") return writePeriod(text, by);
    if (type === "date") return writeDay(text);
    return type === "instant" ? writeInstant(text) : text;
  };

  return {
    write,
    writeAxis: (value, { type }) => (type === "percent" ? shares.format(value / 100) : short.format(value)),
    writeShare: shares.format,
    writeInstant,
  };
}
