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
 * Mail by somebody's own server. The connection is nodemailer's, and who may use it is decided here: its own pool would hand a mail over
 * again whose answer was lost.
 */

export interface SmtpAccount {
  host: string;
  /** 465 with TLS from the start, else after STARTTLS. */
  port: number;
  user: string;
  password: string;
  /** Beside those that Node trusts. */
  authorities?: readonly string[];
}

/** Connections that are open to one server at once, and milliseconds for which one is kept that has nothing to do. */
const MAX_CONNECTIONS = 5;
const IDLE_MS = 20_000;

/** Loaded for the first mail that goes by a server of somebody's own. */
const loadLibrary = memoize(() => import("nodemailer/lib/smtp-connection"));

const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 60_000 };

/** Which servers may be asked, and what addresses are reached, is the caller's to say in a test alone. */
export function smtpProvider(
  account: SmtpAccount,
  wrongWith = findServerProblem,
  reach: Pick<OutboundPolicy, "resolve" | "isReachable"> = publicPolicy,
): MailProvider & { close(): void } {
  const { host, port, user, password: pass, authorities } = account;
  const secrets = [pass, Buffer.from(pass).toString("base64"), Buffer.from(`\0${user}\0${pass}`).toString("base64")];
  const idle = new Map<SMTPConnection, NodeJS.Timeout>();
  const waiting: (() => void)[] = [];
  let open = 0;

  const faultOf = (error: unknown, began: boolean): ProviderFault => {
    const { message = "", code, responseCode } = error as { message?: string; code?: string; responseCode?: number };
    return smtpFault({ message, code, responseCode, hasDataStarted: began }, secrets);
  };

  /** The connection goes to the address that was looked at, whatever the name says a moment later. */
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
        connection.login({ user, pass, credentials: { user, pass } }, (error) => {
          if (error) return failed(error);
          connection.removeListener("error", failed);
          // What happens to one that nobody uses ends it, and nothing else.
          connection.on("error", () => idle.delete(connection));
          connection.once("end", () => idle.delete(connection));
          resolve(connection);
        }),
      );
    });

  /** One that is there, or a new one; waits where all are in use. */
  const taken = async (): Promise<SMTPConnection> => {
    const [found] = idle;
    if (found) {
      clearTimeout(found[1]);
      idle.delete(found[0]);
      return found[0];
    }
    return connected();
  };

  const using = async <T>(work: (connection: SMTPConnection) => Promise<T>): Promise<T> => {
    const wrong = wrongWith(host, port);
    if (wrong !== undefined) throw fault("refused", "server", wrong);
    while (open >= MAX_CONNECTIONS) await new Promise<void>((resolve) => waiting.push(resolve));
    open++;
    try {
      const connection = await taken().catch((error: unknown) => {
        throw faultOf(error, false);
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
        let began = false;
        // Asked for once the server has said that it will have it.
        const text = Readable.from(
          (function* () {
            began = true;
            yield buildMime(mail);
          })(),
        );
        const to = bareAddress(mail.to);
        const envelope = { from: bareAddress(mail.from), to: [to, ...(mail.cc ?? []).map(bareAddress)] };
        return new Promise<ProviderReceipt>((resolve, reject) => {
          const lost = (error: unknown): void => reject(faultOf(error, began));
          const ended = (): void => lost(Object.assign(new Error("The connection has ended"), { code: "ECONNECTION" }));
          connection.once("end", ended);
          connection.send(envelope, text, (error, info) => {
            connection.removeListener("end", ended);
            if (error) return lost(error);
            const { rejectedErrors = [] } = info;
            const said = rejectedErrors.find((each) => each.recipient === to);
            const { code, message } = said ? faultOf(said, false) : { code: null, message: null };
            resolve({
              provider_id: mail.message_id,
              report: { status: said ? "undelivered" : "sent", at: Clock.now(), error_code: code, error_message: message },
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
