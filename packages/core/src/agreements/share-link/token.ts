import { usePorts, useTenant } from "../../kernel/context.ts";
import { buildLinkToken, type LinkToken, parseLinkToken } from "../../platform/sign-in/visitor.ts";
import { computeMac, isMac, keyFor, keysFor } from "../../storage/vault/secret.ts";
import type { OfferRecord } from "./offer.entity.ts";
import { OFFER } from "./offer.kind.ts";

/** Link tokens of offers: a keyed hash of the offer and its `link_number`. The table stores no secret. */

type LinkedOffer = Pick<OfferRecord, "id" | "link_number">;

export const build = async (offer: LinkedOffer): Promise<string> =>
  buildLinkToken(offer.id, computeMac(await keyFor("links", "offer"), ...signedTexts(offer)));

/** Returns the address of the customer's page. */
export const buildLink = async (offer: LinkedOffer): Promise<string> => `${usePorts().origin}/q/${await build(offer)}`;

const signedTexts = ({ id, link_number }: LinkedOffer): string[] => ["link", useTenant(), id, String(link_number)];

/** Parses the offer id and the tenant from a token; undefined if the form is wrong. `isGenuine` checks the signature afterwards, in the tenant. */
export const parse = (token: string): LinkToken | undefined => parseLinkToken(token, OFFER);

export const isGenuine = async (offer: LinkedOffer, signature: string): Promise<boolean> =>
  isMac(signature, await keysFor("links", "offer"), ...signedTexts(offer));

/** Returns a keyed hash which proves that this reader was shown the page at this instant. */
export const computeMark = async (offer: LinkedOffer, shownAt: string, reader: string): Promise<string> =>
  computeMac(await keyFor("links", "offer"), ...markedTexts(offer, shownAt, reader));

export const isMark = async (offer: LinkedOffer, shownAt: string, reader: string, mark: string): Promise<boolean> =>
  isMac(mark, await keysFor("links", "offer"), ...markedTexts(offer, shownAt, reader));

const markedTexts = ({ id, link_number }: LinkedOffer, shownAt: string, reader: string): string[] => [
  "seen",
  useTenant(),
  id,
  String(link_number),
  shownAt,
  reader,
];

export * as OfferToken from "./token.ts";
