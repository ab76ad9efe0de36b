import { Readable } from "node:stream";
import { Clock } from "@crm/core/kernel/clock.ts";
import { lazily } from "@crm/core/kernel/once.ts";
import { addressOf, publicReach, type Reach } from "@crm/core/kernel/outbound.ts";
import type { MailProvider } from "@crm/core/message/provider/mail-provider.ts";
import type { Taken } from "@crm/core/message/provider/sms-provider.ts";
import { smtpFault, wrongWithServer } from "@crm/core/message/provider/smtp.rules.ts";
import type { ProviderFault } from "@crm/core/provider/fault.ts";
import { fault } from "@crm/core/provider/http.rules.ts";
import { checked } from "@crm/core/provider/service.ts";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { bareOf, mimeOf } from "./mime.ts";

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
const MOST = 5;
const IDLE = 20_000;

/** Loaded for the first mail that goes by a server of somebody's own. */
const library = lazily(() => import("nodemailer/lib/smtp-connection"));

const TIMES = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 60_000 };

/** Which servers may be asked, and what addresses are reached, is the caller's to say in a test alone. */
export function smtpProvider(
  account: SmtpAccount,
  wrongWith = wrongWithServer,
  reach: Pick<Reach, "resolve" | "mayReach"> = publicReach,
): MailProvider & { close(): void } {
  const { host, port, user, password: pass, authorities } = account;
  const secrets = [pass, Buffer.from(pass).toString("base64"), Buffer.from(`\0${user}\0${pass}`).toString("base64")];
  const idle = new Map<SMTPConnection, NodeJS.Timeout>();
  const waiting: (() => void)[] = [];
  let open = 0;

  const faultOf = (error: unknown, began: boolean): ProviderFault => {
    const { message = "", code, responseCode } = error as { message?: string; code?: string; responseCode?: number };
    return smtpFault({ message, code, responseCode, began }, secrets);
  };

  /** The connection goes to the address that was looked at, whatever the name says a moment later. */
  const connected = async (): Promise<SMTPConnection> => {
    const [address, { default: Connection }] = await Promise.all([addressOf(host, reach), library()]);
    return connectedTo(address, Connection);
  };

  const connectedTo = (address: string, Connection: typeof SMTPConnection): Promise<SMTPConnection> =>
    new Promise((resolve, reject) => {
      const connection = new Connection({
        ...{ host: address, port, secure: port === 465, requireTLS: true, ...TIMES },
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
    while (open >= MOST) await new Promise<void>((resolve) => waiting.push(resolve));
    open++;
    try {
      const connection = await taken().catch((error: unknown) => {
        throw faultOf(error, false);
      });
      try {
        const result = await work(connection);
        idle.set(connection, setTimeout(() => connection.quit(), IDLE).unref());
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
            yield mimeOf(mail);
          })(),
        );
        const to = bareOf(mail.to);
        const envelope = { from: bareOf(mail.from), to: [to, ...(mail.cc ?? []).map(bareOf)] };
        return new Promise<Taken>((resolve, reject) => {
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
    check: () => checked(() => using(async () => ({ works: true, problems: [], account_name: user }))),
    close() {
      for (const [connection, timer] of idle) {
        clearTimeout(timer);
        connection.close();
      }
      idle.clear();
    },
  };
}
