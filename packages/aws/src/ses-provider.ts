import { GetAccountCommand, SESv2Client, type SESv2ClientConfig, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runAccountCheck } from "@crm/core/lib/provider-http/provider-client.ts";
import type { MailProvider } from "@crm/core/messaging/channel-provider/mail-provider.ts";
import { MESSAGE_TAG } from "@crm/core/messaging/channel-provider/ses.rules.ts";
import { sesFault } from "@crm/core/messaging/channel-provider/ses-fault.rules.ts";
import { type Client, errorName } from "./client.ts";
import { buildMime, formatMailbox } from "./mime.ts";

/** Creates a client that never retries: SES may have accepted the first attempt although it failed. */
export const sesClient = (config: SESv2ClientConfig): SESv2Client => new SESv2Client({ ...config, maxAttempts: 1 });

/** The characters that SES accepts in the value of a tag. */
const TAG_VALUE = /^[\w-]{1,256}$/;

/** Sends mail through SES with its API v2. `set` is the configuration set whose events SES reports back. */
export function sesProvider(client: Client, set: string): MailProvider {
  const call = async <T>(command: object): Promise<T> => {
    try {
      return (await client.send(command)) as T;
    } catch (error) {
      const { message = "", $metadata } = error as { message?: string; $metadata?: { httpStatusCode?: number } };
      throw sesFault({ name: errorName(error), message, status: $metadata?.httpStatusCode });
    }
  };
  return {
    provider: "ses",
    async send(mail) {
      const { MessageId } = await call<{ MessageId?: string }>(
        new SendEmailCommand({
          FromEmailAddress: formatMailbox(mail.from),
          Destination: {
            ToAddresses: [formatMailbox(mail.to)],
            ...(mail.cc?.length ? { CcAddresses: mail.cc.map(formatMailbox) } : {}),
          },
          ConfigurationSetName: set,
          ...(TAG_VALUE.test(mail.id) ? { EmailTags: [{ Name: MESSAGE_TAG, Value: mail.id }] } : {}),
          Content: { Raw: { Data: Buffer.from(buildMime(mail, true)) } },
        }),
      );
      if (!MessageId) throw sesFault({ name: "no id", message: "", status: undefined });
      return { provider_id: MessageId, report: { status: "sent", reportedAt: Clock.now() } };
    },
    check: () =>
      runAccountCheck(async () => {
        const { SendingEnabled, EnforcementStatus, ProductionAccessEnabled } = await call<{
          SendingEnabled?: boolean;
          EnforcementStatus?: string;
          ProductionAccessEnabled?: boolean;
        }>(new GetAccountCommand({}));
        const isWorking = SendingEnabled !== false && EnforcementStatus !== "SHUTDOWN";
        const problems = [
          ...(isWorking ? [] : [{ code: "sending_paused", message: "SES has paused sending for this account" }]),
          ...(ProductionAccessEnabled === false
            ? [{ code: "sandbox", message: "The account is in the sandbox: only verified addresses receive mail" }]
            : []),
        ];
        return { works: isWorking, problems, account_name: null };
      }),
  };
}
