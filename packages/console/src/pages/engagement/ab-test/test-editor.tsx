import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { SendForm } from "../email-send/send-form.tsx";
import { emptySend, type Made } from "../email-send/send-rules.ts";
import { useAbTest, useTestNames } from "./ab-test-data.ts";
import { readTestDraft } from "./test-draft.ts";

interface TestEditorProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** The draft that is changed. Undefined: a new test. */
  readonly id: string | undefined;
  readonly onDone: (made: Made) => void;
  readonly onClose: () => void;
}

const newTest = { ...emptySend, hasVariants: true };

/** Writes an A/B test: a new one, or one that has not started. */
export function TestEditor({ id, ...props }: TestEditorProps) {
  return id === undefined ? <SendForm {...props} channel="email" initial={newTest} /> : <StoredTestEditor {...props} id={id} />;
}

function StoredTestEditor({ id, ...props }: TestEditorProps & { readonly id: string }) {
  const t = useText();
  const query = useAbTest(props.record.id, id);
  const test = query.data?.test;
  const names = useTestNames(test);
  if (query.error) return <LoadError query={query} text={t("The test could not be loaded")} />;
  if (!test || !names) return <Skeleton shape="block" />;
  return <SendForm {...props} channel="email" initial={readTestDraft(test, names)} test={{ id, version: test.version }} />;
}
