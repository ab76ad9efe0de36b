import { randomBytes } from "node:crypto";
import * as z from "zod";
import { hasRole, useActor, useActorId, useTenant } from "../../kernel/context.ts";
import { collectDetails, type ErrorDetail, forbidden, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { id, query, type StoredFields, toStoredFields } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { createRecordVerbs } from "../../storage/write/record-verbs.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { BOOKING_LINK } from "./booking.kind.ts";
import { BookingLinks, fields, type LinkRecord, Stored } from "./link.entity.ts";

/** Booking links, for users: everyone reads them, their owners and administrators change them. */

export const Info = Stored;
export const Row = rowSchema(Stored, BookingLinks.definition.row);

export const list = fn(
  listSchema(BookingLinks, { is_active: query.boolean().optional(), owner_id: id(USER).optional() }),
  (input) => listRecords(BookingLinks, buildListQuery(BookingLinks, input)),
);

export const create = fn(
  z.strictObject({
    ...fields,
    owner_id: id(USER).optional().describe("Default: the caller. Only an administrator can name another user"),
  }),
  async ({ owner_id = requireUserId(), ...input }) => {
    if (owner_id !== useActorId() && !hasRole("ADMIN"))
      throw forbidden("Only the owner of the link or an administrator can create it");
    const validatedLink = await validateLink({ ...toStoredFields(fields, input), owner_id });
    const linkId = newId(BOOKING_LINK);
    const link = Records.init(BookingLinks, { ...validatedLink, token: buildToken(linkId) }, { id: linkId });
    return transaction().create(BookingLinks, link).commit(link);
  },
);

/** Builds a token with the tenant and the link, and with a random part that cannot be guessed. */
const buildToken = (link: string): string => `${useTenant()}.${link}.${randomBytes(12).toString("base64url")}`;

function requireUserId(): string {
  const actor = useActor();
  if (actor.type !== "user") throw invalid("owner_id", "Required, because an API key has no time that can be booked");
  return actor.id;
}

export const { get, replace, update, remove, restore } = createRecordVerbs(BookingLinks, fields, {
  edit: (current, changes) => validateLink({ ...requireOwner(current), ...changes }, current),
  remove: requireOwner,
  restore: requireOwner,
});

function requireOwner(link: LinkRecord): LinkRecord {
  if (link.owner_id === useActorId() || hasRole("ADMIN")) return link;
  throw forbidden("Only the owner of the link or an administrator can change it");
}

type LinkFields = StoredFields<typeof fields> & Pick<LinkRecord, "owner_id">;

/** Resolves master data to ids, and requires that the owner and new hosts are active users. */
async function validateLink<T extends LinkFields>(link: T, before?: LinkRecord): Promise<T> {
  const details: ErrorDetail[] = [];
  const ownFields = ["owner_id", "host_ids"];
  const resolved = await collectDetails(details, Master.resolveAll(fields, link, before, { checkedFields: ownFields }), link);
  if (!before && !(await Directory.findActive(link.owner_id)))
    details.push({ field: "owner_id", message: "No active user has this id" });
  for (const [index, host] of link.host_ids.entries()) {
    const message = await findHostFault(host, link, before);
    if (message) details.push({ field: `host_ids[${index}]`, message });
  }
  if (details.length > 0) throw invalidAll(details);
  return resolved;
}

async function findHostFault(host: string, link: LinkFields, before: LinkRecord | undefined): Promise<string | undefined> {
  if (host === link.owner_id) return "The owner already takes part";
  if (before?.host_ids.includes(host)) return undefined;
  return (await Directory.findActive(host)) ? undefined : "No active user has this id";
}

export * as BookingLink from "./link.ts";
