import type { Mailer } from "@crm/core/kernel/mail-provider.ts";
import { readVariable } from "../environment.ts";
import { sesClient, sesProvider } from "../ses-provider.ts";
import { smtpProvider } from "../smtp-provider.ts";

export const mailer = (): Mailer => {
  const client = sesClient({});
  return {
    systemAddress: readVariable("CRM_MAIL_FROM"),
    providerFor: (server) => (server ? smtpProvider(server) : sesProvider(client, readVariable("CRM_MAIL_SET"))),
  };
};
