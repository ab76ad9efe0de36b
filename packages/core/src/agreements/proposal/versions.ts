import * as z from "zod";
import { requestTime, today } from "../../kernel/day.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { id, text } from "../../kernel/schema.ts";
import { addDays, daysBetween } from "../../kernel/time-zone.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { VersionSeries } from "../../storage/write/version-series.ts";
import { compareFields, compareLines } from "../quote/comparison.rules.ts";
import { toExpiryInstant } from "../quote/quote.ts";
import { type ProposalRecord, Proposals, sectionFields } from "./proposal.entity.ts";
import { PROPOSAL, PROPOSAL_SECTION } from "./proposal.kind.ts";
import { initialState, Proposal } from "./proposal.ts";

/** Versions of proposals: each is a proposal of its own, and the latest is the primary one. */

/** Creates a DRAFT with the content of the latest version, valid for the same number of days from today. The new version becomes the primary one. */
export const create = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) =>
  retryOnConflict(async () => {
    const previous = await Proposal.read(wanted);
    Records.requireVersion(previous);
    VersionSeries.requireLatest(previous);
    const version = buildNextVersion(previous);
    const tx = transaction().create(Proposals, version);
    tx.replace(Proposals, previous, Records.nextVersion(previous, { ...previous, is_primary: false }));
    return tx.commit(version);
  }),
);

function buildNextVersion(previous: ProposalRecord): ProposalRecord {
  const version_number = previous.versions_made + 1;
  const proposal_date = today();
  const expiration_date = addDays(proposal_date, daysBetween(previous.proposal_date, previous.expiration_date));
  return Records.init(Proposals, {
    ...previous,
    ...initialState,
    proposal_number: VersionSeries.buildNumber(previous.proposal_number, previous, version_number),
    status_changed_at: requestTime(),
    expiration_date,
    proposal_date,
    expires_at: toExpiryInstant(expiration_date),
    version_number,
    versions_made: version_number,
    previous_version_id: previous.id,
    series_id: previous.series_id,
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

const Difference = z.object({ field: z.string(), from: z.json(), to: z.json() });
const Version = z.object({ id: id(PROPOSAL), version_number: z.number().int() });

export const Comparison = z.object({
  from: Version,
  to: Version,
  differences: z.array(Difference),
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
  sections.map((section, at) => ({ ...section, name: section.heading, description: null, position: at + 1 }));

/** Lists the differences between two versions. */
export const compare = fn(
  z.strictObject({ id: text(64), with: id(PROPOSAL).describe("Another version") }),
  async ({ id: wanted, with: other }) => {
    const [from, to] = [await Proposal.read(wanted), await Records.find(Proposals, other)];
    if (!to) throw invalid("with", "No such proposal");
    if (to.series_id !== from.series_id) throw invalid("with", "No version of the same proposal");
    const named = ({ id, version_number }: ProposalRecord) => ({ id, version_number });
    return {
      from: named(from),
      to: named(to),
      differences: compareFields(from, to, comparedFields),
      sections: compareLines(toComparable(from), toComparable(to), comparedSectionFields).map(({ line_id, name, ...told }) => ({
        section_id: line_id,
        heading: name,
        ...told,
      })),
    };
  },
);

export * as ProposalVersions from "./versions.ts";
