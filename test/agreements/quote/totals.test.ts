import { computeTotals, type PricedLine, type QuoteCharges } from "@crm/core/agreements/quote/totals.rules.ts";
import { currencyDecimals } from "@crm/core/kernel/amount.ts";
import { describe, expect, it } from "vitest";
import { createTestRandom } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";

const line = (unit_price: string, more: Partial<PricedLine> = {}): PricedLine => ({
  quantity: "1",
  unit_price,
  discount_percent: "0",
  tax_percent: "0",
  optional: false,
  chosen: false,
  ...more,
});
const quoteTerms = (more: Partial<QuoteCharges> = {}): QuoteCharges => ({
  discount_percent: "0",
  fixed_discount: null,
  shipping_amount: "0.00",
  ...more,
});

describe("totals of a quote", () => {
  it.each<[string, PricedLine[], Partial<QuoteCharges>, string, string[], Record<string, string>]>([
    ["nothing", [], {}, "EUR", [], { subtotal: "0.00", total_amount: "0.00" }],
    ["one line", [line("100.00", { quantity: "3" })], {}, "EUR", ["300.00"], { subtotal: "300.00", net_amount: "300.00" }],
    ["half a cent is rounded up", [line("0.05", { quantity: "0.5" })], {}, "EUR", ["0.03"], { subtotal: "0.03" }],
    [
      "a discount of a line is what is between gross and net",
      [line("9.99", { discount_percent: "12.5" })],
      {},
      "EUR",
      ["8.74"],
      { subtotal: "9.99", discount_amount: "1.25", net_amount: "8.74" },
    ],
    [
      "tax is of the net, half up for each line",
      [line("0.50", { tax_percent: "19" }), line("0.50", { tax_percent: "19" })],
      {},
      "EUR",
      ["0.50", "0.50"],
      { tax_amount: "0.20", total_amount: "1.20" },
    ],
    [
      "no cent of a discount of the whole is lost, and equals go by their order",
      [line("1.00"), line("1.00"), line("1.00")],
      { fixed_discount: "1.00" },
      "EUR",
      ["0.66", "0.67", "0.67"],
      { subtotal: "3.00", discount_amount: "1.00", net_amount: "2.00" },
    ],
    [
      "what weighs nothing is given nothing",
      [line("0.00"), line("10.00")],
      { discount_percent: "10" },
      "EUR",
      ["0.00", "9.00"],
      { discount_amount: "1.00" },
    ],
    [
      "an optional line counts once it is chosen",
      [line("10.00"), line("5.00", { optional: true }), line("7.00", { optional: true, chosen: true })],
      { discount_percent: "10" },
      "EUR",
      ["9.00", "5.00", "6.30"],
      { subtotal: "17.00", discount_amount: "1.70", net_amount: "15.30" },
    ],
    [
      "shipping is beside the net, and without tax",
      [line("10.00", { tax_percent: "10" })],
      { shipping_amount: "4.90" },
      "EUR",
      ["10.00"],
      { net_amount: "10.00", tax_amount: "1.00", total_amount: "15.90" },
    ],
    [
      "yen have no parts",
      [line("101", { discount_percent: "50", tax_percent: "10" })],
      { shipping_amount: "0" },
      "JPY",
      ["51"],
      { subtotal: "101", discount_amount: "50", tax_amount: "5", total_amount: "56" },
    ],
    [
      "dinars have three places",
      [line("0.005", { quantity: "0.5" }), line("0.005")],
      { shipping_amount: "0.000" },
      "KWD",
      ["0.003", "0.005"],
      { total_amount: "0.008" },
    ],
    ["all of it", [line("3.00"), line("4.00")], { discount_percent: "100" }, "EUR", ["0.00", "0.00"], { total_amount: "0.00" }],
  ])("%s", (_, lines, charges, currency, nets, expected) => {
    const { lines: pricedLines, totals } = computeTotals(lines, quoteTerms(charges), currency);
    expect(pricedLines.map(({ line_total }) => line_total)).toEqual(nets);
    expect(totals).toMatchObject(expected);
  });

  it.each([
    [[line("5.00")], { fixed_discount: "5.01" }, "fixed_discount"],
    [[line("5.00")], { fixed_discount: "1.00", discount_percent: "1" }, "fixed_discount"],
    [[line("9999999999999.00", { quantity: "2" })], {}, "line_items[0].quantity"],
    [[line("9999999999999.00"), line("1.00")], {}, "line_items"],
  ] as const)("%j with %j is rejected at %s", (lines, charges, field) => {
    expect(() => computeTotals(lines, quoteTerms(charges), "EUR")).toThrowError(
      expect.objectContaining({ details: expect.arrayContaining([expect.objectContaining({ field })]) }),
    );
  });
});

/** The same rules in integer arithmetic, written from the docs and independently of the code. */
const divideHalfUp = (numerator: bigint, denominator: bigint): bigint => (2n * numerator + denominator) / (2n * denominator);
const toScaledInteger = (decimal: string, places: number): bigint => {
  const [digits = "", fraction = ""] = decimal.split(".");
  return BigInt(digits + fraction.padEnd(places, "0"));
};
const formatMinor = (minor: bigint, places: number): string => {
  const digits = String(minor).padStart(places + 1, "0");
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
};

function computeByIntegers(lines: readonly PricedLine[], charges: QuoteCharges, places: number) {
  const nets = lines.map((line) => {
    const exact = toScaledInteger(line.unit_price, places) * toScaledInteger(line.quantity, 4);
    return {
      gross: divideHalfUp(exact, 10_000n),
      own: divideHalfUp(exact * (10_000n - toScaledInteger(line.discount_percent, 2)), 100_000_000n),
    };
  });
  const weights = nets.map(({ own: lineAmount }, index) => (lines[index]?.optional && !lines[index]?.chosen ? 0n : lineAmount));
  const sum = weights.reduce((all, weight) => all + weight, 0n);
  const discount =
    charges.fixed_discount === null
      ? divideHalfUp(sum * toScaledInteger(charges.discount_percent, 2), 10_000n)
      : toScaledInteger(charges.fixed_discount, places);
  const shares = weights.map((weight) => (sum === 0n ? 0n : (discount * weight) / sum));
  let remainder = discount - shares.reduce((all, share) => all + share, 0n);
  const order = weights
    .map((weight, index) => ({ at: index, rest: sum === 0n ? 0n : (discount * weight) % sum }))
    .sort((weight, otherWeight) =>
      weight.rest === otherWeight.rest ? weight.at - otherWeight.at : weight.rest > otherWeight.rest ? -1 : 1,
    );
  for (const { at: index } of order) if (remainder-- > 0n) shares[index] = (shares[index] as bigint) + 1n;
  return lines.map((line, index) => {
    const { gross, own: lineAmount } = nets[index] as { gross: bigint; own: bigint };
    const net = lineAmount - (shares[index] as bigint);
    const tax = divideHalfUp(net * toScaledInteger(line.tax_percent, 2), 10_000n);
    return { gross, discount: gross - lineAmount, share: shares[index] as bigint, net, tax, isIn: !line.optional || line.chosen };
  });
}

const QUOTE_COUNT = resolveTestSize("CRM_QUOTES", 1500, 10_000);

describe(`${QUOTE_COUNT} random quotes`, () => {
  const random = createTestRandom("quotes");
  const below = (limit: number): number => Math.floor(random() * limit);
  const percent = (): string => (random() < 0.3 ? "0" : `${below(100)}.${below(10)}${below(10)}`);

  it("match a computation with integers, and lines match their displayed amounts", () => {
    for (let turn = 0; turn < QUOTE_COUNT; turn++) {
      const currency = ["JPY", "EUR", "KWD"][turn % 3] as string;
      const places = currencyDecimals(currency);
      const lines = Array.from({ length: below(12) }, () =>
        line(formatMinor(BigInt(below(random() < 0.5 ? 100 : 10_000_000)), places), {
          quantity:
            random() < 0.5 ? String(1 + below(50)) : `${below(20)}.${1 + below(9)}${below(10)}${below(10)}${1 + below(9)}`,
          discount_percent: percent(),
          tax_percent: percent(),
          optional: random() < 0.3,
          chosen: random() < 0.5,
        }),
      );
      const expected = computeByIntegers(lines, quoteTerms(), places);
      const net = expected.reduce((all, expectedLine) => (expectedLine.isIn ? all + expectedLine.net : all), 0n);
      const charges = quoteTerms({
        shipping_amount: formatMinor(BigInt(below(1000)), places),
        ...(random() < 0.4
          ? { fixed_discount: formatMinor((net * BigInt(below(101))) / 100n, places) }
          : { discount_percent: percent() }),
      });
      const expectedLines = computeByIntegers(lines, charges, places);
      const { lines: settled, totals } = computeTotals(lines, charges, currency);
      const expectedRows = expectedLines.map(({ gross, discount, share, net, tax }) =>
        [gross, discount, share, net, tax].map((amount) => formatMinor(amount, places)),
      );
      expect(
        settled.map((computedLine) => [
          computedLine.gross_amount,
          computedLine.discount_amount,
          computedLine.allocated_discount,
          computedLine.line_total,
          computedLine.tax_amount,
        ]),
      ).toEqual(expectedRows);
      const sum = (readAmount: (expectedLine: (typeof expectedLines)[number]) => bigint) =>
        expectedLines.filter(({ isIn }) => isIn).reduce((all, expectedLine) => all + readAmount(expectedLine), 0n);
      expect(totals).toEqual({
        subtotal: formatMinor(
          sum(({ gross }) => gross),
          places,
        ),
        discount_amount: formatMinor(
          sum(({ discount, share }) => discount + share),
          places,
        ),
        net_amount: formatMinor(
          sum((expectedLine) => expectedLine.net),
          places,
        ),
        tax_amount: formatMinor(
          sum(({ tax }) => tax),
          places,
        ),
        total_amount: formatMinor(
          sum((expectedLine) => expectedLine.net + expectedLine.tax) + toScaledInteger(charges.shipping_amount, places),
          places,
        ),
      });
    }
  });
});
