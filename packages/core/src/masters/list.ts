import type * as z from "zod";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import type { MasterKind } from "../kernel/master.ts";
import { nameOf } from "../kernel/names.ts";
import { oneLine, query, text } from "../kernel/schema.ts";
import { sortKeyOf, termsOf, wordsOf } from "../kernel/text.ts";
import { InMemory } from "../storage/read/in-memory.ts";
import { listSchema } from "../storage/read/list.ts";
import { matches } from "../storage/read/search.ts";
import { pad } from "../storage/table/collection.ts";
import { fieldsOf, type MasterRecord, Masters } from "./master.entity.ts";
import { kindParameter } from "./parameter.ts";
import { COUNTRIES, STATES } from "./shared.masters.ts";
import { resolve, valuesOf } from "./values.ts";

/** The list of a kind's values: it is in memory, and so are its filters, orders and pages. */

const orders = {
  sequence: (value: MasterRecord) => `${pad(value.sequence, 6)} ${sortKeyOf(value.name)}`,
  name: (value: MasterRecord) => sortKeyOf(value.name),
  created_at: (value: MasterRecord) => value.created_at,
};

/** What every kind is asked by. */
export const OfKind = listSchema(
  Masters,
  {
    search: text(200).optional().describe("Each of these must begin a word of the name or the code"),
    is_active: query.boolean().optional(),
  },
  { whole: true },
).extend({ sort: InMemory.sortsOf(Masters, orders).optional().describe("The order of display unless told otherwise") });

export const Query = OfKind.extend({
  kind: kindParameter,
  parent_id: text(64).optional().describe("Of trees: the value above, by id or code"),
  country: oneLine(64).optional().describe("Of states: the country, by id or code"),
  state: oneLine(64).optional().describe("Of cities: the state, by id or code"),
});

/** What a file of them is asked for: the kind stays a name, because that is kept until the file is made. */
export const Filed = Query.extend({ kind: nameOf("masters").describe("Which master data") });

type Asked = Omit<z.output<typeof Query>, "kind"> & { kind: MasterKind };

export const list = fn(Query, (input) => listOf(input));

/** All values that are asked for, of the tenant's own and those that it starts with. */
export async function allOf(asked: Omit<Asked, "page" | "limit" | "sort" | "order" | "cursor">): Promise<MasterRecord[]> {
  const wanted = await wantedBy(asked);
  const { byId } = await valuesOf(asked.kind);
  return [...byId.values()].filter(wanted);
}

export const listOf = ({ page, limit, sort, order: given, cursor, ...asked }: Asked) => {
  const { order, keyOf } = InMemory.asked(Masters, { sort, order: given }, orders);
  return InMemory.pageOf(
    { page, limit, order, cursor },
    {
      fingerprint: JSON.stringify([sort, order, Object.entries({ ...asked, kind: asked.kind.name }).sort()]),
      values: () => allOf(asked),
      keyOf: sort === undefined || sort === "sequence" ? placeOf : keyOf,
    },
  );
};

/** What a value must be to be listed. */
async function wantedBy(
  asked: Omit<Asked, "page" | "limit" | "sort" | "order" | "cursor">,
): Promise<(value: MasterRecord) => boolean> {
  const { kind, search, is_active, parent_id: _parent, country: _country, state: _state, deleted = false, ...fields } = asked;
  const { passes } = InMemory.asked(Masters, fields, orders);
  const [parent_id, country_id, state_id] = await Promise.all([
    named(asked, "parent_id", "parent_id", kind),
    named(asked, "country", "country_id", COUNTRIES),
    named(asked, "state", "state_id", STATES),
  ]);
  const terms = search === undefined || search.trim() === "" ? undefined : termsOf(search);
  return (value) =>
    Boolean(value.deleted_at) === deleted &&
    passes(value) &&
    (is_active === undefined || value.is_active === is_active) &&
    (parent_id === undefined || value.parent_id === parent_id) &&
    (country_id === undefined || value.country_id === country_id) &&
    (state_id === undefined || value.state_id === state_id) &&
    (terms === undefined || (terms.length > 0 && matches([...wordsOf(value.name), ...wordsOf(value.code)], terms)));
}

/** The id that a filter names; refused for kinds that do not have its column. */
async function named(
  asked: { kind: MasterKind } & { [F in "parent_id" | "country" | "state"]?: string | undefined },
  filter: "parent_id" | "country" | "state",
  column: string,
  among: MasterKind,
): Promise<string | undefined> {
  const given = asked[filter];
  if (given === undefined) return undefined;
  if (!(column in fieldsOf(asked.kind))) throw invalid(filter, `${asked.kind.label} have none`);
  return resolve(among, given, filter, given);
}

const sequenceKeys = new WeakMap<MasterRecord, string>();

/** The order of display of the 5,000 states is not worked out anew with each request. */
export function placeOf(value: MasterRecord): string {
  const key = sequenceKeys.get(value) ?? `${orders.sequence(value)}#${value.id}`;
  sequenceKeys.set(value, key);
  return key;
}
