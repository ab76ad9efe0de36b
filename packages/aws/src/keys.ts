import type { DecryptCommandOutput, GenerateDataKeyCommandOutput } from "@aws-sdk/client-kms";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Keys } from "@crm/core/kernel/ports.ts";
import type { Client } from "./client.ts";

/** Wrapped keys: `k1.<milliseconds at which it was wrapped>.<KMS's text in base64url>`. */
const WRAPPED_KEY = /^k1\.(\d+)\.([\w-]+)$/;

/**
 * Data keys of a key of KMS. When KMS rotates what is behind the key, neither its name nor what it has wrapped tells: so
 * a generation is an instant, and the instant of wrapping stands in each wrapped key, part of the context that KMS
 * authenticates. What was wrapped since the last rotation was wrapped by what KMS holds newest.
 */
export function kmsKeys(client: Client, KeyId: string): Keys {
  return {
    async generate(context) {
      const { GenerateDataKeyCommand } = await import("./kms.ts");
      const at = String(Clock.ms());
      const EncryptionContext = { ...context, at };
      const command = new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", EncryptionContext });
      const { Plaintext, CiphertextBlob } = (await client.send(command)) as GenerateDataKeyCommandOutput;
      if (!Plaintext || !CiphertextBlob) throw new Error("KMS gave no key");
      return { key: Plaintext, wrapped: `k1.${at}.${Buffer.from(CiphertextBlob).toString("base64url")}` };
    },
    async unwrap(wrapped, context) {
      const { DecryptCommand } = await import("./kms.ts");
      const [, at, text] = WRAPPED_KEY.exec(wrapped) ?? [];
      if (at === undefined || text === undefined) throw new Error("Not a key that KMS has wrapped");
      const EncryptionContext = { ...context, at };
      const command = new DecryptCommand({ KeyId, CiphertextBlob: Buffer.from(text, "base64url"), EncryptionContext });
      const { Plaintext } = (await client.send(command)) as DecryptCommandOutput;
      if (!Plaintext) throw new Error("KMS gave no key");
      return Plaintext;
    },
    startGeneration: async () => Clock.ms(),
    isCurrent: (wrapped, generation) => Number(WRAPPED_KEY.exec(wrapped)?.[1] ?? 0) >= generation,
  };
}
