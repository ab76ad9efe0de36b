import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Clock, Phone, PhoneOff } from "lucide-react";
import { useState } from "react";
import { crm, read } from "../data/client.ts";
import { useInvalidation, useRecord } from "../data/records.ts";
import { recordPath, useKind, useKindIndex } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { readErrors } from "../form/form-state.ts";
import { useText } from "../i18n/use-text.ts";
import { Button } from "../kit/button.tsx";
import { IconButton } from "../kit/icon-button.tsx";
import { Link } from "../kit/link.tsx";
import { Menu, MenuItem } from "../kit/menu.tsx";
import { showToast } from "../kit/toast.tsx";
import { useIsPhone } from "../kit/use-media.ts";
import { EntryDialog } from "../record/entry-dialog.tsx";
import {
  type FollowUpReason,
  findAmount,
  formatReason,
  listPostponements,
  listWords,
  selectFollowUps,
} from "./follow-up-text.ts";
import { AboutParts, BlockRow, BlockRows, HomeBlock } from "./home-block.tsx";
import { HOME_KEY, MAX_ROWS } from "./home-data.ts";

interface FollowUp {
  readonly record: { readonly id: string; readonly kind: string; readonly title: string };
  readonly priority: number;
  readonly reasons: readonly FollowUpReason[];
  readonly due_at: string | null;
  readonly activity_id: string | null;
  readonly contact_name: string | null;
  readonly phone: string | null;
  readonly is_call_refused: boolean;
}

/** Reasons of one entry that the block shows. */
const MAX_REASONS = 3;
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
  const rows = entries.slice(0, MAX_ROWS).flatMap((entry) => {
    const kind = kinds.find(({ kind: name }) => name === entry.record.kind);
    return kind ? [{ ...entry, href: recordPath(kind, entry.record.id) }] : [];
  });
  return (
    <HomeBlock
      title={t("Who to contact next")}
      name={t("follow-ups")}
      isLoading={queue.isPending}
      hasFailed={queue.isError}
      onRetry={() => void queue.refetch()}
      isEmpty={rows.length === 0}
    >
      <BlockRows>
        {rows.map((entry) => (
          <BlockRow
            key={entry.record.id}
            isStacked
            href={entry.href}
            title={entry.record.title || entry.record.id}
            about={
              <AboutParts
                parts={[
                  ...(entry.contact_name ? [[entry.contact_name]] : []),
                  ...listWords(entry.reasons)
                    .slice(0, MAX_REASONS)
                    .map((reason) => [formatReason(reason, t, options)]),
                ]}
              />
            }
            end={findAmount(entry.reasons, options)}
            actions={<FollowUpActions entry={entry} now={now} onCall={() => setCalled(entry)} />}
          />
        ))}
      </BlockRows>
      {called ? <CallDialog entry={called} onClose={() => setCalled(undefined)} /> : null}
    </HomeBlock>
  );
}

interface FollowUpActionsProps {
  readonly entry: FollowUp;
  readonly now: string;
  readonly onCall: () => void;
}

function FollowUpActions({ entry, now, onCall }: FollowUpActionsProps) {
  const t = useText();
  const { timeZone } = useTextOptions();
  const isPhone = useIsPhone();
  const postpone = usePostponement();
  const title = entry.record.title || entry.record.id;
  const postponements = (days: number) => listPostponements(entry, { now, timeZone, days });
  return (
    <>
      {entry.is_call_refused ? (
        <span className="flex items-center gap-1 text-control text-warning">
          <PhoneOff />
          {t("No calls")}
        </span>
      ) : entry.phone ? (
        <Link
          variant="action"
          href={`tel:${entry.phone}`}
          aria-label={t("Call {name}: {phone}", { name: title, phone: entry.phone })}
        >
          <span dir="ltr" className="block whitespace-nowrap tablet:w-phone tablet:text-end">
            {entry.phone}
          </span>
        </Link>
      ) : null}
      {entry.record.kind === "activity" ? null : isPhone ? (
        <IconButton label={t("Log call: {name}", { name: title })} icon={<Phone />} onPress={onCall} />
      ) : (
        <Button isSmall icon={<Phone />} onPress={onCall}>
          {t("Log call")}
        </Button>
      )}
      {postponements(1).length === 0 ? (
        // Its place stays, so that the buttons of all rows stand below each other.
        <span aria-hidden="true" className="hidden w-control-small tablet:block" />
      ) : (
        <Menu
          placement="bottom end"
          trigger={<IconButton isSmall label={t("Later: {name}", { name: title })} icon={<Clock />} />}
          onAction={(days) => void postpone(title, postponements(Number(days)))}
        >
          <MenuItem id="1" label={t("Tomorrow")} />
          <MenuItem id="3" label={t("In 3 days")} />
          <MenuItem id="7" label={t("In a week")} />
        </Menu>
      )}
    </>
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
