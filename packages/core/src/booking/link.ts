import { randomBytes } from "node:crypto";
import * as z from "zod";
import { hasRole, useActor, useActorId, useTenant } from "../kernel/context.ts";
import { type Detail, forbidden, gathered, invalid, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { newId } from "../kernel/id.ts";
import { type Filled, filled, id, patched, patchOf, query, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { transaction } from "../storage/write/transaction.ts";
import { Directory } from "../user/directory.ts";
import { USER } from "../user/user.domain.ts";
import { BOOKING_LINK } from "./booking.domain.ts";
import { BookingLinks, fields, type LinkRecord, Stored } from "./link.entity.ts";

/** Booking links, as users see them: everybody reads them, their owners and administrators change them. */

export const Info = Stored;
export const Row = rowOf(Stored, BookingLinks.definition.row);

const One = z.strictObject({ id: text(64) });

export const list = fn(
  listSchema(BookingLinks, { is_active: query.boolean().optional(), owner_id: id(USER).optional() }),
  (input) => listRecords(BookingLinks, queryOf(BookingLinks, input)),
);

export const get = fn(One, ({ id: wanted }) => Records.read(BookingLinks, wanted));

export const create = fn(
  z.strictObject({ ...fields, owner_id: id(USER).optional().describe("The caller; another, of an administrator") }),
  async ({ owner_id = self(), ...input }) => {
    if (owner_id !== useActorId() && !hasRole("ADMIN"))
      throw forbidden("Whose time is booked makes the link, or an administrator");
    const known = await checked({ ...filled(fields, input), owner_id });
    const own = newId(BOOKING_LINK);
    const link = Records.born(BookingLinks, { ...known, token: tokenOf(own) }, { id: own });
    return transaction().create(BookingLinks, link).commit(link);
  },
);

/** Says which tenant and which link it is, and ends in what nobody guesses. */
const tokenOf = (link: string): string => `${useTenant()}.${link}.${randomBytes(12).toString("base64url")}`;

function self(): string {
  const actor = useActor();
  if (actor.type !== "user") throw invalid("owner_id", "Required: an API key is no user, and has no time to be booked");
  return actor.id;
}

export const replace = fn(z.strictObject({ ...fields, ...One.shape }), ({ id: wanted, ...input }) =>
  edit(wanted, filled(fields, input)),
);

export const update = fn(patchOf(fields).extend(One.shape), ({ id: wanted, ...patch }) => edit(wanted, patched(fields, patch)));

const edit = (wanted: string, changes: Partial<Filled<typeof fields>>): Promise<LinkRecord> =>
  Records.change(BookingLinks, wanted, (current) => checked({ ...requireOwn(current), ...changes }, current));

export const remove = fn(One, ({ id: wanted }) => Records.remove(BookingLinks, wanted, requireOwn));

export const restore = fn(One, ({ id: wanted }) => Records.restore(BookingLinks, wanted, requireOwn));

function requireOwn(link: LinkRecord): LinkRecord {
  if (link.owner_id === useActorId() || hasRole("ADMIN")) return link;
  throw forbidden("Whose time is booked changes the link, or an administrator");
}

type Written = Filled<typeof fields> & Pick<LinkRecord, "owner_id">;

/** With master data by id; the owner and new hosts are active users. */
async function checked<T extends Written>(link: T, before?: LinkRecord): Promise<T> {
  const details: Detail[] = [];
  const own = ["owner_id", "host_ids"];
  const resolved = await gathered(details, Master.resolveAll(fields, link, before, { own }), link);
  if (!before && !(await Directory.active(link.owner_id)))
    details.push({ field: "owner_id", message: "No active user has this id" });
  for (const [at, host] of link.host_ids.entries()) {
    const message = await wrongWith(host, link, before);
    if (message) details.push({ field: `host_ids[${at}]`, message });
  }
  if (details.length > 0) throw invalidAll(details);
  return resolved;
}

async function wrongWith(host: string, link: Written, before: LinkRecord | undefined): Promise<string | undefined> {
  if (host === link.owner_id) return "The owner takes part anyway";
  if (before?.host_ids.includes(host)) return undefined;
  return (await Directory.active(host)) ? undefined : "No active user has this id";
}

export * as BookingLink from "./link.ts";
