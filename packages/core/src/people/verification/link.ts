import { usePorts } from "../../kernel/context.ts";
import { encryptLinkToken, type LinkHost, withEncryptedLink } from "../../platform/sign-in/encrypted-link.ts";

/** Links by which whoever gets a mail says that the address is theirs. */

export interface LinkPayload {
  person: string;
  point: string;
  /** Of the code that was sent with it. */
  number: number;
  /** A keyed hash of what the mail was sent to. */
  value: string;
}

const LINK_NAME = "verification";

export const buildLink = async ({ person, point, number, value }: LinkPayload): Promise<string> =>
  `${usePorts().origin}/v/${await encryptLinkToken(LINK_NAME, JSON.stringify([person, point, number, value]))}`;

function parsePayload(said: string): LinkPayload {
  const [person, point, number, value] = JSON.parse(said) as [string, string, number, string];
  return { person, point, number, value };
}

export type LinkVisit = LinkPayload & LinkHost;

export const withLink = <T>(token: string, work: (open: LinkVisit) => Promise<T>): Promise<T> =>
  withEncryptedLink(token, { name: LINK_NAME, read: parsePayload, rateLimitKey: ({ point }) => point, limits: [30, 120] }, work);
