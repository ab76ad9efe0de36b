import { useState } from "react";
import { useText } from "../../ui/i18n/use-text.ts";
import { Link } from "../../ui/kit/link.tsx";
import { TextField } from "../../ui/kit/text-field.tsx";

interface CodeFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: string | undefined;
  /** Whether a recovery code is accepted in place of a code of the app. */
  readonly takesRecoveryCode?: boolean;
  readonly autoFocus?: boolean;
}

/** The field for a code of the authenticator app. A link changes it to one for a recovery code. */
export function CodeField({ value, onChange, error, takesRecoveryCode = false, autoFocus = false }: CodeFieldProps) {
  const t = useText();
  const [isRecovery, setRecovery] = useState(false);
  const change = (): void => {
    setRecovery(!isRecovery);
    onChange("");
  };
  return (
    <div className="flex flex-col gap-2">
      {isRecovery ? (
        <TextField
          key="recovery"
          label={t("Recovery code")}
          help={t("One of the codes that you saved. Each is valid once.")}
          autoComplete="off"
          value={value}
          onChange={onChange}
          error={error}
          autoFocus
        />
      ) : (
        <TextField
          key="app"
          label={t("Code of your authenticator app")}
          help={t("Six digits, new every 30 seconds.")}
          autoComplete="one-time-code"
          inputMode="numeric"
          value={value}
          onChange={onChange}
          error={error}
          autoFocus={autoFocus}
        />
      )}
      {takesRecoveryCode ? (
        <span className="text-control">
          <Link variant="action" onPress={change}>
            {isRecovery ? t("Use a code of the app") : t("Use a recovery code")}
          </Link>
        </span>
      ) : null}
    </div>
  );
}
