import { useTenant } from "../kernel/context.ts";
import { isId } from "../kernel/id.ts";
import { isSame, keyFor, mac } from "../storage/vault/secret.ts";
import { TENANT } from "../tenant/tenant.domain.ts";
import { OFFER } from "./offer.domain.ts";
import type { OfferRecord } from "./offer.entity.ts";

/** Links of customers: a keyed hash of what was sent and of how often its links were made void. Nothing secret is stored. */

type Linked = Pick<OfferRecord, "id" | "link_number">;

export const of = async (offer: Linked): Promise<string> => `${useTenant()}.${offer.id}.${await signed(offer)}`;

const signed = async ({ id, link_number }: Linked): Promise<string> =>
  mac(await keyFor("offer"), "link", useTenant(), id, String(link_number));

/** Which offer a token speaks of; undefined for what is none. Whether it is genuine is asked within the tenant. */
export function read(token: string): { tenant: string; offer: string; signature: string } | undefined {
  const [tenant = "", offer = "", signature = "", ...more] = token.split(".");
  return isId(tenant, TENANT) && isId(offer, OFFER) && more.length === 0 ? { tenant, offer, signature } : undefined;
}

export const isGenuine = async (offer: Linked, signature: string): Promise<boolean> => isSame(await signed(offer), signature);

/** That this reader was shown the page at an instant. */
export const markOf = async (offer: Linked, at: string, reader: string): Promise<string> =>
  mac(await keyFor("offer"), "seen", useTenant(), offer.id, String(offer.link_number), at, reader);

export * as OfferToken from "./token.ts";
