import { domain } from "../../kernel/domain.ts";
import { SMS_NUMBER, SMS_SENDER, SMS_SERVICE_ACCOUNT, smsAccountGrants } from "./sms-account.kind.ts";

export const smsAccount = domain({
  name: "sms-account",
  kinds: [SMS_SENDER, SMS_SERVICE_ACCOUNT, SMS_NUMBER],
  grants: [smsAccountGrants],
});
