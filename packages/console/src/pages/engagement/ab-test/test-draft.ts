import type { Option } from "../../../ui/kit/option-type.ts";
import { emptySend, type SendDraft, type TestedPart } from "../email-send/send-rules.ts";
import type { AbTest } from "./ab-test.ts";

/** Whether the form of a mail can show everything that a test has. Tests that the API made may have HTML without blocks. */
export const isEditableTest = ({ status, content, variants }: AbTest): boolean =>
  status === "DRAFT" && (content === null || content.blocks !== null) && variants.every((variant) => variant.content === null);

/** Returns what the form of a mail shows of a stored test. `names` has the names of the records that it names. */
export function readTestDraft(test: AbTest, names: ReadonlyMap<string, string>): SendDraft {
  const toOption = (id: string | null): Option | null => (id === null ? null : { id, label: names.get(id) ?? "" });
  const { name, sample_percent, decide_after_hours, success_metric, minimum_sample_size, confidence_level, without_winner } =
    test;
  return {
    ...emptySend,
    ...{ name, sample_percent, decide_after_hours, success_metric, minimum_sample_size, confidence_level, without_winner },
    source: test.content ? "own" : "template",
    template: toOption(test.template_id),
    subject: test.subject ?? test.content?.subject ?? "",
    blocks: test.content?.blocks ?? null,
    sender: toOption(test.sender_id),
    audience: test.segment_id ? "segment" : test.contact_list_id ? "list" : "members",
    segment: toOption(test.segment_id),
    list: toOption(test.contact_list_id),
    tracks: test.tracks,
    member_status: test.member_status ?? [],
    excluded: test.exclude_segment_ids.flatMap((id) => toOption(id) ?? []),
    throttle_per_hour: test.throttle_per_hour,
    subscription_type: test.subscription_type,
    hasVariants: true,
    tests: test.tests as TestedPart,
    variants: test.variants.map(({ subject, template_id, sender_id, send_at, share }) => ({
      ...{ subject: subject ?? "", send_at, share },
      template: toOption(template_id),
      sender: toOption(sender_id),
    })),
  };
}
