import * as z from "zod";
import { aboutPerson, matchHash, personalData, reach } from "../../kernel/personal-data.ts";
import { instant, oneLine, oneOf } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { PERSON } from "../person/person.kind.ts";
import { listRefusedPurposes, purposes, suppressionReasons } from "./reasons.rules.ts";
import { SUPPRESSION } from "./suppression.kind.ts";
import { channels, lifters } from "./suppression.rules.ts";

export const Entry = z.object({
  reason: oneOf(suppressionReasons),
  type: z.string().nullish().describe("Code of the subscription type that is refused; empty: everything that the reason refuses"),
  at: instant().nullable().describe("When it was last reported; null if it was only lifted"),
  source: oneLine(255).nullable().describe("The message, person or file that reported it"),
  lifted_at: instant().nullable(),
  lifted_by: oneOf(lifters).nullable().describe("SELF: lifted by the owner of the address"),
});

export const Stored = z.object({
  channel: personalData("consent", oneOf(channels)),
  reason: personalData(
    "consent",
    oneOf(suppressionReasons).nullable().describe("The most serious active reason, also if only a subscription type is refused"),
  ),
  reasons: personalData(
    "consent",
    z
      .array(oneOf(suppressionReasons))
      .describe("Active reasons that are not only for single subscription types, the most serious first"),
  ),
  refuses: personalData("consent", z.array(oneOf(purposes)).describe("Purposes for which nothing is sent")),
  entries: personalData("consent", z.array(Entry).describe("All reasons, including lifted ones")),
  subscription_types: personalData(
    "consent",
    z.array(z.string()).describe("Codes of the subscription types that are refused on their own"),
  ),
  /** The hash in the key of the item that finds this record. */
  address_hash: personalData("identifier", z.string()),
  /** The persons who had the address when one of its reasons changed. */
  holders: personalData("reference", z.array(z.string())),
});

export type SuppressionRecord = z.output<typeof Stored> & BaseRecord;

/** A suppressed address. It is deleted while no reason is active. */
export const SuppressedAddresses = new Collection<SuppressionRecord>({
  kind: SUPPRESSION,
  schema: Stored,
  personalData: {
    purpose: "Send nothing to addresses that refuse it (Art. 21(3) GDPR).",
    subject: aboutPerson(matchHash("address_hash"), reach("holders[]", PERSON)),
    retention: "Without limit, as a keyed hash without the address, because the refusal must outlast the profile.",
  },
  row: ["channel", "reason", "reasons", "refuses"],
  indexes: { by_time: indexBy(), by_class: indexBy("channel"), by_status: indexBy("reason", { sparse: true }) },
  filters: { channel: { index: "by_class", field: "channel" }, reason: { index: "by_status", field: "reason" } },
  computed: { refuses: ({ reasons }) => listRefusedPurposes(reasons) },
  missingValues: { subscription_types: [] },
  internal: ["address_hash", "holders"],
});
