import type { Mailer } from "@crm/core/kernel/mailing.ts";
import { environment } from "../environment.ts";
import { sesClient, sesProvider } from "../ses-provider.ts";
import { smtpProvider } from "../smtp-provider.ts";

export const mailer = (): Mailer => {
  const client = sesClient({});
  return {
    house: environment("CRM_MAIL_FROM"),
    through: (server) => (server ? smtpProvider(server) : sesProvider(client, environment("CRM_MAIL_SET"))),
  };
};
