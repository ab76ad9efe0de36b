import { ContractDocument } from "@crm/core/contract-template/document.ts";
import { contractTongueOf } from "@crm/core/contract-template/tongue.ts";
import { type Piece, worded } from "@crm/core/contract-template/wording.rules.ts";
import { Customer } from "@crm/core/customer/customer.ts";
import { render } from "@crm/core/document/renderer.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { documentOf } from "@crm/core/quote/document.ts";
import { Quote } from "@crm/core/quote/quote.ts";
import { startApp } from "@crm/local/app.ts";
import { agreements } from "../scripts/contract-samples.ts";
import { factsOf, saidOf } from "../test/contract-template/samples.ts";
import { signUp } from "../test/support.ts";
import { compare, type Section, table } from "./stats.ts";

/** A contract of 40 clauses on paper, beside a quote of 40 lines; and its words, beside its paper. */

const COUNT = 40;
/** A clause is several lines of text where a quote's line is a row of short cells. */
const TIMES = 4;
/** Of the time of a drawing, what conditions, numbers, references and merge fields may take. */
const WORDED = 0.3;

const { english } = agreements;
const [first] = english.clauses;

/** About 600 letters each, with fields and a reference; every tenth is of level 1. */
const pieces: Piece[] = Array.from({ length: COUNT }, (_, at) => ({
  key: `k${at}`,
  level: at % 10 === 0 ? 1 : at % 3 === 0 ? 3 : 2,
  heading: at % 10 === 0 ? `Part ${at / 10 + 1}` : null,
  body: `${first?.[2]} ${first?.[2]} See clause {{ref:k${(at + 1) % COUNT}}}.`,
  when: [{ field: "contract.auto_renew", operator: "eq", value: true }],
  ...{ page_break: false, is_mandatory: false, clause_id: null, clause_version: null },
}));

const facts = factsOf(english);
const wordedNow = () => worded(pieces, facts, new Map(), contractTongueOf("en"));

export async function benchContracts({ rounds, runs }: { rounds: number; runs: number }): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    await app.scheduler.stop();
    const tenant = await signUp(app);
    const inTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "bench"), work);
    const line = { description: "Hull survey", quantity: "3", unit_price: "100.00", tax_percent: "19", discount_percent: "2.5" };
    const quote = await inTenant(async () => {
      const { id: customer_id } = await Customer.create({ name: "Fjord" } as never);
      return Quote.create({ customer_id, currency: "EUR", line_items: Array.from({ length: COUNT }, () => line) } as never);
    });
    const said = { ...saidOf(english), terms: wordedNow().terms };
    const drawn = async () => render(await ContractDocument.contractDocument(said), app.ports.fonts);
    const works = [
      {
        ...{ name: `The PDF of a contract of ${COUNT} clauses, and of a quote of ${COUNT} lines`, bound: TIMES },
        ...{ heads: ["contract, ms", "quote, ms"], a: drawn },
        b: async () => render(await documentOf(quote), app.ports.fonts),
      },
      {
        ...{ name: `${COUNT} clauses worded, and drawn`, bound: WORDED },
        ...{ heads: ["worded, ms", "drawn, ms"], a: async () => wordedNow(), b: drawn },
      },
    ];
    const sections: Section[] = [];
    for (const { name, bound, heads, a, b } of works) {
      const compared = await compare(
        rounds,
        runs,
        () => inTenant<unknown>(a),
        () => inTenant<unknown>(b),
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
