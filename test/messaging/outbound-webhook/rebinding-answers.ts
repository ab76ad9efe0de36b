import type { DnsReply, DnsServer, RecordType } from "./dns-server.ts";

/** Answers of a hostile DNS server. `outside` is an address that may be reached. */

/** Names whose first answer is harmless, and whose later ones point inside. */
export const CHANGING_NAMES = ["flips.example.com", "flips-to-metadata.example.com", "flips-as-alias.example.com"];
export const CHANGING_MAIL_NAME = "flips-mail.example.com";

/** Names with at least one address that points inside, so no connection may be opened. */
export const INSIDE_NAMES = (outside: string): Record<string, DnsReply> => ({
  "one-of-two.example.com": { addresses: [outside, "127.0.0.1"] },
  "one-of-two-first.example.com": { addresses: ["127.0.0.1", outside] },
  "other-family.example.com": { addresses: [outside, "::1"] },
  "mapped.example.com": { addresses: ["::ffff:127.0.0.1"] },
  "mapped-beside-public.example.com": { addresses: [outside, "::ffff:169.254.169.254"] },
  "translated.example.com": { addresses: ["64:ff9b::7f00:1"] },
  "six-to-four.example.com": { addresses: ["2002:7f00:1::"] },
  "this-host.example.com": { addresses: ["0.0.0.0"] },
  "this-host-six.example.com": { addresses: ["::"] },
  "metadata.example.com": { addresses: ["169.254.169.254"] },
  "metadata-six.example.com": { addresses: ["fd00:ec2::254"] },
  "private.example.com": { addresses: ["10.0.0.1"] },
  "shared.example.com": { addresses: ["100.64.0.1"] },
  "alias.example.com": { addresses: ["127.0.0.1"], alias: "localhost" },
  "alias-of-public-name.example.com": { addresses: ["10.0.0.1"], alias: "public.example.com" },
});

export function setHostileAnswers(dns: DnsServer, outside: string): void {
  const first = (later: DnsReply) => (type: RecordType, round: number) =>
    type === "A" && round === 0 ? { addresses: [outside] } : type === "A" ? later : { addresses: [] };
  dns.set("flips.example.com", first({ addresses: ["127.0.0.1"] }));
  dns.set("flips-to-metadata.example.com", first({ addresses: ["169.254.169.254"] }));
  dns.set(CHANGING_MAIL_NAME, first({ addresses: ["127.0.0.1"] }));
  dns.set("flips-as-alias.example.com", first({ addresses: ["127.0.0.1"], alias: "localhost" }));
  dns.set("steady.example.com", () => ({ addresses: [outside] }));
  for (const [name, reply] of Object.entries(INSIDE_NAMES(outside))) dns.set(name, () => reply);
}
