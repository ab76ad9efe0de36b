import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, NotebookPen, Phone, PhoneOff } from "lucide-react";
import { useState } from "react";
import { crm, read } from "../../../api/client.ts";
import { HOME_KEY, MAX_ROWS } from "../../../api/home-data.ts";
import { useInvalidation, useRecord } from "../../../api/records.ts";
import { recordPath, useKind, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { formatShownCount } from "../../../api/shown-count.ts";
import { BlockRow, BlockRows, HomeBlock } from "../../../frame/shell/home-block.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { EntryDialog } from "../../../records/record/entry-dialog.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button, ButtonLink } from "../../../ui/kit/button.tsx";
import { CutFacts } from "../../../ui/kit/cut-facts.tsx";
import { IconButton, IconLink } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import {
  type FollowUpReason,
  findAmount,
  listFollowUpFacts,
  listPostponements,
  nameParties,
  selectFollowUps,
} from "./follow-up-text.ts";

interface FollowUp {
  readonly record: { readonly id: string; readonly kind: string; readonly title: string };
  readonly priority: number;
  readonly reasons: readonly FollowUpReason[];
  readonly due_at: string | null;
  readonly activity_id: string | null;
  readonly contact_name: string | null;
  readonly person_name: string | null;
  readonly customer_name: string | null;
  readonly phone: string | null;
  readonly is_call_refused: boolean;
}

/** What other blocks show is left out, so more is read than shown. */
const MAX_READ = 20;

/** Whom the user should contact next, and why. Tickets, tasks and meetings have blocks of their own. */
export function FollowUpBlock({ now }: { readonly now: string }) {
  const t = useText();
  const scope = useScope();
  const options = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const [called, setCalled] = useState<FollowUp>();
  const queue = useQuery({
    queryKey: [...scope, HOME_KEY, "activity", "follow-ups"],
    queryFn: async () => (await read<FollowUp[]>("/api/v1/me/follow-ups", { limit: MAX_READ })).data,
  });
  const entries = selectFollowUps(
    queue.data ?? [],
    kinds.filter(({ operations }) => operations.includes("list")),
  );
  const [isExpanded, setExpanded] = useState(false);
  const rows = entries.slice(0, isExpanded ? MAX_READ : MAX_ROWS).flatMap((entry) => {
    const kind = kinds.find(({ kind: name }) => name === entry.record.kind);
    return kind ? [{ ...entry, href: recordPath(kind, entry.record.id) }] : [];
  });
  return (
    <HomeBlock
      title={t("Who to contact next")}
      count={formatShownCount(
        rows.length,
        { total: entries.length, isLowerBound: queue.data?.length === MAX_READ },
        options.locale,
        t,
      )}
      expansion={entries.length > MAX_ROWS ? { isExpanded, onToggle: () => setExpanded((before) => !before) } : undefined}
      isLoading={queue.isPending}
      hasFailed={queue.isError}
      onRetry={() => void queue.refetch()}
      isEmpty={rows.length === 0}
    >
      {/* The order is that of no other list, so it is said. */}
      <p className="-mt-2 px-4 pb-1 text-meta text-text-muted">{t("Due first, then the longest without activity")}</p>
      <BlockRows>
        {rows.map((entry) => (
          <FollowUpRow key={entry.record.id} entry={entry} now={now} onCall={() => setCalled(entry)} />
        ))}
      </BlockRows>
      {called ? <CallDialog entry={called} onClose={() => setCalled(undefined)} /> : null}
    </HomeBlock>
  );
}

interface FollowUpRowProps {
  readonly entry: FollowUp & { readonly href: string };
  readonly now: string;
  readonly onCall: () => void;
}

/** A person in the row that tasks have: name, customer and amount, then why now. On a phone the buttons stand below. */
function FollowUpRow({ entry, now, onCall }: FollowUpRowProps) {
  const options = useTextOptions();
  const isPhone = useIsPhone();
  const { name, about } = nameParties(entry);
  const [reason, chance] = listFollowUpFacts(entry, now, options);
  const facts = [...about, findAmount(entry.reasons, options), reason === undefined ? undefined : chance];
  const why = <CutFacts facts={[reason ?? chance]} />;
  return (
    <BlockRow
      href={entry.href}
      title={name}
      about={<CutFacts facts={facts} />}
      end={isPhone ? null : why}
      aboutEnd={isPhone ? why : null}
      actions={<FollowUpActions entry={entry} name={name} now={now} onCall={onCall} />}
    />
  );
}

interface FollowUpActionsProps {
  readonly entry: FollowUp;
  readonly name: string;
  readonly now: string;
  readonly onCall: () => void;
}

function FollowUpActions({ entry, name, now, onCall }: FollowUpActionsProps) {
  const t = useText();
  const { timeZone } = useTextOptions();
  const isPhone = useIsPhone();
  const postpone = usePostponement();
  const postponements = (days: number) => listPostponements(entry, { now, timeZone, days });
  const menu =
    postponements(1).length === 0 ? null : (
      <Menu
        placement="bottom end"
        trigger={<IconButton isSmall label={t("Postpone: {name}", { name })} icon={<Ellipsis />} />}
        onAction={(days) => void postpone(name, postponements(Number(days)))}
      >
        <MenuItem id="1" label={t("Postpone to tomorrow")} />
        <MenuItem id="3" label={t("Postpone by 3 days")} />
        <MenuItem id="7" label={t("Postpone by a week")} />
      </Menu>
    );
  const log = entry.record.kind === "activity" ? null : <LogButton onPress={onCall} />;
  return (
    <>
      {/* Only what is due can be postponed. The other buttons end each row, so that none has a hole at its end. */}
      {isPhone ? null : menu}
      {entry.is_call_refused ? (
        <span className="flex items-center gap-1 text-control text-warning">
          <PhoneOff />
          {t("No calls")}
        </span>
      ) : entry.phone ? (
        <CallLink name={name} phone={entry.phone} />
      ) : null}
      {isPhone ? (
        <span className="flex flex-1 items-center gap-2">
          {log}
          <span className="-me-1 ms-auto flex pointer-coarse:-me-3">{menu}</span>
        </span>
      ) : (
        log
      )}
    </>
  );
}

function LogButton({ onPress }: { readonly onPress: () => void }) {
  const t = useText();
  const isPhone = useIsPhone();
  return isPhone ? (
    <Button isSmall variant="quiet" icon={<NotebookPen />} onPress={onPress}>
      {t("Log call")}
    </Button>
  ) : (
    <IconButton isSmall label={t("Log call")} icon={<NotebookPen />} onPress={onPress} />
  );
}

/** Calls a number. On a phone this is what the row is for, so it is a button. */
function CallLink({ name, phone }: { readonly name: string; readonly phone: string }) {
  const t = useText();
  const isPhone = useIsPhone();
  const href = `tel:${phone}`;
  const label = t("Call {name}: {phone}", { name, phone });
  return isPhone ? (
    <ButtonLink href={href} aria-label={label} icon={<Phone />}>
      {t("Call now")}
    </ButtonLink>
  ) : (
    <IconLink isSmall label={label} href={href} icon={<Phone />} />
  );
}

/** Moves what is due, by the ordinary changes of its records. */
function usePostponement() {
  const t = useText();
  const queries = useQueryClient();
  const scope = useScope();
  const invalidate = useInvalidation();
  return async (name: string, changes: ReturnType<typeof listPostponements>): Promise<void> => {
    try {
      for (const { path, body } of changes) await crm.request("PATCH", path, { body });
      showToast({ text: t("{name}: the date was moved", { name }) });
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The date could not be moved"), isError: true });
    }
    await Promise.all([
      ...changes.map(({ kind, path }) => invalidate({ kind }, path.split("/").at(-1))),
      queries.invalidateQueries({ queryKey: [...scope, HOME_KEY] }),
    ]);
  };
}

function CallDialog({ entry: { record }, onClose }: { readonly entry: FollowUp; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const scope = useScope();
  const { data: kind } = useKind(record.kind);
  const { data: subject } = useRecord(kind, record.id);
  if (!kind || !subject) return null;
  const close = (): void => {
    onClose();
    void queries.invalidateQueries({ queryKey: [...scope, HOME_KEY] });
  };
  return <EntryDialog kind={kind} record={subject} name="call" onClose={close} />;
}
