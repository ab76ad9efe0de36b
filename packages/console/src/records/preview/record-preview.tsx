import { NotFoundError } from "@crm/sdk/index.ts";
import { ChevronDown, ChevronUp, Maximize2, X } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useRecord } from "../../api/records.ts";
import { type Field, formatTitle, type Kind, recordPath } from "../../api/schema.ts";
import { isEmptyValue, readValue } from "../../api/value-text.ts";
import { LoadError } from "../../frame/shell/load-error.tsx";
import { FieldValue } from "../../input/fields/field-value.tsx";
import { toNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { KeyFields } from "../record/key-fields.tsx";
import { hasFailed } from "../record/record-rules.ts";
import { RecordTimeline } from "../record/record-timeline.tsx";
import { chooseCardFields } from "../rows/list-columns.ts";
import { PreviewActions } from "./preview-actions.tsx";
import { belongsToField, listPreviewFields } from "./preview-rules.ts";

/** The kind with its few key fields only, without the status, which stands beside the title, so that the latest activity is in view. */
function selectKeyFields(kind: Kind, label: string, status: Field | undefined): Kind {
  const fields = listPreviewFields(kind, status?.name);
  return { ...kind, layout: { ...kind.layout, sections: [{ name: "key", label, fields }] } };
}

interface RecordPreviewProps {
  readonly kind: Kind;
  readonly id: string;
  readonly onClose: () => void;
  readonly onOpen: () => void;
  readonly onNext: (() => void) | undefined;
  readonly onPrevious: (() => void) | undefined;
}

/** The key fields of a record and what happened with it, beside the list. Arrows move to the next record, Esc closes, Enter opens the record. */
export function RecordPreview({ kind, id, onClose, onOpen, onNext, onPrevious }: RecordPreviewProps) {
  const t = useText();
  const record = useRecord(kind, id);
  const { status } = chooseCardFields(kind);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const target = event.target as HTMLElement;
    // Keys of menus and fields are theirs. Menus stand elsewhere in the page.
    if (!event.currentTarget.contains(target) || belongsToField(target)) return;
    const keys: Readonly<Record<string, (() => void) | undefined>> = {
      Escape: onClose,
      ArrowDown: onNext,
      ArrowUp: onPrevious,
      // On a button or a link, Enter presses it.
      ...(target === event.currentTarget ? { Enter: onOpen } : {}),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  return (
    <aside
      aria-label={t("Preview of {kind}", { kind: toNoun(kind.label) })}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
      tabIndex={0}
      onKeyDown={onKeyDown}
      className="flex w-preview shrink-0 flex-col overflow-auto border-s border-border bg-surface ring-focused"
    >
      <header className="sticky top-0 z-1 flex flex-col gap-2 border-b border-border bg-surface py-2 ps-4 pe-2">
        <div className="flex min-w-0 items-start gap-1">
          <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2">
            <h2 dir="auto" className="min-h-control-small min-w-0 content-center text-section font-semibold wrap-anywhere">
              {record.data ? (
                <Link variant="heading" href={recordPath(kind, id)}>
                  {formatTitle(kind, record.data)}
                </Link>
              ) : null}
            </h2>
            {record.data && status && !isEmptyValue(readValue(record.data, status.name)) ? (
              <FieldValue record={record.data} field={status} isCell />
            ) : null}
          </div>
          <IconButton isSmall label={t("Previous record")} icon={<ChevronUp />} isDisabled={!onPrevious} onPress={onPrevious} />
          <IconButton isSmall label={t("Next record")} icon={<ChevronDown />} isDisabled={!onNext} onPress={onNext} />
          <IconButton isSmall label={t("Open")} icon={<Maximize2 />} onPress={onOpen} />
          <IconButton isSmall label={t("Close")} icon={<X />} onPress={onClose} />
        </div>
        {record.data ? <PreviewActions key={id} kind={kind} record={record.data} /> : null}
      </header>
      {record.error instanceof NotFoundError ? (
        <EmptyState kind="forbidden" title={t("There is no such record, or you may not see it")} />
      ) : hasFailed(record) ? (
        <div className="p-4">
          <LoadError query={record} text={t("The record could not be loaded")} />
        </div>
      ) : (
        <div key={id} className="flex flex-col gap-6 p-4 [--field-columns:var(--preview-field-columns)]">
          {record.data ? (
            <KeyFields isInSection kind={selectKeyFields(kind, t("Key fields"), status)} record={record.data} />
          ) : (
            <div className="flex flex-col gap-6" aria-busy="true">
              <Skeleton width="medium" />
              <Skeleton width="full" />
              <Skeleton width="medium" />
            </div>
          )}
          <div className={record.data ? "" : "invisible"}>
            <RecordTimeline isInSection kind={kind} id={id} />
          </div>
        </div>
      )}
    </aside>
  );
}
