import { Customer } from "@crm/core/accounts/customer/customer.ts";
import { onRequested } from "@crm/core/agreements/approval/reconciliation.ts";
import { renderDocument } from "@crm/core/agreements/quote/document.ts";
import { renderPdf } from "@crm/core/agreements/quote/pdf.ts";
import type { QuoteRecord } from "@crm/core/agreements/quote/quote.entity.ts";
import { Quote } from "@crm/core/agreements/quote/quote.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { renderBytes } from "@crm/core/lib/pdf/renderer.ts";
import { Product } from "@crm/core/sales/product/product.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { createTeam } from "../test/agreements/approval/support.ts";
import { createCustomer, createQuote } from "../test/agreements/quote/support.ts";
import { signUp, type Tenant } from "../test/support/app.ts";
import { compare, formatTable, type Section } from "./stats.ts";

/**
 * Quotes with many lines, compared with quotes with few: the cost must grow no faster than the lines. Also a quote that needs an approval, compared
 * with one that does not.
 */

const [FEW, MANY] = [30, 300];
/** Maximum time with ten times as many lines. */
const MAX_LINES_RATIO = 12;
/** Maximum time of returning a cached PDF, relative to drawing it. */
const MAX_CACHED_SHARE = 0.5;
/** Maximum time of an approval, relative to a submission alone: it needs two more requests, and two steps of a state machine. */
const MAX_APPROVAL_RATIO = 20;

interface QuoteComparison {
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
    const [smallQuote, largeQuote] = await inTenant(createQuotes);
    const sections: Section[] = [];
    const comparisons = [
      ...buildComparisons(app, smallQuote, largeQuote),
      await buildApprovalComparison(app, tenant, (rounds + 1) * runs),
    ];
    for (const { name, bound, heads, a, b } of comparisons) {
      const compared = await compare(
        rounds,
        runs,
        () => inTenant(a),
        () => inTenant(b),
      );
      const text = formatTable([...heads, "ratio", "at most"], [[compared.a, compared.b, compared.ratio, bound]]);
      const misses = compared.ratio > bound ? [`${name}: ${compared.ratio.toFixed(2)}, at most ${bound}`] : [];
      sections.push({ title: name, text, missed: misses });
    }
    return sections;
  } finally {
    await app.stop();
  }
}

/** Creates quotes. Each line has another product, and its price. */
async function createQuotes(): Promise<[few: QuoteRecord, many: QuoteRecord]> {
  const { id: customer_id } = await Customer.create({ name: "Fjord" });
  const line_items: object[] = [];
  for (let nth = 1; nth <= MANY; nth++) {
    const { id: product_id } = await Product.create({ name: `Part ${nth}`, unit_price: `${nth}.25`, currency: "EUR" });
    line_items.push({ product_id, quantity: "3", tax_percent: "19", discount_percent: "2.5" });
  }
  const quote = (lines: number) =>
    Quote.create({ customer_id, currency: "EUR", discount_percent: "3", line_items: line_items.slice(0, lines) });
  return [await quote(FEW), await quote(MANY)];
}

function buildComparisons({ ports }: App, smallQuote: QuoteRecord, largeQuote: QuoteRecord): QuoteComparison[] {
  const reprice = ({ id }: QuoteRecord) => Quote.reprice({ id });
  const draw = async (quote: QuoteRecord) => renderBytes(await renderDocument(quote), ports.fonts);
  const lines = [`${MANY} lines, ms`, `${FEW} lines, ms`] as const;
  return [
    {
      name: "Repricing a quote",
      bound: MAX_LINES_RATIO,
      heads: lines,
      a: () => reprice(largeQuote),
      b: () => reprice(smallQuote),
    },
    {
      name: "Drawing the PDF of a quote",
      bound: MAX_LINES_RATIO,
      heads: lines,
      a: () => draw(largeQuote),
      b: () => draw(smallQuote),
    },
    {
      name: "The PDF of a quote of 30 lines, from storage and drawn",
      bound: MAX_CACHED_SHARE,
      heads: ["kept, ms", "drawn, ms"],
      a: () => renderPdf(smallQuote),
      b: () => draw(smallQuote),
    },
  ];
}

/**
 * Compares submitting until APPROVED, including all steps of the state machine, with a submission that needs no approval. Prepares one quote for each
 * run.
 */
async function buildApprovalComparison(app: App, tenant: Tenant, times: number): Promise<QuoteComparison> {
  const { rep, manager } = await createTeam(app, tenant);
  const customer_id = await createCustomer(rep.client);
  const drafts = async (discount_percent: string): Promise<string[]> => {
    const ids: string[] = [];
    while (ids.length < times) ids.push((await createQuote(rep.client, { customer_id, discount_percent })).id);
    return ids;
  };
  const [approvalQuoteIds, unasked] = [await drafts("15"), await drafts("5")];
  const submit = async (id: string) => (await rep.client.submitQuote({ id })).data;
  const approved = ({ id, status }: Pick<QuoteRecord, "id" | "status">): void => {
    if (status !== "APPROVED") throw new Error(`${id} is ${status}`);
  };
  return {
    name: "An approval, and a submission that needs no approver",
    bound: MAX_APPROVAL_RATIO,
    heads: ["approval, ms", "submission, ms"],
    a: async () => {
      const { id, approval } = await submit(approvalQuoteIds.pop() ?? "");
      const record_id = approval?.approvals[0]?.id ?? "";
      await onRequested({ record_id });
      await app.flows.settle();
      await manager.client.approveApproval({ id: record_id });
      await app.flows.settle();
      approved((await rep.client.getQuote({ id })).data);
    },
    b: async () => approved(await submit(unasked.pop() ?? "")),
  };
}
