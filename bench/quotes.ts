import { Customer } from "@crm/core/customer/customer.ts";
import { render } from "@crm/core/document/renderer.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Product } from "@crm/core/product/product.ts";
import { documentOf } from "@crm/core/quote/document.ts";
import { pdfOf } from "@crm/core/quote/pdf.ts";
import type { QuoteRecord } from "@crm/core/quote/quote.entity.ts";
import { Quote } from "@crm/core/quote/quote.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { signUp } from "../test/support.ts";
import { compare, type Section, table } from "./stats.ts";

/** Quotes of many lines beside quotes of few: what they cost grows with their lines, and no faster. */

const [FEW, MANY] = [30, 300];
/** How much more ten times as many lines may take. */
const TIMES = 12;
/** Of the time of a drawing, what the answer of a kept one may take. */
const KEPT = 0.5;

interface Work {
  name: string;
  bound: number;
  heads: readonly [string, string];
  a(): Promise<unknown>;
  b(): Promise<unknown>;
}

export async function benchQuotes({ rounds, runs }: { rounds: number; runs: number }): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    await app.scheduler.stop();
    const { id: tenant } = await signUp(app);
    const inTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant, "bench"), work);
    const [few, many] = await inTenant(quotesOf);
    const sections: Section[] = [];
    for (const { name, bound, heads, a, b } of worksOf(app, few, many)) {
      const compared = await compare(
        rounds,
        runs,
        () => inTenant(a),
        () => inTenant(b),
      );
      const text = table([...heads, "ratio", "at most"], [[compared.a, compared.b, compared.ratio, bound]]);
      const missed = compared.ratio > bound ? [`${name}: ${compared.ratio.toFixed(2)}, at most ${bound}`] : [];
      sections.push({ title: name, text, missed });
    }
    return sections;
  } finally {
    await app.stop();
  }
}

/** Each line of another product, priced by what that costs. */
async function quotesOf(): Promise<[few: QuoteRecord, many: QuoteRecord]> {
  const { id: customer_id } = await Customer.create({ name: "Fjord" } as never);
  const line_items: object[] = [];
  for (let nth = 1; nth <= MANY; nth++) {
    const { id: product_id } = await Product.create({ name: `Part ${nth}`, unit_price: `${nth}.25`, currency: "EUR" } as never);
    line_items.push({ product_id, quantity: "3", tax_percent: "19", discount_percent: "2.5" });
  }
  const quote = (lines: number) =>
    Quote.create({ customer_id, currency: "EUR", discount_percent: "3", line_items: line_items.slice(0, lines) } as never);
  return [await quote(FEW), await quote(MANY)];
}

function worksOf({ ports }: App, few: QuoteRecord, many: QuoteRecord): Work[] {
  const reprice = ({ id }: QuoteRecord) => Quote.reprice({ id });
  const draw = async (quote: QuoteRecord) => render(await documentOf(quote), ports.fonts);
  const lines = [`${MANY} lines, ms`, `${FEW} lines, ms`] as const;
  return [
    { name: "A quote priced anew", bound: TIMES, heads: lines, a: () => reprice(many), b: () => reprice(few) },
    { name: "The PDF of a quote, drawn", bound: TIMES, heads: lines, a: () => draw(many), b: () => draw(few) },
    {
      name: "The PDF of a quote of 30 lines, kept and drawn",
      bound: KEPT,
      heads: ["kept, ms", "drawn, ms"],
      a: () => pdfOf(few),
      b: () => draw(few),
    },
  ];
}
