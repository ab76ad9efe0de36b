import { onRequested } from "@crm/core/approval/watch.ts";
import { Customer } from "@crm/core/customer/customer.ts";
import { render } from "@crm/core/document/renderer.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Product } from "@crm/core/product/product.ts";
import { documentOf } from "@crm/core/quote/document.ts";
import { pdfOf } from "@crm/core/quote/pdf.ts";
import type { QuoteRecord } from "@crm/core/quote/quote.entity.ts";
import { Quote } from "@crm/core/quote/quote.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { teamOf } from "../test/approval/support.ts";
import { customerOf, quoteOf } from "../test/quote/support.ts";
import { signUp, type Tenant } from "../test/support.ts";
import { compare, type Section, table } from "./stats.ts";

/**
 * Quotes of many lines beside quotes of few: what they cost grows with their lines, and no faster. And one that somebody approves, beside one that
 * nobody need approve.
 */

const [FEW, MANY] = [30, 300];
/** How much more ten times as many lines may take. */
const TIMES = 12;
/** Of the time of a drawing, what the answer of a kept one may take. */
const KEPT = 0.5;
/** How much more an approval may take than a submission alone: two requests more, and two steps of a machine. */
const ROUND_TRIP = 20;

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
    const tenant = await signUp(app);
    const inTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "bench"), work);
    const [few, many] = await inTenant(quotesOf);
    const sections: Section[] = [];
    const works = [...worksOf(app, few, many), await approvalOf(app, tenant, (rounds + 1) * runs)];
    for (const { name, bound, heads, a, b } of works) {
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

/** From the submission until the quote is APPROVED, with all that the machine does; as often as it will be asked for. */
async function approvalOf(app: App, tenant: Tenant, times: number): Promise<Work> {
  const { rep, manager } = await teamOf(app, tenant);
  const customer_id = await customerOf(rep.as);
  const drafts = async (discount_percent: string): Promise<string[]> => {
    const ids: string[] = [];
    while (ids.length < times) ids.push((await quoteOf(rep.as, { customer_id, discount_percent })).id);
    return ids;
  };
  const [asked, unasked] = [await drafts("15"), await drafts("5")];
  const submit = async (id: string) => (await rep.as.submitQuote({ id })).data;
  const approved = ({ id, status }: Pick<QuoteRecord, "id" | "status">): void => {
    if (status !== "APPROVED") throw new Error(`${id} is ${status}`);
  };
  return {
    name: "An approval, and a submission that nobody is asked for",
    bound: ROUND_TRIP,
    heads: ["approval, ms", "submission, ms"],
    a: async () => {
      const { id, approval } = await submit(asked.pop() ?? "");
      const record_id = approval?.approvals[0]?.id ?? "";
      await onRequested({ record_id });
      await app.flows.settle();
      await manager.as.approveApproval({ id: record_id });
      await app.flows.settle();
      approved((await rep.as.getQuote({ id })).data);
    },
    b: async () => approved(await submit(unasked.pop() ?? "")),
  };
}
