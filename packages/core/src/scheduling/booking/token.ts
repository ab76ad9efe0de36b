import { useTenant } from "../../kernel/context.ts";
import { buildLinkToken, type LinkToken, parseLinkToken } from "../../platform/sign-in/visitor.ts";
import { computeMac, isMac, keyFor, keysFor } from "../../storage/vault/secret.ts";
import { BOOKING } from "./booking.kind.ts";

/** Tokens by which a visitor views, moves and cancels a booking. The signature is a keyed hash, so nothing secret is stored. */

export const build = async (booking: string): Promise<string> =>
  buildLinkToken(booking, computeMac(await keyFor("links", "booking"), useTenant(), booking));

/**
 * Parses a token into the booking and the signature; undefined if the format is wrong. The caller checks the signature with `isGenuine`
 * within the tenant.
 */
export const parse = (token: string): LinkToken | undefined => parseLinkToken(token, BOOKING);

export const isGenuine = async (booking: string, signature: string): Promise<boolean> =>
  isMac(signature, await keysFor("links", "booking"), useTenant(), booking);

export * as BookingToken from "./token.ts";
