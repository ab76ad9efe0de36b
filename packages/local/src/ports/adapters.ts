import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { KeyGroup } from "@crm/core/kernel/key-groups.ts";
import type { Files, Log, Mail, MailMessage, Secrets, Sms } from "@crm/core/kernel/ports.ts";
import type { MailProvider } from "@crm/core/messaging/channel-provider/mail-provider.ts";
import { deriveGeneration } from "@crm/core/storage/vault/key-derivation.ts";
import type { State } from "../store/state.ts";

/** Keys that are derived in this process, and the root secret from which they are derived. */
export interface FileSecrets extends Secrets {
  readonly root: string;
}

/** Returns the keys of the secret in a file of the data folder that only its owner can read; made at the first start. */
export function fileSecrets(state: State): FileSecrets {
  const file = join(state.folder, "secret");
  if (!existsSync(file)) writeFileSync(file, randomBytes(48).toString("base64url"), { mode: 0o600 });
  const root = readFileSync(file, "utf8");
  const groups = new Map<KeyGroup, string>();
  return {
    root,
    async get(group) {
      const keys = groups.get(group) ?? JSON.stringify([deriveGeneration(root, group)]);
      groups.set(group, keys);
      return keys;
    },
  };
}

/** Returns a mail port that stores mails in the mailbox, which `/_local/mailbox` shows. A message with the same id is stored once. */
export function mailbox(state: State): Mail & { sent(to?: string): (MailMessage & { sent_at: string; channel: string })[] } {
  return {
    send: async (message) => {
      state.execute("INSERT OR IGNORE INTO mails VALUES (?, ?, ?)", message.id, Clock.now(), JSON.stringify(message));
    },
    sent: (to) =>
      state
        .query("SELECT sent_at, message FROM mails ORDER BY rowid")
        .map(({ sent_at, message }) => ({
          channel: "email",
          ...(JSON.parse(String(message)) as MailMessage),
          sent_at: String(sent_at),
        }))
        .filter((message) => to === undefined || message.to === to),
  };
}

/** Returns the mailbox as a mail provider. It reports each mail as delivered at once. */
export const mailboxProvider = (mail: Mail): MailProvider => ({
  provider: "mailbox",
  async send({ sentAt: _at, message_id, references = [], ...message }) {
    const headers: Record<string, string> = { ...message.headers, "Message-ID": `<${message_id}>` };
    if (references.length > 0) headers.References = references.map((reference) => `<${reference}>`).join(" ");
    await mail.send({ ...message, headers });
    return { provider_id: message_id, report: { status: "delivered", reportedAt: Clock.now() } };
  },
  check: async () => ({ works: true, problems: [], account_name: "Mailbox" }),
});

/** Stores text messages in the same mailbox, without a subject. */
export const smsMailbox = (state: State): Sms => ({
  send: async (message) => {
    const content = JSON.stringify({ ...message, subject: "", channel: "sms" });
    state.execute("INSERT OR IGNORE INTO mails VALUES (?, ?, ?)", message.id, Clock.now(), content);
  },
});

/** Returns files in a folder. A write is atomic. */
export function folderFiles(folder: string): Files {
  const resolvePath = (key: string): string => {
    const path = join(folder, ...key.split("/"));
    if (relative(folder, path).startsWith("..")) throw new Error(`Invalid key: ${key}`);
    return path;
  };
  return {
    async put(key, body) {
      const path = resolvePath(key);
      await mkdir(dirname(path), { recursive: true });
      const partial = `${path}.${randomBytes(6).toString("hex")}.partial`;
      await writeFile(partial, body, { flush: true });
      await rename(partial, path);
    },
    async get(key) {
      try {
        return await readFile(resolvePath(key));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    async list(prefix, after = "") {
      const within = resolvePath(prefix.slice(0, prefix.lastIndexOf("/") + 1) || ".");
      const entries = await readdir(within, { recursive: true, withFileTypes: true }).catch(() => []);
      const keys = entries
        .filter((entry) => entry.isFile() && !entry.name.endsWith(".partial"))
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
      return keys
        .filter((key) => key.startsWith(prefix) && key > after)
        .sort()
        .slice(0, 1000);
    },
    async delete(key) {
      await rm(resolvePath(key), { force: true });
    },
  };
}

const LOG_LEVELS = { info: 0, warn: 1, error: 2 } as const;

/** Logs JSON lines to standard error, from this level up. */
export const jsonLog = (from: keyof typeof LOG_LEVELS = "warn"): Log => ({
  write(level, message, fields = {}) {
    if (LOG_LEVELS[level] >= LOG_LEVELS[from])
      // Unlike the stream, the console is one that a test runner can keep for the test that logs.
      console.error(JSON.stringify({ level, at: new Date().toISOString(), message, ...fields }));
  },
});
