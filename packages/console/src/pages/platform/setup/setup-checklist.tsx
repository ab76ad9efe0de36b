import { CircleCheck, CircleDashed, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { listPath, useKindIndex } from "../../../api/schema.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { SECOND_FACTOR_ID } from "../../../frame/second-factor/path.ts";
import { readErrors } from "../../../input/form/form-state.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { addReviewed, type StepName } from "./setup-steps.ts";
import { TenantDialog } from "./tenant-dialog.tsx";
import { buildPreferences, type Setup, useSetup, useSetupChange } from "./use-setup.ts";

/** The first steps of a new tenant, for its administrators. It shows nothing once they are done, or the user has closed it. */
export function SetupChecklist() {
  const setup = useSetup();
  return setup ? <Checklist setup={setup} /> : null;
}

const STAGES_PATH = "/crm/settings/masters/opportunity-stages";

/** Steps that can be taken again once they are done. */
const REPEATED_STEPS: readonly StepName[] = ["company", "records"];

interface StepText {
  readonly title: string;
  /** What it is good for. */
  readonly help: ReactNode;
}

const describeStep = (name: StepName, stages: readonly string[], t: Translate): StepText => {
  switch (name) {
    case "company":
      return {
        title: t("Set your company name, time zone and color"),
        help: t("Reminders and working hours follow the time zone. Customers see the color on offers, pages and mails."),
      };
    case "colleagues":
      return { title: t("Invite your colleagues"), help: t("Each gets a mail, and a role that says what they may see.") };
    case "records":
      return {
        title: t("Import your records, or try sample data"),
        help: (
          <>
            {t("Sample data is marked with the tag “Sample”, and can be removed at any time.")}{" "}
            <KindLink kind="import">{t("Imports")}</KindLink>
          </>
        ),
      };
    case "stages":
      return {
        title: t("Check the stages of your pipeline"),
        help: stages.join(" → "),
      };
    case "channels":
      return {
        title: t("Connect a mailbox or a number for text messages"),
        help: (
          <>
            {t("Messages to customers then come from your own address.")}{" "}
            <KindLink kind="mail_account">{t("Mailboxes")}</KindLink>
            <span className="ms-2">
              <KindLink kind="sms_sender">{t("Text messages")}</KindLink>
            </span>
          </>
        ),
      };
    case "sign-in":
      return {
        title: t("Protect your account with a code from your phone"),
        help: t("You then sign in with your password and a code from an app."),
      };
  }
};

function Checklist({ setup }: { readonly setup: Setup }) {
  const t = useText();
  const navigate = useNavigate();
  const [isTenantOpen, setTenantOpen] = useState(false);
  const [isUnfolded, setUnfolded] = useState(false);
  const { run, isPending } = useRun();
  const { steps, stages, tenant, preferences } = setup;
  const doneCount = steps.filter(({ isDone }) => isDone).length;
  const actions: Readonly<Record<StepName, ReactNode>> = {
    company: (
      <Button isSmall onPress={() => setTenantOpen(true)}>
        {t("Set")}
      </Button>
    ),
    colleagues: <KindButton kind="user">{t("Invite a user")}</KindButton>,
    records: <SampleActions status={setup.sampleStatus} />,
    stages: (
      <StageActions
        isPending={isPending}
        onConfirm={() => run("PATCH", "/me/preferences", buildPreferences(addReviewed(preferences, "stages")))}
      />
    ),
    channels: (
      <KindButton kind="mail_account" label={`${t("Set up")}: ${t("Mailboxes")}`}>
        {t("Set up")}
      </KindButton>
    ),
    "sign-in": (
      <Button
        isSmall
        aria-label={t("Set up two-factor sign-in")}
        onPress={() => void navigate({ to: "/crm/profile", hash: SECOND_FACTOR_ID })}
      >
        {t("Set up")}
      </Button>
    ),
  };
  return (
    <section aria-label={t("First steps")} className="flex flex-col gap-3 rounded-card border border-border bg-surface p-4">
      <header className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="text-body font-semibold">{t("First steps")}</h2>
          <p className="text-meta text-text-muted">{t("{done} of {total} done", { done: doneCount, total: steps.length })}</p>
        </div>
        {doneCount === 0 ? null : (
          <span className="flex min-h-control items-center text-control">
            <Link variant="muted" onPress={() => setUnfolded(!isUnfolded)}>
              {isUnfolded ? t("Show open steps") : t("Show all steps")}
            </Link>
          </span>
        )}
        <IconButton
          label={t("Close the checklist")}
          icon={<X />}
          onPress={() => run("PATCH", "/me/preferences", buildPreferences({ ...preferences, isDismissed: true }))}
        />
      </header>
      <ul className="flex flex-col">
        {steps
          .filter(({ isDone }) => isUnfolded || !isDone)
          .map(({ name, isDone }) => {
            const { title, help } = describeStep(name, stages, t);
            return (
              <li key={name} className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-border py-3 last:pb-0">
                <span
                  role="img"
                  aria-label={isDone ? t("Done") : t("Not done yet")}
                  className={isDone ? "text-success" : "text-text-muted"}
                >
                  {isDone ? <CircleCheck /> : <CircleDashed />}
                </span>
                <div className="min-w-field-short flex-1 wrap-anywhere">
                  <p className={isDone ? "text-control text-text-muted" : "text-control font-medium"}>{title}</p>
                  <p dir="auto" className="text-meta text-text-muted">
                    {help}
                  </p>
                </div>
                {isDone && !REPEATED_STEPS.includes(name) ? null : (
                  <div className="flex flex-wrap items-center gap-3 text-control">{actions[name]}</div>
                )}
              </li>
            );
          })}
      </ul>
      {isTenantOpen ? <TenantDialog tenant={tenant} preferences={preferences} onClose={() => setTenantOpen(false)} /> : null}
    </section>
  );
}

/** Returns the address of the list of a kind, if the user may see it. */
function useListPath(kind: string): string | undefined {
  const { data: kinds = [] } = useKindIndex();
  const summary = kinds.find((candidate) => candidate.kind === kind && candidate.operations.includes("list"));
  return summary && listPath(summary);
}

interface KindLinkProps {
  readonly kind: string;
  readonly children: ReactNode;
}

/** Leads to the list of a kind from the text of a step. */
function KindLink({ kind, children }: KindLinkProps) {
  const path = useListPath(kind);
  return path === undefined ? null : <Link href={path}>{children}</Link>;
}

/** Leads to the list of a kind, where the step is done. */
function KindButton({ kind, label, children }: KindLinkProps & { readonly label?: string }) {
  const navigate = useNavigate();
  const path = useListPath(kind);
  return path === undefined ? null : (
    <Button isSmall aria-label={label} onPress={() => void navigate({ to: path })}>
      {children}
    </Button>
  );
}

/** Leads to the stages, or says that they are as they should be. */
function StageActions({ isPending, onConfirm }: { readonly isPending: boolean; readonly onConfirm: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  return (
    <span className="flex flex-wrap items-center gap-1">
      <Button isSmall variant="quiet" onPress={() => void navigate({ to: STAGES_PATH })}>
        {t("Edit stages")}
      </Button>
      <Button isSmall isPending={isPending} onPress={onConfirm}>
        {t("Confirm stages")}
      </Button>
    </span>
  );
}

function SampleActions({ status }: { readonly status: Setup["sampleStatus"] }) {
  const t = useText();
  const { run, isPending } = useRun();
  if (status === "loading" || status === "removing")
    return (
      <Button isSmall isPending>
        {status === "loading" ? t("Creating sample data…") : t("Removing sample data…")}
      </Button>
    );
  return status === "none" ? (
    <Button isSmall isPending={isPending} onPress={() => run("POST", "/sample-data")}>
      {t("Create sample data")}
    </Button>
  ) : (
    <Button isSmall isPending={isPending} onPress={() => run("DELETE", "/sample-data")}>
      {t("Remove sample data")}
    </Button>
  );
}

/** Sends a change of a step. A refusal is told at the foot of the page. */
function useRun() {
  const t = useText();
  const change = useSetupChange();
  const [isPending, setPending] = useState(false);
  const run = (...request: Parameters<typeof change>): void => {
    setPending(true);
    change(...request)
      .catch((error: unknown) =>
        showToast({ text: readErrors(error, t).form ?? t("That did not work. Try again."), isError: true }),
      )
      .finally(() => setPending(false));
  };
  return { run, isPending };
}
