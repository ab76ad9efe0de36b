import { useState } from "react";
import { useText } from "../../../ui/i18n/use-text.ts";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { formatMinutesInput, parseMinutes } from "./minutes.ts";

interface MinutesFieldProps {
  readonly label: string;
  readonly value: number | null;
  readonly onChange: (minutes: number | null) => void;
  readonly help?: string;
  readonly error?: string | undefined;
}

/** A time in hours and minutes. `4`, `4:30` and `90 min` are understood. */
export function MinutesField({ label, value, onChange, help, error }: MinutesFieldProps) {
  const t = useText();
  const [text, setText] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const finish = (): void => {
    if (text === undefined) return;
    const minutes = parseMinutes(text);
    if (minutes === undefined) setProblem(t("Write a time such as 4:30 or 90 min"));
    else {
      setText(undefined);
      setProblem(undefined);
      onChange(minutes);
    }
  };
  const shownError = problem ?? error;
  return (
    <TextField
      label={label}
      suffix={t("h:min")}
      value={text ?? formatMinutesInput(value)}
      onChange={(next) => {
        setText(next);
        setProblem(undefined);
      }}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === "Enter") finish();
        else event.continuePropagation();
      }}
      autoComplete="off"
      {...(help === undefined ? {} : { help })}
      {...(shownError === undefined ? {} : { error: shownError })}
    />
  );
}
