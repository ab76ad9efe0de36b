import { useSettings } from "../kernel/context.ts";
import { invalid } from "../kernel/error.ts";
import { emailPoint, type Point, phonePoint } from "../person/contact.ts";
import { Vault } from "../storage/vault/vault.ts";
import type { Channel } from "./suppression.rules.ts";

/** An address of a channel, in the form in which two are equal, and its keyed hash. */
export interface Address {
  channel: Channel;
  point: Point;
  hash: string;
}

/** Undefined for what is no address of the channel. A telephone number has no extension: messages go to the line. */
export async function pointIn(channel: Channel, address: string): Promise<Point | undefined> {
  if (channel === "email") return emailPoint(address);
  const point = await phonePoint(address, useSettings().default_country);
  const [normalized = ""] = point?.normalized.split(";") ?? [];
  return point && { ...point, normalized };
}

export async function addressOf(channel: Channel, address: string): Promise<Address> {
  const point = await pointIn(channel, address);
  if (!point)
    throw invalid(
      "address",
      channel === "email" ? "Not an email address, such as jane@mail.example" : "Not a telephone number, such as +4915112345678",
    );
  return { channel, point, hash: await Vault.mac("suppression", JSON.stringify([channel, point.normalized])) };
}
