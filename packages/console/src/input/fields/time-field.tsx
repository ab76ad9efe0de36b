import { useState } from "react";
import { TextField } from "../../ui/kit/text-field.tsx";

interface TimeFieldProps {
  readonly label: string;
  /** `08:00` */
  readonly value: string;
  readonly onChange: (time: string) => void;
  readonly error?: string | undefined;
}

const TIME = /^([01]?\d|2[0-3]):?([0-5]\d)$/;

/** A time of day, in 24 hours. What is none comes back when the user leaves the field. */
export function TimeField({ label, value, onChange, error }: TimeFieldProps) {
  const [text, setText] = useState<string>();
  const finish = (): void => {
    const [, hour, minute] = TIME.exec((text ?? "").trim()) ?? [];
    if (hour !== undefined && minute !== undefined) onChange(`${hour.padStart(2, "0")}:${minute}`);
    setText(undefined);
  };
  return (
    <TextField
      label={label}
      error={error}
      inputMode="numeric"
      value={text ?? value}
      onChange={setText}
      onBlur={finish}
      onKeyDown={(event) => event.key === "Enter" && finish()}
    />
  );
}
