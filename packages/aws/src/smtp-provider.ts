import { Readable } from "node:stream";
import { Clock } from "@crm/core/kernel/clock.ts";
import { memoize } from "@crm/core/kernel/memoize.ts";
import { type OutboundPolicy, publicPolicy, resolveAddress } from "@crm/core/kernel/outbound-http.ts";
import type { ProviderFault } from "@crm/core/lib/provider-http/fault.ts";
import { fault } from "@crm/core/lib/provider-http/http.rules.ts";
import { runAccountCheck } from "@crm/core/lib/provider-http/provider-client.ts";
import type { MailProvider } from "@crm/core/messaging/channel-provider/mail-provider.ts";
import type { ProviderReceipt } from "@crm/core/messaging/channel-provider/sms-provider.ts";
import { findServerProblem, smtpFault } from "@crm/core/messaging/channel-provider/smtp.rules.ts";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { bareAddress, buildMime } from "./mime.ts";

/**
 * Sends mail through a tenant's own server. nodemailer makes the connections and this module pools them: nodemailer's own pool
 * would resend a mail whose response was lost.
 */

interface SmtpAccount {
  host: string;
  /** Port 465 uses TLS from the start, all others STARTTLS. */
  port: number;
  user: string;
  password: string;
  /** Certificate authorities in addition to those that Node trusts. */
  authorities?: readonly string[];
}

/** Maximum connections to one server, and milliseconds after which an idle connection is closed. */
const MAX_CONNECTIONS = 5;
const IDLE_MS = 20_000;

/** Loaded for the first mail that goes through a tenant's own server. */
const loadLibrary = memoize(() => import("nodemailer/lib/smtp-connection"));

const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 60_000 };

/**
 * Returns a mail provider for an account. Only tests pass `wrongWith` and `reach`, which decide the servers and addresses that
 * are allowed.
 */
export function smtpProvider(
  account: SmtpAccount,
  wrongWith = findServerProblem,
  reach: Pick<OutboundPolicy, "resolve" | "isReachable"> = publicPolicy,
): MailProvider & { close(): void } {
  const { host, port, user, password, authorities } = account;
  const secrets = [password, Buffer.from(password).toString("base64"), Buffer.from(`\0${user}\0${password}`).toString("base64")];
  const idle = new Map<SMTPConnection, NodeJS.Timeout>();
  const waiting: (() => void)[] = [];
  let open = 0;

  const buildFault = (error: unknown, hasDataStarted: boolean): ProviderFault => {
    const { message = "", code, responseCode } = error as { message?: string; code?: string; responseCode?: number };
    return smtpFault({ message, code, responseCode, hasDataStarted: hasDataStarted }, secrets);
  };

  /** The connection goes to the address that was checked, even if the name resolves to another address a moment later. */
  const connected = async (): Promise<SMTPConnection> => {
    const [address, { default: Connection }] = await Promise.all([resolveAddress(host, reach), loadLibrary()]);
    return connectedTo(address, Connection);
  };

  const connectedTo = (address: string, Connection: typeof SMTPConnection): Promise<SMTPConnection> =>
    new Promise((resolve, reject) => {
      const connection = new Connection({
        ...{ host: address, port, secure: port === 465, requireTLS: true, ...TIMEOUTS },
        tls: { minVersion: "TLSv1.2", servername: host, ...(authorities ? { ca: [...authorities] } : {}) },
      });
      const failed = (error: unknown): void => {
        connection.close();
        reject(error);
      };
      connection.once("error", failed);
      connection.connect(() =>
        connection.login({ user, pass: password, credentials: { user, pass: password } }, (error) => {
          if (error) return failed(error);
          connection.removeListener("error", failed);
          // An error on an idle connection only removes that connection.
          connection.on("error", () => idle.delete(connection));
          connection.once("end", () => idle.delete(connection));
          resolve(connection);
        }),
      );
    });

  /** Takes an idle connection, or opens a new one. */
  const takeConnection = async (): Promise<SMTPConnection> => {
    const [idleEntry] = idle;
    if (idleEntry) {
      clearTimeout(idleEntry[1]);
      idle.delete(idleEntry[0]);
      return idleEntry[0];
    }
    return connected();
  };

  const using = async <T>(work: (connection: SMTPConnection) => Promise<T>): Promise<T> => {
    const problem = wrongWith(host, port);
    if (problem !== undefined) throw fault("refused", "server", problem);
    while (open >= MAX_CONNECTIONS) await new Promise<void>((resolve) => waiting.push(resolve));
    open++;
    try {
      const connection = await takeConnection().catch((error: unknown) => {
        throw buildFault(error, false);
      });
      try {
        const result = await work(connection);
        idle.set(connection, setTimeout(() => connection.quit(), IDLE_MS).unref());
        return result;
      } catch (error) {
        connection.close();
        throw error;
      }
    } finally {
      open--;
      waiting.shift()?.();
    }
  };

  return {
    provider: "smtp",
    send: (mail) =>
      using(async (connection) => {
        let hasDataStarted = false;
        // nodemailer reads the text once the server is ready to accept it.
        const text = Readable.from(
          (function* () {
            hasDataStarted = true;
            yield buildMime(mail);
          })(),
        );
        const to = bareAddress(mail.to);
        const envelope = { from: bareAddress(mail.from), to: [to, ...(mail.cc ?? []).map(bareAddress)] };
        return new Promise<ProviderReceipt>((resolve, reject) => {
          const rejectSend = (error: unknown): void => reject(buildFault(error, hasDataStarted));
          const handleEnd = (): void =>
            rejectSend(Object.assign(new Error("The connection was closed"), { code: "ECONNECTION" }));
          connection.once("end", handleEnd);
          connection.send(envelope, text, (error, info) => {
            connection.removeListener("end", handleEnd);
            if (error) return rejectSend(error);
            const { rejectedErrors = [] } = info;
            const rejection = rejectedErrors.find((rejectedError) => rejectedError.recipient === to);
            const { code, message } = rejection ? buildFault(rejection, false) : { code: null, message: null };
            resolve({
              provider_id: mail.message_id,
              report: {
                status: rejection ? "undelivered" : "sent",
                reportedAt: Clock.now(),
                error_code: code,
                error_message: message,
              },
            });
          });
        });
      }),
    check: () => runAccountCheck(() => using(async () => ({ works: true, problems: [], account_name: user }))),
    close() {
      for (const [connection, timer] of idle) {
        clearTimeout(timer);
        connection.close();
      }
      idle.clear();
    },
  };
}
