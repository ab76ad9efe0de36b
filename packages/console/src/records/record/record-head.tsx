import { FileDown, Link as LinkIcon, Mail, MoreHorizontal, Pencil, Phone, Printer, Trash2 } from "lucide-react";
import { Suspense, useState } from "react";
import { menuLabel, shortLabel } from "../../api/action-label.ts";
import { requestAction } from "../../api/action-request.ts";
import { crm, readFile } from "../../api/client.ts";
import { createCodeFinder, matchesCondition } from "../../api/condition.ts";
import { saveFile } from "../../api/file-download.ts";
import { findPages } from "../../api/page-manifest.ts";
import { isPartAction } from "../../api/part-actions.ts";
import { fillPath, listPathFields } from "../../api/record-template.ts";
import { type ConsoleRecord, useInvalidation } from "../../api/records.ts";
import { type Action, editPath, formatTitle, type Kind, listPath } from "../../api/schema.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { isEmptyValue, readValue } from "../../api/value-text.ts";
import { RecordTools } from "../../frame/shell/record-tools.tsx";
import { FieldValue } from "../../input/fields/field-value.tsx";
import { RecordAvatar } from "../../input/fields/record-avatar.tsx";
import { readErrors } from "../../input/form/form-state.ts";
import { toNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { IconButton, IconLink } from "../../ui/kit/icon-button.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { Menu, MenuDivider, MenuItem } from "../../ui/kit/menu.tsx";
import { StagePath } from "../../ui/kit/stage-path.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { useIsDesktop, useIsPhone } from "../../ui/kit/use-media.ts";
import { FollowButton, hasFollowers } from "../comments/follow-button.tsx";
import { type BoardColumn, listBoardColumns } from "../rows/board-columns.ts";
import { findMove, findQuestion } from "../rows/card-move.ts";
import { ActionDialog, type ActionDialogProps } from "./action-dialog.tsx";
import { findContactLinks } from "./contact-links.ts";
import { findHeadFields } from "./head-fields.ts";
import { isNextStep } from "./next-steps.ts";
import { placedActions } from "./placed-actions.ts";
import { useResultLink } from "./result-link.ts";

interface RecordHeadProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

/** An action that asks the user, with what it knows already. */
type RunningAction = Pick<ActionDialogProps, "action" | "preset" | "question">;

/** Beside these, `Edit` is the third button. */
const MAX_BUTTONS = 2;

/** The title of a record, where it stands, whose it is, and what can be done with it. */
export function RecordHead({ kind, record }: RecordHeadProps) {
  const isDesktop = useIsDesktop();
  const [running, setRunning] = useState<RunningAction>();
  const isConverted = record.is_converted === true;
  const stages = listStages(kind);
  const OwnDialog = running && findPages(kind.kind).dialogs?.[running.action.name];
  const { status, owner } = findHeadFields(kind);
  const title = formatTitle(kind, record);
  const ownerValue =
    owner && !isEmptyValue(readValue(record, owner.name)) ? (
      <span className="flex min-w-0 items-center gap-2">
        <span className="text-text-muted">{owner.label}</span>
        <FieldValue record={record} field={owner} isCell />
      </span>
    ) : null;
  return (
    <header className="mx-auto flex w-full max-w-page shrink-0 flex-col gap-2 px-4 pt-2 pb-2 tablet:gap-4 tablet:px-6 tablet:pt-3 tablet:pb-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 tablet:gap-y-3">
        <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1 tablet:flex-initial">
          <span className="flex min-w-0 items-center gap-2">
            <RecordAvatar kind={kind.kind} name={title} size="large" />
            <h1 dir="auto" className="min-w-0 text-title font-semibold wrap-anywhere">
              {title}
            </h1>
          </span>
          {/* The banner of a converted record says so, with the date. */}
          {status && !isConverted && !(stages.length > 0 && isDesktop) ? (
            <FieldValue record={record} field={status} isCell />
          ) : null}
        </span>
        <span
          className={`order-1 -mt-2 flex min-w-0 basis-full items-center gap-3 text-control tablet:order-none tablet:mt-0 tablet:basis-auto ${ownerValue ? "" : "tablet:hidden"}`}
        >
          <span className="tablet:hidden">
            <Link variant="muted" href={listPath(kind)}>
              {kind.labels}
            </Link>
          </span>
          {ownerValue}
        </span>
        <span className="-me-icon-inset flex items-center tablet:me-0 tablet:gap-2 print:hidden">
          <ContactLinks kind={kind} record={record} />
          <RecordTools
            kind={kind}
            record={record}
            actions={listActions(kind, record)}
            onAction={(action) => setRunning({ action })}
          />
          {hasFollowers(kind) ? <FollowButton kind={kind} id={record.id} /> : null}
        </span>
        <RecordActions kind={kind} record={record} onRun={(action) => setRunning({ action })} />
      </div>
      {stages.length === 0 || !isDesktop || isConverted ? null : (
        <RecordStages kind={kind} record={record} stages={stages} onAsk={setRunning} />
      )}
      {OwnDialog ? (
        <Suspense>
          <OwnDialog kind={kind} record={record} action={running.action} onClose={() => setRunning(undefined)} />
        </Suspense>
      ) : running ? (
        <ActionDialog kind={kind} record={record} {...running} onClose={() => setRunning(undefined)} />
      ) : null}
    </header>
  );
}

/** Calls or writes to the record with one press. The number and the address stand among the fields. */
function ContactLinks({ kind, record }: RecordHeadProps) {
  return findContactLinks(kind, record).map(({ type, text, href }) => (
    <IconLink key={type} label={text} href={href} icon={type === "phone" ? <Phone /> : <Mail />} />
  ));
}

/** More stages have no room side by side. */
const MAX_STAGES = 9;

/** Lists the stages of a kind, if they are few enough for a path. */
function listStages(kind: Kind): BoardColumn[] {
  if (findPages(kind.kind).record?.hasNoPath) return [];
  const stages = listBoardColumns(kind, [], "").filter(({ code }) => code !== "");
  return stages.length > 1 && stages.length <= MAX_STAGES ? stages : [];
}

interface RecordStagesProps extends RecordHeadProps {
  readonly stages: readonly BoardColumn[];
  /** Asks for what a move needs. */
  readonly onAsk: (running: RunningAction) => void;
}

/** The path of a record through its stages, as its board has them. */
function RecordStages({ kind, record, stages, onAsk }: RecordStagesProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const field = kind.fields.find(({ name }) => name === kind.board?.field);
  const move = async (code: string): Promise<void> => {
    const stage = stages.find((candidate) => candidate.code === code);
    const found = stage && findMove(kind, record, stage);
    if (!found) return;
    const { action, preset, asks } = found;
    if (asks) return onAsk({ action, preset });
    try {
      await requestAction(action, record, preset);
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      const reason = Object.values(fields)[0] ?? form ?? t("The record could not be moved");
      const question = findQuestion(kind, found, Object.keys(fields));
      if (question) onAsk({ action, preset, question: { ...question, reason } });
      else showToast({ text: reason, isError: true });
    }
    await invalidate(kind, record.id);
  };
  const canMove = stages.some((stage) => findMove(kind, record, stage) !== undefined);
  return (
    <StagePath
      label={field?.label ?? t("Stage")}
      stages={stages.map(({ code, name, isExit }) => ({
        id: code,
        label: name,
        isExit,
        isSide: findPages(kind.kind).record?.sideStages?.includes(code) ?? false,
      }))}
      value={stages.find(({ value }) => value === record[field?.name ?? ""])?.code ?? null}
      {...(canMove ? { onChange: (stage: string) => void move(stage) } : {})}
    />
  );
}

/** Lists the actions of a record. Those of its parts are in their tables. */
export function listActions(kind: Kind, record: ConsoleRecord): Action[] {
  const codeFor = createCodeFinder(kind.fields);
  return kind.actions.filter(
    (action) =>
      action.on === "record" &&
      !placedActions.has(action.name) &&
      !isPartAction(kind, action) &&
      listPathFields(action.path).every((name) => typeof record[name] === "string") &&
      matchesCondition(action.enabled_when, record, codeFor),
  );
}

function RecordActions({ kind, record, onRun }: RecordHeadProps & { readonly onRun: (action: Action) => void }) {
  const t = useText();
  const isPhone = useIsPhone();
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  const actions = listActions(kind, record);
  const result = useResultLink(kind, record);
  const maxButtons = (isPhone ? 1 : MAX_BUTTONS) - (result ? 1 : 0);
  const buttons = actions.filter((action) => isNextStep(action, record)).slice(0, maxButtons);
  const others = actions.filter((candidate) => !buttons.includes(candidate));
  const canEdit = kind.operations.includes("update") || kind.operations.includes("replace");
  const remove = async (): Promise<void> => {
    try {
      await crm.request("DELETE", `${kind.path}/${record.id}`);
      await invalidate(kind);
      await navigate({ to: listPath(kind) });
      const restore = async (): Promise<void> => {
        await crm.request("POST", `${kind.path}/${record.id}/restore`, { body: {} });
        await invalidate(kind, record.id);
      };
      showToast({
        text: t("{name} was deleted", { name: formatTitle(kind, record) }),
        ...(kind.operations.includes("restore") ? { undo: () => void restore() } : {}),
      });
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The record could not be deleted"), isError: true });
    }
  };
  const copyLink = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href);
    showToast({ text: t("The link was copied") });
  };
  const files = kind.tabs.filter(({ answers, path }) => answers === "file" && listPathFields(path).join() === "id");
  const save = async ({ path, name }: (typeof files)[number]): Promise<void> => {
    try {
      await saveFile(await readFile(fillPath(path, record)), `${formatTitle(kind, record)}.${name}`);
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The file could not be downloaded"), isError: true });
    }
  };
  const menu: Readonly<Record<string, () => unknown>> = {
    "copy-link": () => void copyLink(),
    print: () => print(),
    delete: () => void remove(),
  };
  return (
    <span
      className={
        buttons.length === 0 && !canEdit && !result
          ? "ms-auto flex min-w-0 print:hidden"
          : "order-2 flex min-w-0 basis-full items-center gap-2 *:first:min-w-0 *:first:flex-1 tablet:order-none tablet:ms-auto tablet:basis-auto tablet:flex-wrap tablet:*:first:flex-none print:hidden"
      }
    >
      {buttons.map((button, index) => (
        <Button key={button.name} variant={index === 0 ? "primary" : "secondary"} onPress={() => onRun(button)}>
          {shortLabel(button, kind)}
        </Button>
      ))}
      {result ? (
        <Button variant={buttons.length === 0 ? "primary" : "secondary"} onPress={() => void navigate({ to: result.href })}>
          {t("Open {kind}", { kind: toNoun(result.label) })}
        </Button>
      ) : null}
      {canEdit ? (
        <Button icon={<Pencil />} onPress={() => void navigate({ to: editPath(kind, record.id) })}>
          {t("Edit")}
        </Button>
      ) : null}
      <Menu
        placement="bottom end"
        trigger={<IconButton label={t("More actions")} icon={<MoreHorizontal />} variant="secondary" />}
        onAction={(key) => {
          const action = others.find(({ name }) => name === key);
          const file = files.find(({ name }) => name === key);
          if (action) onRun(action);
          else if (file) void save(file);
          else menu[String(key)]?.();
        }}
      >
        {others.map((other) => (
          <MenuItem key={other.name} id={other.name} label={menuLabel(other, kind)} isDanger={other.danger} />
        ))}
        {others.length > 0 ? <MenuDivider /> : null}
        {files.map(({ name, label }) => (
          <MenuItem key={name} id={name} label={t("Download {name}", { name: label })} icon={<FileDown />} />
        ))}
        <MenuItem id="copy-link" label={t("Copy the link")} icon={<LinkIcon />} />
        <MenuItem id="print" label={t("Print")} icon={<Printer />} />
        {kind.operations.includes("delete") ? <MenuItem id="delete" label={t("Delete")} icon={<Trash2 />} isDanger /> : null}
      </Menu>
    </span>
  );
}
