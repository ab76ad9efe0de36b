import * as z from "zod";
import { today } from "../../kernel/day.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, id } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import { compareLines } from "../versioned-offer/comparison.rules.ts";
import {
  buildComparisonSchema,
  CompareInput,
  compareVersions,
  continueSeries,
  createVersion,
  Difference,
} from "../versioned-offer/versions.ts";
import { type ProposalRecord, Proposals, sectionFields } from "./proposal.entity.ts";
import { PROPOSAL, PROPOSAL_SECTION } from "./proposal.kind.ts";
import { initialState } from "./proposal.ts";

export const create = fn(IdInput, ({ id: proposalId }) => createVersion(Proposals, proposalId, buildNextVersion));

function buildNextVersion(previous: ProposalRecord): ProposalRecord {
  const { number, series } = continueSeries(previous, { number: previous.proposal_number, date: previous.proposal_date });
  return Records.init(Proposals, {
    ...previous,
    ...initialState,
    ...series,
    proposal_number: number,
    proposal_date: today(),
  });
}

const comparedFields = [
  "name",
  "opportunity_id",
  "customer_id",
  "contact_id",
  "quote_id",
  "status",
  "proposal_date",
  "expiration_date",
  "requires_signature",
] as const;

const comparedSectionFields = ["position", ...(Object.keys(sectionFields) as (keyof typeof sectionFields)[])] as const;

export const Comparison = buildComparisonSchema(PROPOSAL).extend({
  sections: z.array(
    z.object({
      section_id: id(PROPOSAL_SECTION),
      change: z.enum(["ADDED", "REMOVED", "CHANGED"]),
      heading: z.string().nullable(),
      differences: z.array(Difference),
    }),
  ),
});

/** Returns the sections in the form that `compareLines` expects, with their positions. */
const toComparable = ({ sections }: ProposalRecord) =>
  sections.map((section, index) => ({ ...section, name: section.heading, description: null, position: index + 1 }));

/** Lists the differences between two versions. */
export const compare = fn(CompareInput(PROPOSAL), async (input) => {
  const { from, to, comparison } = await compareVersions(Proposals, input, comparedFields);
  const sections = compareLines(toComparable(from), toComparable(to), comparedSectionFields);
  return {
    ...comparison,
    sections: sections.map(({ line_id, name, ...difference }) => ({ section_id: line_id, heading: name, ...difference })),
  };
});

export * as ProposalVersions from "./versions.ts";
