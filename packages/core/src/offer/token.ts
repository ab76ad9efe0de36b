import { useTenant } from "../kernel/context.ts";
import { type LinkToken, linkToken, readLinkToken } from "../sign-in/visitor.ts";
import { isSame, keyFor, mac } from "../storage/vault/secret.ts";
import { OFFER } from "./offer.domain.ts";
import type { OfferRecord } from "./offer.entity.ts";

/** Links of customers: a keyed hash of what was sent and of how often its links were made void. Nothing secret is stored. */

type Linked = Pick<OfferRecord, "id" | "link_number">;

export const of = async (offer: Linked): Promise<string> => linkToken(offer.id, await signed(offer));

const signed = async ({ id, link_number }: Linked): Promise<string> =>
  mac(await keyFor("offer"), "link", useTenant(), id, String(link_number));

/** Which offer a token speaks of; undefined for what is none. Whether it is genuine is asked within the tenant. */
export const read = (token: string): LinkToken | undefined => readLinkToken(token, OFFER);

export const isGenuine = async (offer: Linked, signature: string): Promise<boolean> => isSame(await signed(offer), signature);

/** That this reader was shown the page at an instant. */
export const markOf = async (offer: Linked, at: string, reader: string): Promise<string> =>
  mac(await keyFor("offer"), "seen", useTenant(), offer.id, String(offer.link_number), at, reader);

export * as OfferToken from "./token.ts";
