import { withLevelComparison } from "../../agreements/approval/level-comparison.ts";
import { EmailSendApproval } from "./approval.rule-kind.ts";
import { checkLevels } from "./approval-need.rules.ts";
import { readAudienceSize } from "./audience-size.ts";
import { EmailSends } from "./email-send.entity.ts";

/** The kind of rule for the approval of bulk sends, with its dry run. It counts the audiences as they are now. */
export const emailSendApproval = withLevelComparison(EmailSendApproval, {
  collection: EmailSends,
  toTitle: ({ name }) => name,
  loadCheck: async (send) => {
    const recipients = await readAudienceSize(send);
    return ({ levels }) => ({ levels: checkLevels(levels, recipients) });
  },
});
