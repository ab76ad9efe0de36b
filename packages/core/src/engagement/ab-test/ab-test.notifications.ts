import { isId } from "../../kernel/id.ts";
import type { NotificationType } from "../../platform/notification/notification-type.ts";
import { USER } from "../../platform/user/user.kind.ts";
import type { AbTestRecord } from "./ab-test.entity.ts";

/** Goes to the user who started a test, when the others wait for a choice. An API key starts a test without a user. */
export const waiting: NotificationType<AbTestRecord> = {
  recipient: ({ is_waiting, started_by }) => (is_waiting && started_by && isId(started_by, USER) ? started_by : null),
  title: ({ name }) => `Choose a variant of the A/B test: ${name}`.slice(0, 300),
  body: ({ error }) => error,
};
