import * as z from "zod";
import { invalid, notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { newId } from "../kernel/id.ts";
import { filled, text } from "../kernel/schema.ts";
import { Line, MOST_COMPETITORS, MOST_LINES } from "./line.ts";
import { COMPETITOR, OPPORTUNITY_LINE } from "./opportunity.domain.ts";
import { type Competitor, competitorFields, type Line as LineInfo, lineFields } from "./opportunity.entity.ts";
import { Opportunity } from "./opportunity.ts";

/** What stands in an opportunity: its products, whose sum it is worth, and its competitors. Each write is one of the opportunity. */

const Of = z.strictObject({ id: text(64) });
const One = z.strictObject({ id: text(64), line_id: text(64) });

export const lines = fn(Of, async ({ id }) => (await Opportunity.read(id)).products);

export const addLine = fn(
  Of.extend(lineFields),
  async ({ id, ...given }) => {
    const { currency } = await Opportunity.read(id);
    const line = { ...(await Line.of(given, "", currency)), id: newId(OPPORTUNITY_LINE), total_price: null };
    return Opportunity.rearrange(
      id,
      ({ products }) => {
        if (products.length >= MOST_LINES) throw invalid("products", `At most ${MOST_LINES}`);
        return { products: [...products, line] };
      },
      ({ products }) => products.find((each) => each.id === line.id) as z.output<typeof LineInfo>,
    );
  },
  Line.requireNamed,
);

export const replaceLine = fn(
  One.extend(lineFields),
  async ({ id, line_id, ...given }) => {
    const { currency, products } = await Opportunity.read(id);
    const had = products.find((each) => each.id === line_id);
    if (!had) throw notFound();
    const written = await Line.of(given, "", currency, had);
    return Opportunity.rearrange(
      id,
      ({ products }) => ({ products: replaced(products, line_id, { ...written, total_price: null }) }),
      ({ products }) => products.find((each) => each.id === line_id) as z.output<typeof LineInfo>,
    );
  },
  Line.requireNamed,
);

export const removeLine = fn(One, ({ id, line_id }) =>
  Opportunity.rearrange(
    id,
    ({ products }) => ({ products: without(products, line_id) }),
    (written) => written,
  ),
);

const Rival = z.strictObject({ id: text(64), competitor_id: text(64) });

export const competitors = fn(Of, async ({ id }) => (await Opportunity.read(id)).competitors);

export const addCompetitor = fn(Of.extend(competitorFields), async ({ id, ...given }) => {
  const competitor = { ...filled(competitorFields, given), id: newId(COMPETITOR) };
  return Opportunity.rearrange(
    id,
    ({ competitors }) => {
      if (competitors.length >= MOST_COMPETITORS) throw invalid("competitors", `At most ${MOST_COMPETITORS}`);
      return { competitors: [...demoted(competitors, competitor), competitor] };
    },
    ({ competitors }) => competitors.find((each) => each.id === competitor.id) as z.output<typeof Competitor>,
  );
});

export const replaceCompetitor = fn(Rival.extend(competitorFields), async ({ id, competitor_id, ...given }) => {
  const written = filled(competitorFields, given);
  return Opportunity.rearrange(
    id,
    ({ competitors }) => ({ competitors: replaced(demoted(competitors, written), competitor_id, written) }),
    ({ competitors }) => competitors.find((each) => each.id === competitor_id) as z.output<typeof Competitor>,
  );
});

export const removeCompetitor = fn(Rival, ({ id, competitor_id }) =>
  Opportunity.rearrange(
    id,
    (current) => ({
      competitors: without(current.competitors, competitor_id),
      competitor_id: current.competitor_id === competitor_id ? null : current.competitor_id,
    }),
    (written) => written,
  ),
);

/** Another main one takes its place. */
const demoted = <C extends { is_primary_competitor: boolean }>(
  all: readonly C[],
  next: { is_primary_competitor: boolean },
): C[] => all.map((each) => (next.is_primary_competitor ? { ...each, is_primary_competitor: false } : each));

function replaced<P extends { id: string }>(parts: readonly P[], id: string, written: Omit<P, "id">): P[] {
  if (!parts.some((each) => each.id === id)) throw notFound();
  return parts.map((each) => (each.id === id ? ({ ...written, id } as P) : each));
}

function without<P extends { id: string }>(parts: readonly P[], id: string): P[] {
  if (!parts.some((each) => each.id === id)) throw notFound();
  return parts.filter((each) => each.id !== id);
}

export * as Parts from "./products.ts";
