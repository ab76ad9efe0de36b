import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { crm } from "../../api/client.ts";
import { useScope } from "../../api/session.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { Tag } from "../../ui/kit/tag.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { Section } from "../shell/section.tsx";
import { SECOND_FACTOR_ID, SECOND_FACTOR_PATH } from "./path.ts";
import { type Proof, ProofDialog } from "./proof-dialog.tsx";
import { RecoveryCodeList } from "./recovery-code-list.tsx";
import { SetUp } from "./set-up.tsx";

interface State {
  readonly is_on: boolean;
  readonly recovery_codes_left: number;
  readonly is_required: boolean;
}

/** Two-factor sign-in of the user: set up, new recovery codes, switch off. */
export function SecondFactorSection() {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const queryKey = [...scope, "second-factor"];
  const [isSettingUp, setSettingUp] = useState(false);
  const [codes, setCodes] = useState<readonly string[]>();
  const { data: state } = useQuery({
    queryKey,
    queryFn: ({ signal }) => crm.request<State>("GET", SECOND_FACTOR_PATH, { signal }).then((data) => data),
  });
  const finish = async (): Promise<void> => {
    await queries.invalidateQueries({ queryKey });
    setSettingUp(false);
    setCodes(undefined);
  };
  const content = (): React.ReactNode => {
    if (codes) return <RecoveryCodeList codes={codes} onDone={() => void finish()} />;
    if (isSettingUp) return <SetUp onDone={() => void finish()} />;
    if (!state) return <Skeleton shape="block" />;
    if (state.is_on) return <SwitchedOn state={state} onRenew={setCodes} onSwitchOff={finish} />;
    return (
      <span>
        <Button onPress={() => setSettingUp(true)}>{t("Set up two-factor sign-in")}</Button>
      </span>
    );
  };
  return (
    <Section
      id={SECOND_FACTOR_ID}
      title={t("Two-factor sign-in")}
      description={t("Signing in then takes your password and a code of an app on your phone.")}
    >
      {content()}
    </Section>
  );
}

interface SwitchedOnProps {
  readonly state: State;
  readonly onRenew: (codes: readonly string[]) => void;
  readonly onSwitchOff: () => Promise<void>;
}

function SwitchedOn({ state, onRenew, onSwitchOff }: SwitchedOnProps) {
  const t = useText();
  const [asked, setAsked] = useState<"renew" | "switch-off">();
  const close = (): void => setAsked(undefined);
  const renew = async (body: Proof): Promise<void> => {
    const path = `${SECOND_FACTOR_PATH}/recovery-codes`;
    const created = await crm.request<{ recovery_codes: readonly string[] }>("POST", path, { body });
    close();
    onRenew(created.recovery_codes);
  };
  const switchOff = async (body: Proof): Promise<void> => {
    await crm.request("POST", `${SECOND_FACTOR_PATH}/switch-off`, { body });
    close();
    showToast({ text: t("Two-factor sign-in is off") });
    await onSwitchOff();
  };
  return (
    <div className="flex flex-col gap-4">
      <p className="flex flex-wrap items-center gap-2">
        <Tag label={t("On")} hue="green" />
        {t("{count, plural, one {# recovery code is left} other {# recovery codes are left}}", {
          count: state.recovery_codes_left,
        })}
      </p>
      {state.is_required ? <p className="text-text-muted">{t("Your organization requires it.")}</p> : null}
      <span className="flex flex-wrap gap-3">
        <Button onPress={() => setAsked("renew")}>{t("New recovery codes")}</Button>
        {state.is_required ? null : <Button onPress={() => setAsked("switch-off")}>{t("Switch off")}</Button>}
      </span>
      <ProofDialog
        title={t("New recovery codes")}
        text={t("The former codes become invalid.")}
        action={t("Create codes")}
        variant="primary"
        isOpen={asked === "renew"}
        onClose={close}
        send={renew}
      />
      <ProofDialog
        title={t("Switch off two-factor sign-in?")}
        text={t("You then sign in with your password alone.")}
        action={t("Switch off")}
        variant="danger"
        isOpen={asked === "switch-off"}
        onClose={close}
        send={switchOff}
      />
    </div>
  );
}
