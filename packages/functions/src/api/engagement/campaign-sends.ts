import { CampaignSend } from "@crm/core/engagement/campaign-send/campaign-send.ts";
import { emailSendGrants } from "@crm/core/engagement/email-send/email-send.kind.ts";
import { operation } from "../../http/operation.ts";

/** Mails and text messages to the members of a campaign. */

const send = {
  tag: "Campaigns",
  access: emailSendGrants.write,
  keyspaces: ["throttle"],
  status: 202,
  output: CampaignSend.Result.meta({ id: "CampaignSendResult" }),
} as const;

export const sendOperations = [
  operation({
    name: "sendCampaignEmail",
    method: "POST",
    path: "/campaigns/{id}/send-email",
    summary: "Send a mail to the members of a campaign",
    description:
      "Makes an email send to the active members, at once or at its time. Each person gets one mail. The campaign must be IN_PROGRESS; for a time " +
      "in the future it can also be PLANNING. With `test_to`, only these users get the mail, as a test. With `variants`, an A/B test is " +
      "created and started.",
    verb: CampaignSend.sendEmail,
    ...send,
  }),
  operation({
    name: "sendCampaignSms",
    method: "POST",
    path: "/campaigns/{id}/send-sms",
    summary: "Send a text message to the members of a campaign",
    description: "As for mails. Quiet hours of the recipient's country delay a message.",
    verb: CampaignSend.sendSms,
    ...send,
  }),
] as const;
