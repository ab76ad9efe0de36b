import { Ellipsis, Merge, Split, Sun, TimerReset } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { shortLabel } from "../../../api/action-label.ts";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import type { Action, Kind } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { showKeys, useShortcut } from "../../../frame/shortcuts/use-shortcut.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { ActionDialog } from "../../../records/record/action-dialog.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem, MenuSection } from "../../../ui/kit/menu.tsx";
import type { Option } from "../../../ui/kit/option.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { formatMoment } from "./clock-rules.ts";
import { MergeLayer } from "./merge-layer.tsx";
import { resolveSnooze, type SnoozeChoice } from "./snooze-rules.ts";
import type { OtherTicket } from "./thread-rules.ts";

const SnoozeDialog = lazy(() => import("./snooze-dialog.tsx").then(({ SnoozeDialog: dialog }) => ({ default: dialog })));

/** The work on a whole ticket, and the message that a refusal gives. */
export function useTicketChange(kind: Kind, record: ConsoleRecord | undefined) {
  const t = useText();
  const invalidate = useInvalidation();
  const change = async (action: string, body: object, onDone?: (answer: ConsoleRecord) => void): Promise<void> => {
    if (!record) return;
    try {
      // In a call of its own: without a listener, the arguments of an optional call are not evaluated.
      const answer = await crm.request<ConsoleRecord>("POST", `${kind.path}/${record.id}/${action}`, { body });
      onDone?.(answer);
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The ticket could not be changed"), isError: true });
    } finally {
      await invalidate(kind, record.id);
    }
  };
  return {
    merge: ({ id: ticket_id, label: subject }: Option) =>
      change("merge", { ticket_id }, () =>
        showToast({
          text: t("“{subject}” was merged into this ticket", { subject }),
          undo: () => void change("unmerge", { ticket_id }),
        }),
      ),
    split: (subject: string, comment_ids: readonly string[], onDone: () => void) =>
      change("split", { subject, comment_ids }, ({ id: ticket_id }) => {
        onDone();
        showToast({
          text: t("The messages are a ticket of their own: {subject}", { subject }),
          undo: () => void change("unsplit", { ticket_id }),
        });
      }),
    undo: ({ type, ticket_id }: OtherTicket) => change(type === "MERGED" ? "unmerge" : "unsplit", { ticket_id }),
    snooze: (until: string, onDone: () => void) => change("snooze", { until }, onDone),
    wake: () => change("wake", {}),
  };
}

interface TicketToolsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly onSplit: () => void;
}

const isEnded = ({ status }: ConsoleRecord): boolean => status === "RESOLVED" || status === "CLOSED";

/** The action that comes at the end of a ticket: an open one is resolved, and a resolved one closed. A closed one has none. */
const findEndAction = ({ actions }: Kind, { status, is_resolved }: ConsoleRecord): Action | undefined =>
  status === "CLOSED" ? undefined : actions.find(({ name }) => name === (is_resolved === true ? "closeTicket" : "resolveTicket"));

/** The menu of a ticket at the desk: merge, split and snooze. */
export function TicketTools({ kind, record, onSplit }: TicketToolsProps) {
  const t = useText();
  const options = useTextOptions();
  const { permissions } = useSession();
  const [layer, setLayer] = useState<"merge" | "snooze" | "end">();
  const { merge, snooze, wake } = useTicketChange(kind, record);
  const canWork = permissions.includes("ticket:work") && record.merged_into_id === null;
  useShortcut("merge-ticket", () => setLayer("merge"), canWork);
  useShortcut("split-ticket", onSplit, canWork);
  useShortcut("snooze-ticket", () => setLayer("snooze"), canWork && !isEnded(record));
  if (!canWork) return null;
  const isSnoozed = typeof record.snoozed_until === "string";
  const snoozeUntil = (until: string): Promise<void> =>
    snooze(until, () =>
      showToast({
        text: t("Snoozed until {time}", { time: formatMoment(until, new Date().toISOString(), options) }),
        undo: () => void wake(),
      }),
    );
  const act = (key: string): void => {
    if (key === "merge") setLayer("merge");
    else if (key === "split") onSplit();
    else if (key === "wake") void wake();
    else if (key === "time") setLayer("snooze");
    else void snoozeUntil(resolveSnooze(key as SnoozeChoice, new Date().toISOString(), options.timeZone));
  };
  const snoozes: ReactNode = isSnoozed ? (
    <MenuItem id="wake" icon={<Sun />} label={t("Return to the queue now")} />
  ) : (
    <>
      <MenuItem id="later" icon={<TimerReset />} label={t("In 3 hours")} />
      <MenuItem id="tomorrow" icon={<TimerReset />} label={t("Tomorrow morning")} />
      <MenuItem id="week" icon={<TimerReset />} label={t("Next Monday morning")} />
      <MenuItem id="time" icon={<TimerReset />} label={t("Choose a time…")} shortcut={showKeys("snooze-ticket")} />
    </>
  );
  const end = findEndAction(kind, record);
  return (
    <>
      {end ? (
        <span className="pe-1">
          <Button isSmall onPress={() => setLayer("end")}>
            {shortLabel(end, kind)}
          </Button>
        </span>
      ) : null}
      {end && layer === "end" ? (
        <ActionDialog kind={kind} record={record} action={end} onClose={() => setLayer(undefined)} />
      ) : null}
      <Menu
        placement="bottom end"
        trigger={<IconButton isSmall label={t("Ticket actions")} icon={<Ellipsis />} />}
        onAction={(key) => act(String(key))}
      >
        <MenuItem id="merge" icon={<Merge />} label={t("Merge with another ticket…")} shortcut={showKeys("merge-ticket")} />
        <MenuItem id="split" icon={<Split />} label={t("Split off messages")} shortcut={showKeys("split-ticket")} />
        {isEnded(record) ? null : <MenuSection title={t("Snooze")}>{snoozes}</MenuSection>}
      </Menu>
      <MergeLayer
        kind={kind}
        record={record}
        isOpen={layer === "merge"}
        onClose={() => setLayer(undefined)}
        onChoose={(ticket) => void merge(ticket)}
      />
      {layer === "snooze" ? (
        <Suspense>
          <SnoozeDialog onClose={() => setLayer(undefined)} onChoose={(until) => void snoozeUntil(until)} />
        </Suspense>
      ) : null}
    </>
  );
}
