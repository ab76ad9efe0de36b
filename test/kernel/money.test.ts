import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Money } from "@crm/core/kernel/money.ts";
import { money } from "@crm/core/kernel/schema.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const places = fc.constantFrom(0, 2, 3, 4);
const minorUnits = fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n });
const amount = fc.tuple(minorUnits, places).map(([units, digits]) => Money.fromMinor(units, digits));
const cents = minorUnits.map((units) => Money.fromMinor(units));
const rate = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 10n }), fc.integer({ min: 0, max: 8 }))
  .map(([units, digits]) => Money.fromMinor(units, digits));
const weights = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.constant("0.00"), rate), { minLength: 1, maxLength: 30 })
  .filter((all) => all.some((weight) => Number(weight) > 0));

/** Divides integers and rounds in the given mode. */
function divideRounded(numerator: bigint, denominator: bigint, rounding: Money.Rounding): bigint {
  const isNegative = numerator < 0n !== denominator < 0n;
  const [top, bottom] = [numerator < 0n ? -numerator : numerator, denominator < 0n ? -denominator : denominator];
  const [quotient, rest] = [top / bottom, top % bottom];
  const half = rest * 2n - bottom;
  const isUp = {
    down: false,
    up: rest > 0n,
    half_up: half >= 0n,
    half_even: half > 0n || (half === 0n && quotient % 2n === 1n),
  }[rounding];
  const magnitude = quotient + (isUp ? 1n : 0n);
  return isNegative ? -magnitude : magnitude;
}

const toUnscaled = (decimal: string): [bigint, bigint] => {
  const [integerPart = "", fraction = ""] = decimal.split(".");
  return [BigInt(integerPart + fraction), 10n ** BigInt(fraction.length)];
};

describe("decimal places of a currency", () => {
  const list = readFileSync(createRequire(import.meta.url).resolve("currency-codes/iso-4217-list-one.xml"), "utf8");
  const entries = [...list.matchAll(/<Ccy>(\w+)<\/Ccy>\s*<CcyNbr>\d+<\/CcyNbr>\s*<CcyMnrUnts>(\d)<\/CcyMnrUnts>/g)];

  it("follow ISO 4217, list one", () => {
    const listed = Object.fromEntries(entries.map(([, code, digits]) => [code, Number(digits)]));
    expect(Object.keys(listed).length).toBeGreaterThan(150);
    expect(Object.fromEntries(Object.keys(listed).map((code) => [code, Money.currencyDecimals(code)]))).toEqual(listed);
  });

  it("differ from the cash digits that Intl returns", () => {
    const cash = (currency: string) => new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
    for (const code of ["HUF", "IDR", "IQD"]) expect(cash(code).maximumFractionDigits).not.toBe(Money.currencyDecimals(code));
  });

  it("are 2 for former and unknown currencies", () =>
    expect(["DEM", "HRK", "XYZ"].map(Money.currencyDecimals)).toEqual([2, 2, 2]));
});

describe("parsing of an amount", () => {
  it.each([
    ["1200", 2, "1200.00"],
    ["007.5", 2, "7.50"],
    ["0", 2, "0.00"],
    ["-0.00", 2, "0.00"],
    ["-0.05", 2, "-0.05"],
    ["1200", 0, "1200"],
    ["1.5", 3, "1.500"],
    ["9999999999999.99", 2, "9999999999999.99"],
  ])("%s with %i places gives %s", (text, digits, value) => expect(Money.parse(text, digits)).toEqual({ value }));

  it.each([
    ["", 2, "Is not a decimal number"],
    ["1e3", 2, "Is not a decimal number"],
    ["+1", 2, "Is not a decimal number"],
    [".5", 2, "Is not a decimal number"],
    ["1,000", 2, "Is not a decimal number"],
    [" 1", 2, "Is not a decimal number"],
    ["1.005", 2, "Has more than two decimal places"],
    ["1.0", 0, "Has decimal places"],
    ["10000000000000", 2, "Is too large"],
  ])("%s with %i places is rejected: %s", (text, digits, reason) => expect(Money.parse(text, digits)).toEqual({ reason }));

  it("round-trips through text and minor units", () => {
    fc.assert(
      fc.property(minorUnits, places, (units, digits) => {
        const decimal = Money.fromMinor(units, digits);
        expect(Money.toMinor(decimal)).toBe(units);
        expect(Money.countDecimals(decimal)).toBe(digits);
        const isLong = decimal.replace(/^-|\..*/g, "").length > Money.MAX_WHOLE_DIGITS;
        expect(Money.parse(decimal, digits)).toEqual(isLong ? { reason: "Is too large" } : { value: decimal });
      }),
    );
  });

  it("arithmetic rejects invalid amounts", () => {
    for (const invalidAmount of ["", "1e3", "NaN", "Infinity", "1,5", "--1"]) {
      expect(() => Money.add(invalidAmount, "1.00")).toThrow(RangeError);
      expect(() => Money.multiply("1.00", invalidAmount)).toThrow(RangeError);
      expect(() => Money.sum([invalidAmount])).toThrow(RangeError);
    }
    for (const factor of [0.1, Number.NaN, 2 ** 60]) expect(() => Money.multiply("1.00", factor)).toThrow(RangeError);
  });
});

describe("the schema of amounts", () => {
  it.each([
    [undefined, "00012.5", "12.50"],
    ["JPY", "1200", "1200"],
    ["KWD", "1.25", "1.250"],
  ])("in %s normalizes %s to %s", (currency, input, form) => expect(money(currency).parse(input)).toBe(form));

  it.each([
    [undefined, "1.005", 'Must be an amount, as a decimal string such as "1200.00"'],
    [undefined, "-1", 'Must be an amount, as a decimal string such as "1200.00"'],
    [undefined, "10000000000000", 'Must be an amount, as a decimal string such as "1200.00"'],
    ["JPY", "1.5", 'Must be an amount of JPY, as a decimal string such as "1200"'],
    ["KWD", "1.2345", 'Must be an amount of KWD, as a decimal string such as "1200.000"'],
  ])("of %s refuses %s", (currency, input, message) => {
    expect(money(currency).safeParse(input).error?.issues).toMatchObject([{ message }]);
  });
});

describe("sums", () => {
  it("are exact in any order and grouping", () => {
    fc.assert(
      fc.property(cents, cents, cents, (a, b, c) => {
        expect(Money.add(Money.add(a, b), c)).toBe(Money.add(a, Money.add(b, c)));
        expect(Money.sum([c, a, b])).toBe(Money.add(Money.add(a, b), c));
        expect(Money.toMinor(Money.add(a, b))).toBe(Money.toMinor(a) + Money.toMinor(b));
        expect(Money.subtract(Money.add(a, b), b)).toBe(a);
        expect(Money.add(a, Money.negate(a))).toBe("0.00");
      }),
    );
  });

  it("may exceed 13 digits", () => expect(Money.sum(["9999999999999.99", "9999999999999.99", "0.03"])).toBe("20000000000000.01"));

  it("without amounts are zero", () => expect([Money.sum([]), Money.sum([], 0)]).toEqual(["0.00", "0"]));

  it("of amounts with different decimal places are rejected", () => {
    expect(() => Money.add("1.00", "1")).toThrow("1 has 0 decimal places, not 2");
    expect(() => Money.subtract("1.000", "1.00")).toThrow(RangeError);
  });

  it("are compared by value", () => {
    fc.assert(
      fc.property(minorUnits, minorUnits, (a, b) => {
        expect(Money.compare(Money.fromMinor(a), Money.fromMinor(b))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
    expect([Money.compare("5", "5.00"), Money.compare("9.00", "10.00"), Money.compare("-1.00", 0)]).toEqual([0, -1, -1]);
    expect([Money.isZero("0.00"), Money.isNegative("-0.01"), Money.isNegative("0.00")]).toEqual([true, true, false]);
  });
});

describe("rounding", () => {
  it.each<[string, Record<Money.Rounding, string>]>([
    ["0.125", { half_up: "0.13", half_even: "0.12", down: "0.12", up: "0.13" }],
    ["0.135", { half_up: "0.14", half_even: "0.14", down: "0.13", up: "0.14" }],
    ["0.121", { half_up: "0.12", half_even: "0.12", down: "0.12", up: "0.13" }],
    ["-0.125", { half_up: "-0.13", half_even: "-0.12", down: "-0.12", up: "-0.13" }],
    ["-0.001", { half_up: "0.00", half_even: "0.00", down: "0.00", up: "-0.01" }],
    ["1.005", { half_up: "1.01", half_even: "1.00", down: "1.00", up: "1.01" }],
  ])("of %s follows its mode", (factor, expected) => {
    const roundProduct = (rounding: Money.Rounding) => [rounding, Money.multiply("1.00", factor, rounding)];
    expect(Object.fromEntries(Money.roundings.map(roundProduct))).toEqual(expected);
  });

  it("of products, percentages, quotients and conversions is exact", () => {
    fc.assert(
      fc.property(
        amount,
        rate,
        fc.boolean(),
        fc.constantFrom(...Money.roundings),
        places,
        (value, ratio, isBelow, rounding, to) => {
          const valueDigits = Money.countDecimals(value);
          const factor = isBelow ? Money.negate(ratio) : ratio;
          const [numerator, denominator] = toUnscaled(factor);
          const units = Money.toMinor(value);
          const expected = (top: bigint, bottom: bigint, digits = valueDigits) =>
            Money.fromMinor(divideRounded(top, bottom, rounding), digits);
          expect(Money.multiply(value, factor, rounding)).toBe(expected(units * numerator, denominator));
          expect(Money.computePercent(value, factor, rounding)).toBe(expected(units * numerator, denominator * 100n));
          expect(Money.divide(value, factor, rounding)).toBe(expected(units * denominator, numerator));
          const scale = [10n ** BigInt(to), 10n ** BigInt(valueDigits)] as const;
          const price = toUnscaled(ratio);
          expect(Money.convert(value, ratio, to, rounding)).toBe(expected(units * price[0] * scale[0], price[1] * scale[1], to));
        },
      ),
    );
  });

  it.each([
    ["100.00", "155.345", "JPY", "15535"],
    ["15535", "0.0064373", "USD", "100.00"],
    ["100.00", "0.30715", "KWD", "30.715"],
  ])("%s at %s is %s %s", (from, price, currency, to) =>
    expect(Money.convert(from, price, Money.currencyDecimals(currency))).toBe(to),
  );

  it("rejects a divisor of zero, and a rate of zero or less", () => {
    expect(() => Money.divide("1.00", "0.00")).toThrow(RangeError);
    for (const price of ["0", "-1.5"]) expect(() => Money.convert("1.00", price, 2)).toThrow(RangeError);
  });
});

describe("the allocation of an amount", () => {
  it("adds up to the whole, gives each share within a minor unit, and is deterministic", () => {
    fc.assert(
      fc.property(amount, weights, (value, ratios) => {
        const shares = Money.allocate(value, ratios);
        const digits = Money.countDecimals(value);
        expect(shares).toHaveLength(ratios.length);
        expect(Money.sum(shares, digits)).toBe(value);
        expect(Money.allocate(value, ratios)).toEqual(shares);
        expect(Money.allocate(Money.negate(value), ratios)).toEqual(shares.map(Money.negate));
        // Parts as integers in units of 10⁻⁸.
        const parts = ratios.map((ratio) => BigInt(Money.toMinor(Money.multiply(Money.fromMinor(10n ** 8n, 8), ratio))));
        const total = parts.reduce((sum, part) => sum + part, 0n);
        for (const [index, part] of parts.entries()) {
          const deviation = Money.toMinor(shares[index] as string) * total - Money.toMinor(value) * part;
          expect(deviation < total && -deviation < total).toBe(true);
          if (part === 0n) expect(Money.isZero(shares[index] as string)).toBe(true);
        }
      }),
    );
  });

  it("in equal parts differs by at most one minor unit, larger parts first", () => {
    fc.assert(
      fc.property(cents, fc.integer({ min: 1, max: 100 }), (value, count) => {
        const shares = Money.split(value, count).map(Money.toMinor);
        expect(shares.reduce((sum, share) => sum + share, 0n)).toBe(Money.toMinor(value));
        const sizes = shares.map((share) => (share < 0n ? -share : share));
        expect(sizes).toEqual([...sizes].sort((a, b) => Number(b - a)));
        expect((sizes[0] ?? 0n) - (sizes.at(-1) ?? 0n) <= 1n).toBe(true);
      }),
    );
  });

  it.each<[string, Money.Decimal[], string[]]>([
    ["100.00", [1, 1, 1], ["33.34", "33.33", "33.33"]],
    ["-100.00", [1, 1, 1], ["-33.34", "-33.33", "-33.33"]],
    ["0.02", [1, 1, 1], ["0.01", "0.01", "0.00"]],
    // The largest remainder gets the next cent, in every position.
    ["10.00", ["1.00", "3.00", "2.00"], ["1.67", "5.00", "3.33"]],
    ["0.05", [0, 3, 7], ["0.00", "0.02", "0.03"]],
    ["0.05", [7, 0, 3], ["0.04", "0.00", "0.01"]],
    ["100", [1, 1, 1], ["34", "33", "33"]],
    ["0.00", [1, 2], ["0.00", "0.00"]],
    ["9999999999999.99", ["0.1", "0.2"], ["3333333333333.33", "6666666666666.66"]],
  ])("of %s by %j gives %j", (value, ratios, shares) => expect(Money.allocate(value, ratios)).toEqual(shares));

  it("needs positive weights", () => {
    for (const invalidRatios of [[], [0, "0.00"], [1, -1, 2], ["x"]])
      expect(() => Money.allocate("1.00", invalidRatios)).toThrow(RangeError);
    for (const count of [0, -1, 1.5]) expect(() => Money.split("1.00", count)).toThrow(RangeError);
  });
});

describe("the display of an amount", () => {
  const plainly = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

  it.each([
    ["1200.00", "EUR", "en", "€1,200.00"],
    ["-1200.50", "EUR", "de", "-1.200,50 €"],
    ["1200", "JPY", "en", "¥1,200"],
    ["1200.00", "JPY", "en", "¥1,200"],
    ["1200.50", "JPY", "en", "¥1,200.50"],
    ["1.250", "KWD", "en", "KWD 1.250"],
    ["100.00", "HUF", "en", "HUF 100.00"],
    ["9999999999999999.99", "USD", "en", "$9,999,999,999,999,999.99"],
  ])("%s %s in %s is %s", (value, currency, locale, expected) =>
    expect(plainly(Money.format(value, currency, locale))).toBe(expected),
  );
});

describe("numbers in other notations", () => {
  it.each([
    [1.5e3, "1500"],
    ["4.91512345678E11", "491512345678"],
    [0.1 + 0.2, "0.30000000000000004"],
    [-0, "0"],
    ["1200.00", "1200"],
    [1e21, "1000000000000000000000"],
    [1e-7, "0.0000001"],
  ])("%s is %s", (value, digits) => expect(Money.normalizeDecimal(value)).toBe(digits));

  it("become amounts by their written digits", () => {
    expect([1.005, 250_000, 19.989999999999998, -0.001].map((value) => Money.fromNumber(value))).toEqual([
      "1.01",
      "250000.00",
      "19.99",
      "0.00",
    ]);
  });
});
