import type { Field } from "../../api/schema.ts";
import { EMPTY, formatValue, isEmptyValue, type LabelledRecord } from "../../api/value-text.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { CopyButton } from "../../ui/kit/copy-button.tsx";
import { Dialog } from "../../ui/kit/dialog.tsx";

interface AnswerDialogProps {
  /** Says what the action has done. */
  readonly text: string;
  readonly answer: LabelledRecord;
  readonly fields: readonly Field[];
  readonly onClose: () => void;
}

/** Values that only the answer of an action has. Texts can be copied, because no page shows them later. */
export function AnswerDialog({ text, answer, fields, onClose }: AnswerDialogProps) {
  const t = useText();
  const options = useTextOptions();
  const shown = fields.filter(({ name }) => !isEmptyValue(answer[name]));
  return (
    <Dialog title={text} isOpen onOpenChange={onClose} actions={(close) => <Button onPress={close}>{t("Close")}</Button>}>
      <dl className="flex flex-col gap-4">
        {shown.map((field) => {
          const value = formatValue(answer, field, options);
          const isText = field.type === "text" || field.type === "url";
          return (
            <div key={field.name} className="flex min-w-0 items-start gap-3">
              <div className="flex min-w-0 flex-1 flex-col gap-1">
                <dt className="text-meta text-text-muted">{field.label}</dt>
                <dd dir="auto" className="text-control wrap-anywhere select-all">
                  {value === EMPTY ? [answer[field.name]].flat().join(" ") : value}
                </dd>
              </div>
              {isText && !field.multiple ? <CopyButton text={String(answer[field.name])} /> : null}
            </div>
          );
        })}
      </dl>
    </Dialog>
  );
}
