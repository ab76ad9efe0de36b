import { usePorts } from "../../kernel/context.ts";
import { encryptLinkToken, type LinkHost, withEncryptedLink } from "../../platform/sign-in/encrypted-link.ts";

/** Links with which the recipient of a mail confirms the address. */

interface LinkPayload {
  person: string;
  point: string;
  /** The number of the code that was sent with the link. */
  number: number;
  /** A keyed hash of the contact point to which the mail was sent. */
  value: string;
}

const LINK_NAME = "verification";

export const buildLink = async ({ person, point, number, value }: LinkPayload): Promise<string> =>
  `${usePorts().origin}/v/${await encryptLinkToken(LINK_NAME, JSON.stringify([person, point, number, value]))}`;

function parsePayload(payload: string): LinkPayload {
  const [person, point, number, value] = JSON.parse(payload) as [string, string, number, string];
  return { person, point, number, value };
}

export type LinkVisit = LinkPayload & LinkHost;

export const withLink = <T>(token: string, work: (open: LinkVisit) => Promise<T>): Promise<T> =>
  withEncryptedLink(
    token,
    {
      name: LINK_NAME,
      authority: "verification_link",
      read: parsePayload,
      rateLimitKey: ({ point }) => point,
      limits: [30, 120],
    },
    work,
  );
