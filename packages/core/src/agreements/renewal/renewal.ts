import * as z from "zod";
import { toCurrencyPrecision } from "../../kernel/amount.ts";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useContext, useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { conflict, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { describeSearch, Page } from "../../kernel/page.ts";
import { amount, date, id, oneOf, query as parameter, text } from "../../kernel/schema.ts";
import { addDays, daysBetween } from "../../kernel/time-zone.ts";
import { USER } from "../../platform/user/user.kind.ts";
import * as Cursor from "../../storage/read/cursor.ts";
import { buildExtraPartition } from "../../storage/read/extra-partition.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { MAX_READ_ROWS } from "../../storage/read/list-page.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { NONE, rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { type ContractRecord, Contracts, Stored as StoredContract } from "../contract/contract.entity.ts";
import { planNextTerm } from "../contract/planned-term.rules.ts";
import { renewalOutcomes } from "../contract/renewal.rules.ts";
import { RenewalApproval } from "../contract/renewal-approval.ts";
import {
  type CalendarPlace,
  calendarPartition,
  type NextTermOverrides,
  parseCalendarKey,
  withNotice,
} from "../contract/renewal-fields.ts";
import { findTermFault, MAX_MONTHS } from "../contract/term.rules.ts";
import { decideTerm } from "./next-term.ts";
import { Renewals, Stored } from "./renewal.entity.ts";

/** Renewals of contracts: renewing by hand, contracts that are due, and the calendar (docs/agreements/renewals.md). */

export const Info = Stored;
export const Row = rowSchema(Stored, Renewals.definition.row);

const ListInput = listSchema(Renewals, {}).extend({ id: text(64) });

/** Lists the renewal history of a contract. */
export const list = fn(ListInput, async ({ id: contract, ...query }) => {
  await Records.read(Contracts, contract);
  return listRecords(Renewals, { ...buildListQuery(Renewals, query), parent: contract });
});

export const Renew = z.strictObject({
  id: text(64),
  duration_months: z.number().int().min(1).max(MAX_MONTHS).nullish().describe("Default: the length of the present term"),
  end_date: date().nullish().describe("Last day of the new term, instead of duration_months"),
  contract_value: amount().nullish().describe("Value of the new term. Default: from renewal_value or renewal_uplift_percent"),
  monthly_fee: amount().nullish(),
});

/**
 * Renews a contract by hand, also after it was proposed. The next term begins by its clock, with the contract as it is then. A term that goes beyond
 * the approval of the contract is refused if the rule asks for its approval.
 */
export const renew = fn(Renew, ({ id: contractId, ...input }) =>
  Records.change(Contracts, contractId, async (current, tx) => {
    requireRenewable(current);
    const overrides = buildOverrides(current, input);
    const missing = await RenewalApproval.findHandApproval(current, overrides);
    if (missing) throw RenewalApproval.unapprovedRejection(missing, listGivenFields(input));
    return withNotice(
      await decideTerm(current, tx, { outcome: "RENEW", is_automatic: false, wish: overrides }),
      useSettings().timezone,
    );
  }),
);

function requireRenewable(contract: ContractRecord): void {
  const { status, termination, end_date, renewal } = contract;
  if (status !== "ACTIVE")
    throw conflict(`The contract is ${status}; only an ACTIVE contract can be renewed`, [{ field: "status", message: status }]);
  if (termination && termination.effective_date <= addDays(end_date, 1))
    throw conflict(`The contract ends on ${termination.effective_date}: withdraw the termination first`, [
      { field: "termination", message: termination.effective_date },
    ]);
  if (renewal?.settled_for === end_date && renewal.outcome === "RENEW")
    throw conflict(`The contract is already renewed until ${planNextTerm(contract).end_date}`, [
      { field: "renewal", message: `Renewed until ${planNextTerm(contract).end_date}` },
    ]);
}

type RenewalInput = Omit<z.output<typeof Renew>, "id">;

/** Without a given field, the price comes from the contract, which only an explicit value overrides. */
const listGivenFields = (input: RenewalInput): string[] => {
  const given = (["duration_months", "end_date", "contract_value"] as const).filter((field) => input[field] != null);
  return given.length > 0 ? given : ["contract_value"];
};

function buildOverrides(contract: ContractRecord, input: RenewalInput): NextTermOverrides {
  const { currency } = contract;
  const overrides: NextTermOverrides = {
    duration_months: input.duration_months ?? null,
    end_date: input.end_date ?? null,
    contract_value: toCurrencyPrecision("contract_value", input.contract_value ?? null, currency),
    monthly_fee: toCurrencyPrecision("monthly_fee", input.monthly_fee ?? null, currency),
  };
  const details: ErrorDetail[] = [];
  if (overrides.duration_months !== null && overrides.end_date !== null)
    details.push({ field: "end_date", message: "Set either duration_months or end_date, not both" });
  else {
    const next = planNextTerm(contract, overrides);
    const why = findTermFault(next);
    if (why)
      details.push(
        overrides.end_date === null
          ? { field: "duration_months", message: why.message }
          : {
              field: why.field,
              message:
                next.end_date < next.start_date
                  ? `Must not be before the start of the new term, ${next.start_date}`
                  : why.message,
            },
      );
  }
  if (details.length > 0) throw invalidAll(details);
  return overrides;
}

// --- Due contracts and the calendar ---

/** Maximum owners whose calendars are read separately. For more owners the calendar of all is read and filtered. */
const MAX_OWNERS = 50;
const DEFAULT_DAYS = 90;
/** Maximum length of a calendar, in days. */
const MAX_DAYS = 1100;

const ownerField = z
  .union([z.literal("me"), z.literal(NONE), id(USER)], "Must be me, none, or the id of a user")
  .optional()
  .describe("Owner of the contracts: `me`, `none`, or a user whose records the caller sees. Default: all of these");

const pageFields = {
  owner: ownerField,
  limit: parameter.int(1, 100).optional().describe("Default: 20"),
  cursor: text(1000).optional().describe("next_cursor of the previous page"),
};

export const DueContract = rowSchema(StoredContract, Contracts.definition.row).extend({
  days_left: z.number().int().describe("Days from today to the day of notice; negative after that day"),
  renewal_outcome: oneOf(renewalOutcomes)
    .nullable()
    .describe("RENEW: the next term is planned; PROPOSE: the owner has to renew; null: not decided yet"),
  renewal_uplift_percent: StoredContract.shape.renewal_uplift_percent,
  next_value: amount().describe("Value of the next term, if there is one, at the present price"),
  next_end_date: date().describe("Last day of the next term, if there is one"),
  termination_date: date()
    .nullable()
    .describe("First day on which the contract is no longer in force, after a notice of termination"),
});
type DueContract = z.output<typeof DueContract>;

/** Adds what follows the present term. `contract` is complete; rows of lists lack the price of the next term. */
function toDueContract(contract: ContractRecord): ContractRecord & Omit<DueContract, keyof ContractRecord> {
  const { contract_value, end_date: next_end_date } = planNextTerm(contract);
  const { renewal, end_date, termination, notice_date } = contract;
  return {
    ...contract,
    days_left: daysBetween(today(), notice_date),
    renewal_outcome: renewal?.settled_for === end_date ? renewal.outcome : null,
    ...{ next_value: contract_value, next_end_date },
    termination_date: termination?.effective_date ?? null,
  };
}

/** Reads the contracts of a page in full, in the order of the page. One that was deleted meanwhile is left out. */
const loadDueContracts = async (contracts: readonly ContractRecord[]) =>
  (
    await Records.loadMany(
      Contracts,
      contracts.map(({ id }) => id),
    )
  ).flatMap((contract) => (contract ? [toDueContract(contract)] : []));

/** Lists contracts in force by their day of notice. */
export const listDue = fn(
  z.strictObject({
    days: parameter
      .int(0, MAX_DAYS)
      .optional()
      .describe(`Days of notice up to this many days from today. Default: ${DEFAULT_DAYS}, unless \`to\` is set`),
    from: date().optional().describe("First day of notice. Default: no lower limit"),
    to: date().optional().describe("Last day of notice, instead of `days`"),
    ...pageFields,
  }),
  async ({ days, from, to, ...query }) => {
    if (days !== undefined && to !== undefined) throw invalid("days", "Set either days or to, not both");
    const last = to ?? addDays(today(), days ?? DEFAULT_DAYS);
    if (from !== undefined && from > last) throw invalid("to", "Must not be before from");
    const part = { ...(from === undefined ? {} : { from }), to: last };
    const { matches, page } = await readPage(["notice"], ["due", from, to ?? days], part, query);
    return page(await loadDueContracts(matches.map(({ contract }) => contract)));
  },
);

export const CalendarEntry = rowSchema(StoredContract, Contracts.definition.row).extend({
  day: date(),
  event: oneOf(["NOTICE", "END"]).describe("NOTICE: the day of notice; END: the last day"),
});

/** Lists the days of notice and the last days of contracts in force, in order of the day. */
export const listCalendar = fn(
  z.strictObject({
    from: date().optional().describe("Default: today"),
    to: date().optional().describe(`Default: ${DEFAULT_DAYS} days after \`from\`. Maximum: ${MAX_DAYS} days after it`),
    ...pageFields,
  }),
  async ({ from = today(), to = addDays(from, DEFAULT_DAYS), ...query }) => {
    if (to < from) throw invalid("to", "Must not be before from");
    if (daysBetween(from, to) > MAX_DAYS) throw invalid("to", `Must be at most ${MAX_DAYS} days after from`);
    const { matches, page } = await readPage(["notice", "end"], ["calendar", from, to], { from, to }, query);
    return page(matches.map(({ contract, key }) => ({ ...contract, ...parseCalendarKey(key) })));
  },
);

interface FoundContract {
  key: string;
  contract: ContractRecord;
}

interface PageInput {
  owner?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** Reads a page of calendar entries. Only contracts that the caller sees are returned. */
async function readPage(
  places: readonly CalendarPlace[],
  fingerprintValues: unknown[],
  part: Pick<Partition, "from" | "to">,
  pageInput: PageInput,
) {
  const { owner, limit = 20, cursor } = pageInput;
  const fingerprint = JSON.stringify(["contract-days", ...fingerprintValues, owner]);
  const position = cursor === undefined ? undefined : await Cursor.open(cursor, fingerprint);
  const { partitions, isIncluded } = await resolvePartitions(places, owner);
  const parts = partitions.map((partition) => ({ ...partition, ...part }));
  const matches: FoundContract[] = [];
  let [read, stopKey]: [number, string | undefined] = [0, undefined];
  const earlier = position?.searched ?? 0;
  if (parts.length > 0)
    for await (const { key, row } of queryPartitions(Contracts, parts, {
      order: "asc",
      after: position?.after,
      chunk: limit + 1,
    })) {
      const contract = Contracts.fromRow({ key, row });
      read++;
      if (isIncluded(contract)) matches.push({ key, contract });
      if (matches.length > limit) break;
      if (read < MAX_READ_ROWS) continue;
      // The page stays short after MAX_READ_ROWS rows; its cursor continues from there.
      stopKey = key;
      break;
    }
  const pageMatches = matches.slice(0, limit);
  const isFull = matches.length > limit;
  const last = isFull ? pageMatches.at(-1)?.key : stopKey;
  // As in lists: rows of a full page that the caller does not see are not counted.
  const searched = earlier + (isFull ? pageMatches.length : read);
  const count = (position?.total ?? 0) + pageMatches.length;
  const total = last === undefined ? count : count + 1;
  const meta = {
    page: 1,
    limit,
    total,
    totalPages: Math.ceil(total / limit),
    next_cursor:
      last === undefined ? null : await Cursor.seal({ after: last, total: count, isLowerBound: true, searched }, fingerprint),
    as_of: Clock.now(),
  };
  // Checks visibility again, because the owner may have changed since the entry was read.
  const seen = new Set(
    await Visibility.filterVisible(
      Contracts,
      pageMatches.map(({ contract }) => contract),
    ),
  );
  return {
    matches: pageMatches.filter(({ contract }) => seen.has(contract)),
    page: <R>(rows: R[]): Page<R> =>
      new Page(rows, {
        ...meta,
        ...(last === undefined ? {} : { total_is_lower_bound: true }),
        ...describeSearch({ rowCount: rows.length, limit, searched, isStopped: last !== undefined }),
      }),
  };
}

/** Returns the calendar partitions of one owner, or of all owners whose records the caller sees. `has` filters the rows. */
async function resolvePartitions(places: readonly CalendarPlace[], owner: string | undefined) {
  const visible = await useContext().visibleOwners();
  const requestedOwner = owner === "me" ? useActorId() : owner;
  const isSeen = (user: string): boolean => visible === "all" || visible.has(user);
  const owners = requestedOwner === undefined ? visible : new Set(isSeen(requestedOwner) ? [requestedOwner] : []);
  const buildPartitions = (names: readonly (readonly string[])[]): Partition[] =>
    names.map((name) => buildExtraPartition(Contracts, name));
  if (owners === "all")
    return { partitions: buildPartitions(places.map((place) => calendarPartition(place))), isIncluded: () => true };
  if (owners.size <= MAX_OWNERS)
    return {
      partitions: buildPartitions(places.flatMap((place) => [...owners].map((ownerId) => calendarPartition(place, ownerId)))),
      isIncluded: () => true,
    };
  return {
    partitions: buildPartitions(places.map((place) => calendarPartition(place))),
    isIncluded: (contract: ContractRecord) => owners.has(contract.owner_id ?? NONE),
  };
}

export * as ContractRenewals from "./renewal.ts";
