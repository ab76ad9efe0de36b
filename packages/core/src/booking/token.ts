import { useTenant } from "../kernel/context.ts";
import { type LinkToken, linkToken, readLinkToken } from "../sign-in/visitor.ts";
import { isSame, keyFor, mac } from "../storage/vault/secret.ts";
import { BOOKING } from "./booking.domain.ts";

/** By which a visitor sees, moves and cancels what they booked: a keyed hash, so nothing secret is stored. */

export const of = async (booking: string): Promise<string> => linkToken(booking, await signed(booking));

const signed = async (booking: string): Promise<string> => mac(await keyFor("booking"), useTenant(), booking);

/** Which booking a token speaks of; undefined for what is none. Whether it is genuine is asked within the tenant. */
export const read = (token: string): LinkToken | undefined => readLinkToken(token, BOOKING);

export const isGenuine = async (booking: string, signature: string): Promise<boolean> => isSame(await signed(booking), signature);

export * as BookingToken from "./token.ts";
