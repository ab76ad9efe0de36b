import * as z from "zod";
import { runIn, useActorId, useContext } from "../kernel/context.ts";
import { type Detail, forbidden, invalid, invalidAll, isFailure } from "../kernel/error.ts";
import { detailsOf, fn } from "../kernel/fn.ts";
import { nameOf } from "../kernel/names.ts";
import { type Filled, filled, patched, patchOf, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import { rowOf } from "../storage/table/collection.ts";
import { collectionNamed, kindNamed } from "../storage/table/collections.ts";
import { Records } from "../storage/write/records.ts";
import { transaction } from "../storage/write/transaction.ts";
import { Directory } from "../user/directory.ts";
import { fields, Stored, type ViewRecord, Views } from "./view.entity.ts";

/** Views: lists that somebody comes back to, with their conditions, order and columns, for themselves, their team or everyone. */

export const Info = Stored;
export const Row = rowOf(Stored, Views.definition.row);

export const EVERYONE = "everyone";

/** Works as one who sees what is for them, their team, and everyone: views have an audience in place of an owner. */
export async function asAudience<T>(work: () => Promise<T>): Promise<T> {
  const team = await Directory.teamOf(useActorId());
  const audiences = new Set([useActorId(), EVERYONE, ...(team ? [team] : [])]);
  return runIn({ ...useContext(), visible: async () => audiences }, work);
}

const Query = listSchema(Views, { kind: nameOf("kinds").optional() });

export const list = fn(Query, (input) => asAudience(() => listRecords(Views, queryOf(Views, input))));

const One = z.strictObject({ id: text(64) });

export const get = fn(One, ({ id }) => asAudience(() => Records.read(Views, id)));

export const create = fn(
  z.strictObject({ kind: nameOf("kinds").describe("Of which records it is a list; it stays"), ...fields }),
  async ({ kind, ...input }) => {
    const view = Records.born(Views, { kind, ...(await whole(kind, filled(fields, input), useActorId())) });
    return transaction().create(Views, view).commit(view);
  },
);

export const update = fn(patchOf(fields).extend({ id: text(64) }), ({ id, ...patch }) =>
  asAudience(() =>
    Records.change(Views, id, async (current) => {
      requireOwn(current);
      return { ...current, ...(await whole(current.kind, { ...current, ...patched(fields, patch) }, current.created_by)) };
    }),
  ),
);

export const remove = fn(One, ({ id }) => asAudience(() => Records.remove(Views, id, requireOwn)));

export const restore = fn(One, ({ id }) => asAudience(() => Records.restore(Views, id, requireOwn)));

function requireOwn(view: ViewRecord): ViewRecord {
  if (view.created_by === useActorId()) return view;
  throw forbidden("Whose view it is changes it: make one of your own");
}

type Written = Filled<typeof fields>;

/** Whom something that somebody shares is for; undefined where that is their team, and they are in none. */
export async function audienceOf(sharing: ViewRecord["sharing"], owner: string): Promise<string | undefined> {
  if (sharing === "EVERYONE") return EVERYONE;
  return sharing === "TEAM" ? Directory.teamOf(owner) : owner;
}

/** What people write, found good, with whom it is for. */
async function whole<T extends Written>(kind: string, written: T, owner: string): Promise<T & { audience: string }> {
  const details: Detail[] = await wrongWith(kind, written.query);
  const audience = await audienceOf(written.sharing, owner);
  if (audience === undefined) details.push({ field: "sharing", message: "Whose view it is is in no team" });
  if (audience === undefined || details.length > 0) throw invalidAll(details);
  return { ...written, audience };
}

/** What the list of the kind would refuse. */
async function wrongWith(name: string, { fields: shown, expand: _beside, ...query }: Written["query"]): Promise<Detail[]> {
  const kind = kindNamed(name);
  if (!kind?.path || !kind.load) throw invalid("kind", "No kind that has a list");
  const collection = await collectionNamed(name);
  const schema = listSchema(collection, {});
  const asked = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== null && value !== undefined));
  const { data, error } = schema.safeParse(asked);
  const columns = shown ? shown.split(",").map((each) => each.trim().split(".")[0] ?? "") : [];
  const unknown = columns.filter((column) => !collection.fields.includes(column) && !collection.row.has(column));
  const wrong = unknown.map((column) => ({ field: "query.fields", message: `Not a field of this kind: ${column}` }));
  if (error) return [...detailsOf(error, ["query"]), ...wrong];
  try {
    await Master.resolveAll(schema.shape, data, data);
    return wrong;
  } catch (refused) {
    if (!isFailure(refused, "VALIDATION_ERROR")) throw refused;
    return [...refused.details.map(({ field, message }) => ({ field: `query.${field}`, message })), ...wrong];
  }
}

export * as View from "./view.ts";
