import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { chmodSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Keys } from "@crm/core/kernel/ports.ts";
import { Refusal, type State } from "../store/state.ts";

/** The file of master keys: one line of base64url for each generation, the first one first. Only its owner can read it. */
const KEYS_FILE = "master-keys";

/** A wrapped key: `l1.<generation>.<nonce, ciphertext and tag in base64url>`. */
const WRAPPED_KEY = /^l1\.(\d+)\.([\w-]+)$/;

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Returns master keys in a file of the data folder, made at the first start. A generation is never removed, because backups need it. A store in
 * memory has its file in a temporary folder.
 */
export function fileKeys(state: State): Keys {
  const file = join(state.folder, KEYS_FILE);
  let masters: readonly Buffer[] = [];
  const keep = (all: readonly Buffer[]): void => {
    if (!state.isTemporary) writeAtomically(state.folder, file, all.map((key) => `${key.toString("base64url")}\n`).join(""));
    masters = all;
  };
  if (!state.isTemporary && existsSync(file)) masters = readMasterKeys(file);
  else keep([randomBytes(KEY_BYTES)]);

  return {
    async generate(context) {
      const key = randomBytes(KEY_BYTES);
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", masters.at(-1) as Buffer, nonce).setAAD(serializeContext(context));
      const text = Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
      return { key, wrapped: `l1.${masters.length}.${text.toString("base64url")}` };
    },
    async unwrap(wrapped, context) {
      const master = masters[readGeneration(wrapped) - 1];
      if (!master) throw new Error(`There is no master key of generation ${readGeneration(wrapped)} in ${KEYS_FILE}`);
      const text = Buffer.from(WRAPPED_KEY.exec(wrapped)?.[2] ?? "", "base64url");
      if (text.length !== NONCE_BYTES + KEY_BYTES + TAG_BYTES) throw new Error("Must be a wrapped key");
      const decipher = createDecipheriv("aes-256-gcm", master, text.subarray(0, NONCE_BYTES)).setAAD(serializeContext(context));
      decipher.setAuthTag(text.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(text.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    },
    async startGeneration() {
      keep([...masters, randomBytes(KEY_BYTES)]);
      return masters.length;
    },
    isCurrent: (wrapped, generation) => readGeneration(wrapped) >= generation,
  };
}

const readGeneration = (wrapped: string): number => Number(WRAPPED_KEY.exec(wrapped)?.[1] ?? 0);

/** Serialises the encryption context to which a data key is bound, independently of the order of its fields. */
const serializeContext = (context: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));

function readMasterKeys(file: string): Buffer[] {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const keys = lines.map((line) => Buffer.from(line, "base64url"));
  if (keys.some((key) => key.length !== KEY_BYTES)) {
    throw new Refusal(`${file} is damaged, and sealed values cannot be read without it: restore it from a backup of the store.`);
  }
  return keys;
}

/** Replaces a file atomically: after a crash it has either the new text or the old one. */
function writeAtomically(folder: string, file: string, text: string): void {
  const partial = `${file}.partial`;
  writeFileSync(partial, text, { mode: 0o600, flush: true });
  // A file left by a killed process keeps its own mode.
  chmodSync(partial, 0o600);
  renameSync(partial, file);
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
