import type { Block, Cell } from "../../lib/pdf/document.ts";
import { buildEvenTable, buildHeading } from "./blocks.rules.ts";
import type { Letter } from "./letter.schema.ts";
import type { Locale } from "./locale.ts";

/** Pure rules: both parties of a contract or an amendment, side by side, and their signatures. */

interface Party {
  name: string;
  /** Contact and address, one entry per line. */
  lines: readonly string[];
}

export interface Parties {
  company: Party;
  customer: Party;
}

/** A signer, and the day of the signature if there is one. */
export interface Signature {
  party: keyof Parties;
  name?: string | null;
  title?: string | null;
  /** YYYY-MM-DD. */
  signed_on?: string | null;
}

type PartyWords = Readonly<
  Record<
    "company" | "customer" | "signatures" | "for_company" | "for_customer" | "name" | "title" | "signature" | "signed",
    string
  >
>;

/** Returns sender and recipient of a letter as parties. */
export function toParties({ from, to }: Pick<Letter, "from" | "to">): Parties {
  const party = ([name = "", ...lines]: readonly string[]) => ({ name, lines });
  return { company: party(from), customer: party(to) };
}

export const buildPartyTable = ({ company, customer }: Parties, words: PartyWords): Block =>
  buildEvenTable([words.company, words.customer], [[partyCell(company), partyCell(customer)]]);

const partyCell = ({ name, lines }: Party): Cell => ({ text: name, strong: true, note: lines.join("\n") });

/** Both parties side by side, with blank lines for what is not known. */
export function buildSignatures(
  { parties, signatures = [] }: { parties: Parties; signatures?: readonly Signature[] },
  { contract, words, speech }: Locale & { contract: PartyWords },
): Block[] {
  const listSignatures = (party: Signature["party"]): readonly Signature[] => {
    const matches = signatures.filter((signature) => signature.party === party);
    return matches.length > 0 ? matches : [{ party }];
  };
  const [company, customer] = [listSignatures("company"), listSignatures("customer")];
  const label = (caption: string, value: string | null | undefined): string => `${caption}${words.colon}${value || "\n"}`;
  const cell = (signature: Signature | undefined): Cell =>
    signature === undefined
      ? ""
      : [
          label(contract.name, signature.name),
          label(contract.title, signature.title),
          signature.signed_on
            ? label(contract.signed, speech.day(signature.signed_on))
            : `${label(words.place_and_date, "")}\n${label(contract.signature, "")}\n\n`,
        ].join("\n");
  const heads = [
    `${contract.for_company}${words.colon}${parties.company.name}`,
    `${contract.for_customer}${words.colon}${parties.customer.name}`,
  ];
  const rows = Array.from({ length: Math.max(company.length, customer.length) }, (_, index) => [
    cell(company[index]),
    cell(customer[index]),
  ]);
  return [buildHeading(contract.signatures), buildEvenTable(heads, rows)];
}
