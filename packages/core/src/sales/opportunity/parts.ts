import * as z from "zod";
import { invalid, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { IdInput, text, toStoredFields } from "../../kernel/schema.ts";
import { Line, MAX_COMPETITORS, MAX_LINES } from "./line.ts";
import { type Competitor, competitorFields, type Line as LineInfo, lineFields } from "./opportunity.entity.ts";
import { COMPETITOR, OPPORTUNITY_LINE } from "./opportunity.kind.ts";
import { Opportunity } from "./opportunity.ts";

/** Parts of an opportunity: its products, which make up its amount, and its competitors. Each write is a new version of the opportunity. */

const LineIdInput = z.strictObject({ id: text(64), line_id: text(64) });

export const listLines = fn(IdInput, async ({ id }) => (await Opportunity.read(id)).products);

export const addLine = fn(
  IdInput.extend(lineFields),
  async ({ id, ...input }) => {
    const { currency } = await Opportunity.read(id);
    const line = { ...(await Line.build(input, "", currency)), id: newId(OPPORTUNITY_LINE), total_price: null };
    return Opportunity.updateParts(
      id,
      ({ products }) => {
        if (products.length >= MAX_LINES) throw invalid("products", `Must have at most ${MAX_LINES} products`);
        return { products: [...products, line] };
      },
      ({ products }) => products.find((product) => product.id === line.id) as z.output<typeof LineInfo>,
    );
  },
  Line.requireName,
);

export const replaceLine = fn(
  LineIdInput.extend(lineFields),
  async ({ id, line_id, ...input }) => {
    const { currency, products } = await Opportunity.read(id);
    const currentLine = products.find((product) => product.id === line_id);
    if (!currentLine) throw notFound();
    const lineDraft = await Line.build(input, "", currency, currentLine);
    return Opportunity.updateParts(
      id,
      ({ products }) => ({ products: replacePart(products, line_id, { ...lineDraft, total_price: null }) }),
      ({ products }) => products.find((product) => product.id === line_id) as z.output<typeof LineInfo>,
    );
  },
  Line.requireName,
);

export const removeLine = fn(LineIdInput, ({ id, line_id }) =>
  Opportunity.updateParts(
    id,
    ({ products }) => ({ products: removePart(products, line_id) }),
    (opportunity) => opportunity,
  ),
);

const CompetitorIdInput = z.strictObject({ id: text(64), competitor_id: text(64) });

export const listCompetitors = fn(IdInput, async ({ id }) => (await Opportunity.read(id)).competitors);

export const addCompetitor = fn(IdInput.extend(competitorFields), async ({ id, ...input }) => {
  const competitor = { ...toStoredFields(competitorFields, input), id: newId(COMPETITOR) };
  return Opportunity.updateParts(
    id,
    ({ competitors }) => {
      if (competitors.length >= MAX_COMPETITORS) throw invalid("competitors", `Must have at most ${MAX_COMPETITORS} competitors`);
      return { competitors: [...demotePrimary(competitors, competitor), competitor] };
    },
    ({ competitors }) =>
      competitors.find((storedCompetitor) => storedCompetitor.id === competitor.id) as z.output<typeof Competitor>,
  );
});

export const replaceCompetitor = fn(CompetitorIdInput.extend(competitorFields), async ({ id, competitor_id, ...input }) => {
  const replacement = toStoredFields(competitorFields, input);
  return Opportunity.updateParts(
    id,
    ({ competitors }) => ({ competitors: replacePart(demotePrimary(competitors, replacement), competitor_id, replacement) }),
    ({ competitors }) => competitors.find((competitor) => competitor.id === competitor_id) as z.output<typeof Competitor>,
  );
});

export const removeCompetitor = fn(CompetitorIdInput, ({ id, competitor_id }) =>
  Opportunity.updateParts(
    id,
    (current) => ({
      competitors: removePart(current.competitors, competitor_id),
      competitor_id: current.competitor_id === competitor_id ? null : current.competitor_id,
    }),
    (opportunity) => opportunity,
  ),
);

/** Clears the flag of the former primary competitor if the new one is primary. */
const demotePrimary = <C extends { is_primary_competitor: boolean }>(
  all: readonly C[],
  next: { is_primary_competitor: boolean },
): C[] => all.map((competitor) => (next.is_primary_competitor ? { ...competitor, is_primary_competitor: false } : competitor));

function replacePart<P extends { id: string }>(parts: readonly P[], id: string, replacement: Omit<P, "id">): P[] {
  if (!parts.some((part) => part.id === id)) throw notFound();
  return parts.map((part) => (part.id === id ? ({ ...replacement, id } as P) : part));
}

function removePart<P extends { id: string }>(parts: readonly P[], id: string): P[] {
  if (!parts.some((part) => part.id === id)) throw notFound();
  return parts.filter((part) => part.id !== id);
}

export * as Parts from "./parts.ts";
