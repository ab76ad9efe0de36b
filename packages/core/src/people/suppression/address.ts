import { useSettings } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { type NormalizedPoint, parseEmailPoint, parsePhonePoint } from "../person/contact-point-parser.ts";
import type { Channel } from "./suppression.rules.ts";

/** An address of a channel in normalized form, with its keyed hash. */
export interface HashedAddress {
  channel: Channel;
  point: NormalizedPoint;
  hash: string;
}

/**
 * Parses an address of a channel; undefined if it is not valid. Extensions of telephone numbers are removed, because messages go to
 * the line.
 */
export async function parsePoint(channel: Channel, address: string): Promise<NormalizedPoint | undefined> {
  if (channel === "email") return parseEmailPoint(address);
  const point = await parsePhonePoint(address, useSettings().default_country);
  const [normalized = ""] = point?.normalized.split(";") ?? [];
  return point && { ...point, normalized };
}

export async function resolveAddress(channel: Channel, address: string): Promise<HashedAddress> {
  const point = await parsePoint(channel, address);
  if (!point)
    throw invalid(
      "address",
      channel === "email"
        ? "Must be an email address, such as jane@mail.example"
        : "Must be a telephone number, such as +4915112345678",
    );
  return { channel, point, hash: await Vault.computeMac("suppression", JSON.stringify([channel, point.normalized])) };
}
