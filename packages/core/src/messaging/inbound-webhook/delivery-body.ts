import { isUtf8 } from "node:buffer";
import { gunzipSync, gzipSync } from "node:zlib";
import { Failure } from "../../kernel/error.ts";
import { type Sealed, Vault } from "../../storage/vault/vault.ts";
import type { DeliveryRecord } from "./delivery.entity.ts";

/** The body of a delivery, encrypted for its record. Short texts are stored as they are, all others compressed. */

const FIELD = "body";
/** Maximum number of bytes of a text that is not compressed. */
const MAX_UNCOMPRESSED_BYTES = 2048;
/** Maximum number of bytes stored in a record, before encryption. */
const MAX_STORED_BYTES = 192 * 1024;

export async function seal(id: string, bytes: Uint8Array): Promise<Sealed | null> {
  const text = packBody(bytes);
  if (text.length > MAX_STORED_BYTES)
    throw new Failure("PAYLOAD_TOO_LARGE", "The body is larger than the maximum stored for one delivery");
  return Vault.seal(id, null, { [FIELD]: text });
}

export async function open({ id, sealed }: Pick<DeliveryRecord, "id" | "sealed">): Promise<Buffer> {
  const { [FIELD]: text = "" } = await Vault.open(id, sealed, [FIELD]);
  return text.startsWith("z") ? gunzipSync(Buffer.from(text.slice(1), "base64")) : Buffer.from(text.slice(1));
}

const packBody = (bytes: Uint8Array): string =>
  bytes.length <= MAX_UNCOMPRESSED_BYTES && isUtf8(bytes)
    ? `t${Buffer.from(bytes).toString("utf8")}`
    : `z${gzipSync(bytes, { level: 6 }).toString("base64")}`;

export * as DeliveryBody from "./delivery-body.ts";
