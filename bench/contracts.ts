import { Customer } from "@crm/core/accounts/customer/customer.ts";
import { ContractDocument } from "@crm/core/agreements/contract-template/document.ts";
import { resolveContractLocale } from "@crm/core/agreements/contract-template/locale.ts";
import { composeTerms, type PlacedClause } from "@crm/core/agreements/contract-template/wording.rules.ts";
import { renderDocument } from "@crm/core/agreements/quote/document.ts";
import { Quote } from "@crm/core/agreements/quote/quote.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { renderBytes } from "@crm/core/lib/pdf/renderer.ts";
import { startApp } from "@crm/local/app.ts";
import { agreements } from "../scripts/samples/contracts.ts";
import { buildSampleContent, buildSampleFacts } from "../test/agreements/contract-template/samples.ts";
import { signUp } from "../test/support/app.ts";
import { compare, formatTable, type Section } from "./stats.ts";

/** Draws a contract of 40 clauses, compared with a quote of 40 lines, and composes its text, compared with drawing it. */

const COUNT = 40;
/** A clause has several lines of text; a quote's line is a row of short cells. */
const MAX_DRAWING_RATIO = 4;
/** Maximum share of conditions, numbers, references and merge fields in the time of a drawing. */
const MAX_WORDING_SHARE = 0.3;

const { english } = agreements;
const [firstClause] = english.clauses;

/** Clauses of about 600 letters, with fields and a reference; every tenth is of level 1. */
const pieces: PlacedClause[] = Array.from({ length: COUNT }, (_, index) => ({
  key: `k${index}`,
  level: index % 10 === 0 ? 1 : index % 3 === 0 ? 3 : 2,
  heading: index % 10 === 0 ? `Part ${index / 10 + 1}` : null,
  body: `${firstClause?.[2]} ${firstClause?.[2]} See clause {{ref:k${(index + 1) % COUNT}}}.`,
  when: [{ field: "contract.auto_renew", operator: "eq", value: true }],
  ...{ page_break: false, is_mandatory: false, clause_id: null, clause_version: null },
}));

const facts = buildSampleFacts(english);
const wordClauses = () => composeTerms(pieces, facts, new Map(), resolveContractLocale("en"));

export async function benchContracts({ rounds, runs }: { rounds: number; runs: number }): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    await app.scheduler.stop();
    const tenant = await signUp(app);
    const inTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "bench"), work);
    const line = { description: "Hull survey", quantity: "3", unit_price: "100.00", tax_percent: "19", discount_percent: "2.5" };
    const quote = await inTenant(async () => {
      const { id: customer_id } = await Customer.create({ name: "Fjord" });
      return Quote.create({ customer_id, currency: "EUR", line_items: Array.from({ length: COUNT }, () => line) });
    });
    const contractContent = { ...buildSampleContent(english), terms: wordClauses().terms };
    const renderContract = async () => renderBytes(await ContractDocument.contractDocument(contractContent), app.ports.fonts);
    const comparisons = [
      {
        ...{ name: `The PDF of a contract of ${COUNT} clauses, and of a quote of ${COUNT} lines`, bound: MAX_DRAWING_RATIO },
        ...{ heads: ["contract, ms", "quote, ms"], a: renderContract },
        b: async () => renderBytes(await renderDocument(quote), app.ports.fonts),
      },
      {
        ...{ name: `${COUNT} clauses, texts built and PDF drawn`, bound: MAX_WORDING_SHARE },
        ...{ heads: ["worded, ms", "drawn, ms"], a: async () => wordClauses(), b: renderContract },
      },
    ];
    const sections: Section[] = [];
    for (const { name, bound, heads, a, b } of comparisons) {
      const compared = await compare(
        rounds,
        runs,
        () => inTenant<unknown>(a),
        () => inTenant<unknown>(b),
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
