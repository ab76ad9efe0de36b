import type { MailBlock } from "../../../records/mail/mail-block.ts";
import type { TestInterval, TestPair } from "../email-send/ab-test-rules.ts";

interface Content {
  readonly subject: string;
  readonly blocks: readonly MailBlock[] | null;
}

interface TestVariant {
  readonly id: string;
  readonly subject: string | null;
  readonly template_id: string | null;
  readonly content: Content | null;
  readonly sender_id: string | null;
  readonly send_at: string | null;
  readonly share: number;
}

interface TestDecision {
  readonly outcome: string;
  readonly better: string | null;
  readonly pairs: readonly TestPair[];
  readonly intervals: readonly TestInterval[];
  readonly decided_at: string;
  readonly decided_by: string | null;
}

/** An A/B test of a campaign. */
export interface AbTest {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly tests: string;
  readonly status: string;
  readonly success_metric: string;
  readonly sample_percent: number;
  readonly minimum_sample_size: number;
  readonly confidence_level: number;
  readonly decide_after_hours: number;
  readonly without_winner: string;
  readonly segment_id: string | null;
  readonly contact_list_id: string | null;
  readonly member_status: readonly string[] | null;
  readonly exclude_segment_ids: readonly string[];
  readonly sender_id: string | null;
  readonly tracks: boolean | null;
  readonly subscription_type: string | null;
  readonly throttle_per_hour: number | null;
  readonly subject: string | null;
  readonly template_id: string | null;
  readonly content: Content | null;
  readonly variants: readonly TestVariant[];
  readonly start_date: string | null;
  readonly end_date: string | null;
  readonly sample_sent_at: string | null;
  readonly rest_send_id: string | null;
  readonly decide_at: string | null;
  readonly decision: TestDecision | null;
  readonly winning_variant: string | null;
  readonly is_waiting: boolean;
  readonly error: string | null;
}
