import { domain } from "../../kernel/domain.ts";
import { SMS_NUMBER, SMS_SENDER, SMS_SERVICE_ACCOUNT, smsAccountGrants } from "./sms-account.kind.ts";

export const smsAccount = domain({
  name: "sms-account",
  kinds: [SMS_SENDER, SMS_SERVICE_ACCOUNT, SMS_NUMBER],
  personalData: {
    sms_sender: async () => (await import("./sender.personal-data.ts")).smsSender,
    sms_service_account: async () => (await import("./service-account.personal-data.ts")).smsServiceAccount,
    sms_number: async () => (await import("./number.personal-data.ts")).smsNumber,
  },
  grants: [smsAccountGrants],
});
